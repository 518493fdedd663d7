"""The weights of the tagger, in tenths of the natural logarithm of odds; ``explain`` names them."""

from typing import Final

#: Family names by class of frequency; what ordinary words that happen to be family names lose, and what rare
#: ones gain that are hardly anything else.
SURNAME: Final = (12, 9, 5, -2, -14, -28)
DOUBLE_SURNAME: Final = 24
AMBIGUOUS: Final = {
    character: weight
    for weight, characters in {
        22: "尉檀昝竺逄郦濮荀郗钮宓庾忻琚眭糜綦茆蒯訾贲邴郏隗雒仵"
        "汲郄郇乜仉亓笪谯厍禚缑璩郅逯甯桓邸阙郜扈漆狄",
        12: "於束揭旷沃滑巢寿衡植尧水阴蔚靖禹敬鲜晋茹",
        -4: "方安高何金江马白石钱叶查英黄田汪武康严古温林",
        -8: "常关万任于成单连门花车党路明边向曾全时战权师元原华文易池史章程应童",
        -14: "都相过海那支展保信平国阳年容商光公老经来从有要能可是和正同得会行以之不在对如其所为立"
        "由自又再使但已将当第多大小中上下生先者本全直把被比必最并吧更与及则即却刚才曲居农官管"
        "计解卫冷利乐充养操布折归户法法波百首密后合良善修续让字念补树提答问随火所朝通",
    }.items()
    for character in characters
}

#: Given-name characters by class (unlisted, possible, usual, strong): the first, the second, the only place.
FIRST: Final = (-9, -3, 4, 9)
SECOND: Final = (-9, -3, 3, 8)
ONLY: Final = (-10, -4, 2, 8)
LENGTH: Final = {2: -7, 3: 6}
#: Characters that end a name less often than they begin what follows it.
FOLLOWS: Final = frozenset("因任致和与同向为时后来得能会成书加将以之家法权本至及或等并于在对里都")
FOLLOWING: Final = -11

#: A word of the list, by its length; a name must be worth more than the words it replaces.
WORD: Final = (0, 0, 26, 44, 58, 72, 86)
IS_WORD: Final = -15  # the candidate itself stands in the list

CONTEXT: Final = 3  # times the weight in context.txt
LABEL: Final = 44
LABEL_BLANK: Final = 24  # a label with nothing but space after it
EDGE: Final = 6  # next to punctuation or the end of the text
BOTH: Final = 6  # context on both sides
TITLE: Final = -60  # in the title of a work 《》
LISTED: Final = 8  # behind a certain name and one of these
LISTING: Final = frozenset("、和与及／/")

KNOWN: Final = (14, 7)  # a name of the list: base, a character
FURTHER: Final = (2, 5)  # a character of transliterations beside a name of the list, a typical one
TRANSLITERATION: Final = (-15, 5, 9)  # base, a character, a typical character
PAIR: Final = -8  # of two characters only
TYPICAL: Final = frozenset("尔斯克特姆夫娜丽亚伊埃奥洛罗维尼诺贝茨弗哈莱莎塔蒂吉佩莫里顿德拉卡科萨巴瓦普森")
DOT: Final = (50, 7)  # parts with a dot between them: base, a character
PARTS: Final = 6  # as many follow the first at most
PART: Final = 8  # characters of a part that the lists do not know, at most
JAPANESE: Final = 8
JAPANESE_GIVEN: Final = (-3, 5)  # a character of the given name, unlisted or listed
JAPANESE_LENGTH: Final = (0, 4, 12, 12)  # of the given name
JAPANESE_THIRD: Final = frozenset("郎子助介代美夫二三")  # ends given names of three characters
NICKNAME: Final = 14
DOUBLED: Final = 2  # 丽丽
HONORIFIC: Final = 16
SOMEBODY: Final = 30  # 王某
AGAIN: Final = 26  # found elsewhere in the text with certainty
AGAIN_LONGEST: Final = 31  # characters of a name that is looked for elsewhere

#: Odds 1 : 1 lie at this weight of a name; a score is a logistic of the distance.
EVEN: Final = 18
SCALE: Final = 9.0
COST: Final = 8  # of reading a stretch as a name at all
CERTAIN: Final = 24  # from this weight on a name is looked for in the rest of the text
