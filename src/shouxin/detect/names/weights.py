"""The weights of the tagger, in tenths of the natural logarithm of odds; ``explain`` names them."""

from typing import Final

#: Family names by class of frequency, and what ordinary words that happen to be family names lose.
SURNAME: Final = (12, 9, 5, -2, -14, -28)
DOUBLE_SURNAME: Final = 24
AMBIGUOUS: Final = {
    character: weight
    for weight, characters in {
        -4: "方安高何金江马白石钱叶查英黄田汪武康严古温林",
        -8: "常关万任于成单连门花车党路明边向曾全时战权师元原华文易池史章程水应童",
        -14: "都相过海那支展保信平国阳年容商光公老经来从有要能可是和正同得会行以之不在对如其所为立"
        "由自又再使但已将当第多大小中上下生先者本全直把被比必最并吧更与及则即却刚才曲居农官管"
        "计解卫冷利乐充养操布折归户法法波百首密后合良善修续让字念补树提答问随火所朝通",
    }.items()
    for character in characters
}

#: Given-name characters by class (0 unlisted), for the first, the second, and the only place.
FIRST: Final = (-9, 4, 9)
SECOND: Final = (-9, 3, 8)
ONLY: Final = (-10, 2, 8)
LENGTH: Final = {2: -7, 3: 6}
#: Characters that end a name less often than they begin what follows it.
FOLLOWS: Final = frozenset("和与同向为时后来得能会成书加将以之家法权本至及或等并于在对里都")
FOLLOWING: Final = -11

#: A word of the list, by its length; a name must be worth more than the words it replaces.
WORD: Final = (0, 0, 26, 44, 58)
IS_WORD: Final = -15  # the candidate itself stands in the list

CONTEXT: Final = 3  # times the weight in context.txt
LABEL: Final = 44
LABEL_BLANK: Final = 24  # a label with nothing but space after it
EDGE: Final = 6  # next to punctuation or the end of the text
BOTH: Final = 6  # context on both sides

KNOWN_FOREIGN: Final = 34
TRANSLITERATION: Final = (-15, 5, 9)  # base, a character, a typical character
TYPICAL: Final = frozenset("尔斯克特姆夫娜丽亚伊埃奥洛罗维尼诺贝茨弗哈莱莎塔蒂吉佩莫里顿德拉卡科萨巴瓦普森")
DOT: Final = 60
JAPANESE: Final = 8
NICKNAME: Final = 14
HONORIFIC: Final = 16
SOMEBODY: Final = 30  # 王某
AGAIN: Final = 26  # found elsewhere in the text with certainty

#: Odds 1 : 1 lie at this weight of a name; a score is a logistic of the distance.
EVEN: Final = 18
SCALE: Final = 9.0
COST: Final = 8  # of reading a stretch as a name at all
CERTAIN: Final = 24  # from this weight on a name is looked for in the rest of the text
