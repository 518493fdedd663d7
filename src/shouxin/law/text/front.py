"""What stands before the first unit and after the last, in Chinese texts.

The parts have fixed forms: an order (令) with its date and signatures, a circular (通知) with number,
addressees, paragraphs and signatures, the title, the adoption in brackets, a table of contents, a preamble.
"""

import re

import msgspec

from shouxin.law.text.layout import Fragment, clean, is_closed

_TITLE_END = re.compile(
    r"(?:法|条例|规定|办法|细则|决定|决议|解释|意见|通知|公告"
    r"|规则|规范|准则|标准|规程|章程|方案|纲要|指引|指南|制度|批复|法典)"
    r"(?:[(《][^()]{1,60}[)》])?》?$"
)
_CIRCULAR = re.compile(r"关于(?:印发|发布|转发|公布|颁布|批转).*(?:通知|公告|决定|函)$")
_NUMBER = re.compile(r"^.{0,30}(?:〔\d{4}〕|\[\d{4}\]|\(\d{4}\)|\d{4} ?年).{0,4}\d+ ?号$|^(?:第 ?\d+ ?号)$")
_ORDER = re.compile(r"令$|令 ?(?:第|\().*号\)?$|^第 ?\d+ ?号$")
_DAY = r"[\d一二三四五六七八九十]{1,3}"
_DATE = re.compile(rf"^\(?(?:\d{{4}}|[零一二三四五六七八九]{{4}}) ?年 ?{_DAY} ?月 ?{_DAY} ?日\)?$")
_DATED = re.compile(r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日$")
_ISSUED = re.compile(r"(?:现予|予以|现)(?:公布|发布)|公布施行|起施行|审议通过")
_CONTENTS = re.compile(r"^目 ?录$")
_EXPLAINS = re.compile(r"^(?:关于.{2,90}|《.{2,90}》的?)(?:说明|解读|答记者问)$")
_ANNEX = re.compile(r"^附(?:件|表|录|图)")
_BOILERPLATE = re.compile(
    r"\d+ ?页,? ?每页|版权所有|ICP备"
    r"|^(?:打印|关闭|分享|责任编辑|来源|上一篇|下一篇|扫一扫|首页|当前位置|发布时间|字号|浏览|点击)"
    r"|^[-—·•|*_=~\s]+$|^[-—–] ?\d{1,4} ?[-—–]$|^第 ?\d{1,4} ?页"
)
_SHORT = 60
_TITLE_LONGEST = 120


class Matter(msgspec.Struct, frozen=True):
    """Front matter sorted: fragments with kinds, the title, a circular's paragraphs, what is left."""

    asides: list[tuple[str, Fragment]]
    title: str
    notice: list[Fragment]
    unplaced: list[Fragment]


def is_title(words: str) -> bool:
    """Say whether ``words`` (plain, clean) can be the title of a statute."""
    return len(words) <= _TITLE_LONGEST and "。" not in words and bool(_TITLE_END.search(words))


def is_circular(words: str) -> bool:
    """Say whether ``words`` is the title of a circular that issues something else."""
    return bool(_CIRCULAR.search(words))


def is_contents(words: str) -> bool:
    """Say whether ``words`` is the heading of a table of contents."""
    return bool(_CONTENTS.search(words))


def is_date(words: str) -> bool:
    """Say whether ``words`` is a date and nothing else."""
    return bool(_DATE.search(words))


def is_boilerplate(words: str) -> bool:
    """Say whether ``words`` belongs to a web page or a print-out and not to the document."""
    return bool(_BOILERPLATE.search(words))


def tail_kind(words: str) -> str | None:
    """Return the kind of tail that a fragment after the last article opens, or None."""
    if is_boilerplate(words):
        return "boilerplate"
    if _ANNEX.search(words):
        return "annex"
    return "explanatory_document" if _EXPLAINS.search(words) else None


def _compact(text: str) -> str:
    """Return letters and figures only, for comparing titles."""
    return re.sub(r"[\W_]+", "", text)


def find_title(words: list[str], listing: str) -> tuple[int, int]:
    """Return the first and the last-but-one index of the title's fragments; (0, 0) when there is none.

    A title over several lines is known by the listing's title, or by a short first line without marks.
    """
    wanted = _compact(re.sub(r"\([^()]*通过[^()]*\)", "", listing))
    for last in range(len(words) - 1, -1, -1):
        if not is_title(words[last]) or _ANNEX.search(words[last]):
            continue
        joined = _compact(words[last])
        first = last
        while (
            wanted and joined != wanted and first > 0 and wanted.endswith(_compact(words[first - 1]) + joined)
        ):
            first -= 1
            joined = _compact(words[first]) + joined
        if joined != wanted:
            first = last
            if (
                last == 1
                and re.fullmatch(r"[\u4e00-\u9fff、]{4,40}", words[0])
                and not _TITLE_END.search(words[0])
            ):
                first = 0
        return first, last + 1
    return 0, 0


def sort_front(text: str, fragments: list[Fragment], listing: str) -> Matter:
    """Sort the fragments before the first unit (table of contents excluded) into their kinds."""
    words = [clean(text[f.start : f.end]).strip("#* ") for f in fragments]
    first, after = find_title(words, listing)
    kinds: list[str | None] = [None] * len(words)
    if after:
        kinds[first:after] = ["title"] * (after - first)
    _mark_brackets(words, kinds)
    _mark_issuing(text, fragments, words, kinds, first)
    _mark_opening(text, fragments, words, kinds, after)
    title = "".join(words[first:after])
    asides = [(kind, f) for kind, f in zip(kinds, fragments, strict=True) if kind and kind != "notice"]
    return Matter(
        asides,
        title,
        [f for kind, f in zip(kinds, fragments, strict=True) if kind == "notice"],
        [f for kind, f in zip(kinds, fragments, strict=True) if kind is None],
    )


def _mark_brackets(words: list[str], kinds: list[str | None]) -> None:
    """Mark the adoption in brackets, over several fragments if need be, and web-page remains."""
    depth = 0
    for i, line in enumerate(words):
        if kinds[i]:
            continue
        if depth > 0 or (line.startswith("(") and re.search(r"\d{4}年|通过|公布|批准", line)):
            kinds[i] = "adoption"
            depth = max(0, depth + line.count("(") - line.count(")"))
        elif is_boilerplate(line):
            kinds[i] = "boilerplate"


def _mark_issuing(
    text: str, fragments: list[Fragment], words: list[str], kinds: list[str | None], first: int
) -> None:
    """Mark what precedes the title: order or circular, signatures, dates."""
    circular = False
    addressed = False
    for i in range(first):
        if kinds[i]:
            continue
        line = words[i]
        closed = is_closed(text, fragments[i].start, fragments[i].end)
        if is_date(line):
            kinds[i] = "signature"
            _mark_backwards(words, kinds, i, "signature")
        elif _ORDER.search(line):
            kinds[i] = "promulgation"
            _mark_backwards(words, kinds, i, "promulgation")
        elif _CIRCULAR.search(line) or (is_title(line) and not closed):
            kinds[i] = "issuing_notice"
            circular = True
        elif _NUMBER.search(line):
            kinds[i] = "number"
        elif _ANNEX.search(line):
            kinds[i] = "issuing_notice"
        elif circular and not addressed and line.endswith((":", "：")):
            kinds[i] = "addressees"
            addressed = True
        elif closed:
            kinds[i] = "notice" if circular else ("promulgation" if _ISSUED.search(line) else "preamble")
    _mark_addressees(words, kinds)


def _mark_addressees(words: list[str], kinds: list[str | None]) -> None:
    """Mark addressees that share a line with the document number."""
    for i, line in enumerate(words):
        if kinds[i] == "notice" and line.endswith((":", "：")) and re.search(r"号 ?各|^各", line):
            kinds[i] = "addressees"


def _mark_backwards(words: list[str], kinds: list[str | None], i: int, kind: str) -> None:
    """Give the short unfinished lines just before ``i`` the kind of ``i``: those who sign or issue."""
    j = i - 1
    while (
        j >= 0
        and kinds[j] is None
        and len(words[j]) <= _SHORT
        and not words[j].endswith(("。", ":", "：", "."))
    ):
        kinds[j] = kind
        j -= 1


def _mark_opening(
    text: str, fragments: list[Fragment], words: list[str], kinds: list[str | None], after: int
) -> None:
    """Mark what follows the title: number, date, who signed, preamble."""
    for i in range(after, len(words)):
        if kinds[i]:
            continue
        line = words[i]
        if is_date(line) or (_DATED.search(line) and len(line) <= _SHORT):
            kinds[i] = "promulgation"
            _mark_backwards(words, kinds, i, "promulgation")
        elif _NUMBER.search(line) or _ORDER.search(line):
            kinds[i] = "number"
        elif line.endswith((":", "：")) and re.match(r"各|有关|本", line) and i == after:
            kinds[i] = "addressees"
        elif is_closed(text, fragments[i].start, fragments[i].end):
            kinds[i] = "promulgation" if re.search(r"现予(?:公布|发布)", line) else "preamble"
