"""Whatever the text, nothing is lost, and only statutes or InputError come back (promise P10)."""

from hypothesis import example, given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.law.text import Statute, decode, diff, match, read_statutes
from tests.law.text.text_reading import assert_complete

PIECES = [
    "第一条", "第二条", "第三条", "第十条", "第二条之一", "第一章 总则", "第二章", "第一节 甲", "目录",
    "(一)", "（二）", "(三)", "1.", "2.", "一、", "二、", "三、", "甲乙丙", "规定的", "试验办法",
    "关于印发《试验办法》的通知", "各有关单位:", "特此通知。", "2020年1月1日", "令", "Article 1",
    "The second article", "Article III", "Act 1", "Chapter Two", "(a)", "(b)", "(i)", "Second,", "3.",
    "The law of the", "Artículo 1", "。", ";", ":", ",", " ", "  ", "\u3000\u3000", "\xa0", "\n",
    "\n\n", "\r\n", "\r", "\t", "|", "##", "**", "》", ")", "(", "28\n2022-06\n", "\u200b", "附件",
    "关于试验的说明", "x", "\u2028", "\x1c", "【甲】",
]  # fmt: skip


def _read(text: str) -> tuple[Statute, ...]:
    """Return the statutes, or none when the text is refused as it should be."""
    try:
        return read_statutes(text, where="x")
    except InputError as error:
        assert error.code in ("text-no-statute", "text-too-many-statutes")
        return ()


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("第一条 甲。\n**第二条** 乙。")
@example("第一章 总则  。(一)第一条")
@example("第一条 乙。\n(一)第一章 总则(a)（二）")
def test_text_made_of_the_parts_of_statutes_is_read_whole(text: str) -> None:
    """Every character is in exactly one place, and the same text reads the same."""
    statutes = _read(text)
    if statutes:
        assert_complete(text, statutes)
        assert statutes == _read(text)


@given(st.text(max_size=200))
def test_any_text_gives_statutes_or_an_input_error(text: str) -> None:
    """Text that no one wrote is read whole or refused."""
    statutes = _read(text)
    if statutes:
        assert_complete(text, statutes)


@given(st.binary(max_size=300))
def test_any_bytes_give_statutes_or_an_input_error(data: bytes) -> None:
    """From bytes to statutes no other exception escapes."""
    try:
        read_statutes(decode(data, encoding=None, where="x"), where="x")
    except InputError as error:
        assert error.code.startswith("text-")


WORDS = st.text(alphabet="信息处理者应当保护个人的权益", min_size=1, max_size=20)
PARAGRAPH = WORDS.map(lambda words: f"应{words}。")
ARTICLE = st.tuples(st.lists(PARAGRAPH, min_size=1, max_size=3), st.integers(0, 3))
GAPS = st.sampled_from(["\n", "\r\n", "\n\n", "  ", "\n\u3000\u3000", " \xa0 "])


def _numeral(number: int) -> str:
    """Return a number below one hundred in Chinese."""
    tens, ones = divmod(number, 10)
    return (
        ("一二三四五六七八九"[tens - 1] if tens > 1 else "")
        + ("十" if tens else "")
        + (" 一二三四五六七八九"[ones].strip())
    )


@given(st.lists(ARTICLE, min_size=1, max_size=25), GAPS, st.sampled_from(["", " ", "\u3000", "\xa0"]))
def test_a_generated_statute_comes_back_as_it_was_made(
    articles: list[tuple[list[str], int]], gap: str, after_number: str
) -> None:
    """Articles, paragraphs and items are those that were written, in every layout."""
    lines: list[str] = []
    expected: list[str] = []
    for number, (paragraphs, items) in enumerate(articles, 1):
        name = f"art_{number}"
        expected.append(name)
        first = f"{name}__para_1" if len(paragraphs) > 1 else name
        lines.append(f"第{_numeral(number)}条{after_number}{paragraphs[0]}")
        expected += [first] * (len(paragraphs) > 1)
        lines += [f"({_numeral(n)})甲;" for n in range(1, items)] + [f"({_numeral(items)})乙。"] * (items > 0)
        expected += [f"{first}__item_{n}" for n in range(1, items + 1)]
        lines += paragraphs[1:]
        expected += [f"{name}__para_{n}" for n in range(2, len(paragraphs) + 1)]
    text = gap.join(lines)
    (statute,) = read_statutes(text, where="x")
    assert [unit.eid for unit in statute.units] == expected
    assert_complete(text, (statute,))


@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
def test_any_two_statutes_can_be_compared_and_matched(old: str, new: str) -> None:
    """Comparing and matching never fail on what the reader hands out."""
    for before in _read(f"第一条 甲。\n{old}"):
        for after in _read(f"第一条 乙。\n{new}"):
            assert diff(before, after)
        assert match(before, []).instrument is None
