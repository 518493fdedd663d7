"""The law in Spanish: nothing is missing, and figures, bans and conditions are those of the Chinese."""

import re
from collections.abc import Iterator

import msgspec
import pytest

from shouxin.law.model import Words
from shouxin.law.register import Register
from tests.law.spanish_figures import chinese, spanish

_ENGLISH = re.compile(r"\b(the|of|and|must|with|for|by|from)\b")
_DENIED = (
    r"\b(no|ni|nadie|ninguna?|nada|nunca|tampoco|sin|salvo|sol[oa]|nul[oa]|fuera de|exim\w+|"
    r"prohi?í?b\w+|cesa\w*|impedir|inhabilitaci\w+|veto)\b"
)
FORCE = {
    "a ban": (r"(?<!限制或者)(?<!而)(不得(?!不)|禁止|不许|严禁|不准(?![确、]))", _DENIED),
    "an exception": (r"除外", r"salvo|excep|exclu|fuera|exen"),
    "a least": (r"至少|不低于(?=\d|[一二三四五六七八九十])|不少于", r"al menos|mínim|o antes"),
    "a most": (r"不超过|至多", r"máxim|hasta|no (?:pasa|exced|supera)|no más de|a más de"),
    "working days": (r"工作日", r"hábil"),
    "at once": (r"立即|马上|即刻", r"inmediat|en el acto"),
    "joint liability": (r"连带(?!责任。)", r"solidari"),
}


def words(value: object, path: str) -> Iterator[tuple[str, Words]]:
    """Yield every text below ``value`` with the path to it."""
    if isinstance(value, Words):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from words(getattr(value, field), f"{path}.{field}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from words(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from words(item, f"{path}[{getattr(item, 'id', index)}]")


@pytest.fixture(scope="module")
def texts(register: Register) -> dict[str, Words]:
    """Return every text of the law files by the path to it."""
    books = register.books
    found: dict[str, Words] = {}
    for item in books.instruments:
        found.update(words(item, item.instrument))
    for procedure in books.procedures:
        found.update(words(procedure, procedure.procedure))
    for name in ("vocabulary", "categories", "outside"):
        found.update(words(getattr(books, name), name))
    return found


def test_every_text_of_the_law_has_its_spanish(texts: dict[str, Words]) -> None:
    """Titles, summaries, readings, figures, facts, acts and procedures: none falls back to English."""
    assert len(texts) > 8000
    assert not [path for path, text in texts.items() if not text.es.strip()]


def test_the_spanish_is_no_english(texts: dict[str, Words]) -> None:
    """No text was copied from the English, and none mixes its words in."""
    assert not [(path, text.es) for path, text in texts.items() if _ENGLISH.search(text.es)]
    assert not [
        (path, text.es) for path, text in texts.items() if text.es == text.en and " " in text.es.strip()
    ]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("罚10万至100万元", {100_000, 1_000_000}),
        ("一百二十万元", {1_200_000}),
        ("第八、十二条", {8, 12}),
        ("第十七条第二款", {17, 2}),
        ("三十个工作日", {30}),
        ("二〇二一年", {2021}),
        ("每年至少一次", set()),
    ],
)
def test_chinese_figures_are_read(text: str, figures: set[int]) -> None:
    """Large numbers, cited units, times and years."""
    assert chinese(text) == figures


def test_spanish_figures_are_read() -> None:
    """Groups of three digits, ranges, words and months."""
    assert spanish("de 100\u202f000 a 1\u202f000\u202f000 CNY") == {100_000, 1_000_000}
    assert spanish("arts. 9 a 11, quince días, 1 de mayo") == {9, 10, 11, 15, 1, 5}


def test_every_figure_of_the_chinese_stands_in_the_spanish(texts: dict[str, Words]) -> None:
    """Amounts, times, thresholds, dates and the numbers of cited articles."""
    assert not [
        (path, missing, text.es)
        for path, text in texts.items()
        if (missing := chinese(text.zh) - spanish(text.es))
    ]


@pytest.mark.parametrize("force", FORCE)
def test_what_binds_in_chinese_binds_in_spanish(texts: dict[str, Words], force: str) -> None:
    """Bans, exceptions, limits, working days, what is due at once, joint liability."""
    said, kept = FORCE[force]
    concerned = {path: text for path, text in texts.items() if re.search(said, text.zh)}
    assert concerned
    assert not [(path, text.zh, text.es) for path, text in concerned.items()
                if not re.search(kept, text.es, re.IGNORECASE)]  # fmt: skip


def test_a_prohibition_denies(register: Register) -> None:
    """The summary of every prohibition says no in one of the ways that Spanish has."""
    for entry in register.entries:
        if entry.provision.modality == "prohibition":
            assert re.search(_DENIED, entry.provision.summary.es, re.IGNORECASE), entry.citation


def test_figures_are_grouped_as_the_pages_group_them(texts: dict[str, Words]) -> None:
    """Five digits and more in groups of three with a narrow space, four without: 10 000 and 2000."""
    assert not [
        (path, text.es)
        for path, text in texts.items()
        if re.search(
            r"\d[., \u00a0]\d{3}(?!\d)|(?<![\d\u202f])\d\u202f\d{3}(?![\d\u202f])|(?<!GB/T )\d{5}", text.es
        )
    ]
