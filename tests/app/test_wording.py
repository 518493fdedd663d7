"""Ids and figures in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.wording import bounds, place, when
from shouxin.law.model import Deadline, Parameter, Words
from shouxin.law.naming import numeral
from shouxin.law.register import register

EVENT = Words(zh="收到申请", en="receipt of the request")


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (29, "二十九"),
        (100, "一百"),
        (103, "一百零三"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_articles_are_counted_in_chinese_numerals(figure: int, text: str) -> None:
    """The way statutes write them."""
    assert numeral(figure) == text


@given(st.integers(1, 999), st.integers(1, 999))
def test_two_articles_never_share_a_numeral(one: int, other: int) -> None:
    """The numeral determines the number."""
    assert (numeral(one) == numeral(other)) == (one == other)


@pytest.mark.parametrize(
    ("code", "eid", "text"),
    [
        ("zh", "art_13__para_1__item_2", "第十三条第一款第（二）项"),
        ("en", "art_13__para_1__item_2", "Article 13, paragraph 1, item 2"),
        ("es", "art_13__para_1__item_2", "Artículo 13, párrafo 1, apartado 2"),
        ("zh", "art_29__cl_1", "第二十九条（规范一）"),
        ("zh", "sec_2__point_3", "第二部分第（三）点"),
        ("zh", "art_10__item_4__point_1", "第十条第（四）项第1目"),
        ("en", "notice__para_1", "Issuing notice, paragraph 1"),
        ("en", "sec_1__intro", "Section 1, introduction"),
    ],
)
def test_an_eid_reads_as_a_lawyer_would_cite_it(code: str, eid: str, text: str) -> None:
    """In each language, with figures that do not part from their word at a line's end."""
    assert place(catalogue(code), eid).replace("\u00a0", " ") == text


def test_a_place_can_be_told_from_within() -> None:
    """Inside an article only what lies below it is named, and nothing for the article itself."""
    english = catalogue("en")
    assert place(english, "art_13__para_1", "art_13") == "Paragraph\u00a01"
    assert place(english, "art_13", "art_13") == ""
    assert place(english, "art_13", "art_1") == "Article\u00a013"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_place_of_the_register_has_a_name_of_its_own(code: str) -> None:
    """Within an instrument no two provisions read the same."""
    words = catalogue(code)
    for item in register().instruments:
        named = [place(words, provision.id) for provision in item.everything]
        assert len(set(named)) == len(named), item.instrument
        assert not any("{" in text or "_" in text for text in named)


@pytest.mark.parametrize(
    ("deadline", "zh", "en"),
    [
        (
            Deadline(direction="within", event=EVENT, length=15, unit="days", kind="working"),
            "自下列情形起15个工作日内：",
            "within 15 working days, counted from:",
        ),
        (
            Deadline(direction="at_least", event=EVENT, length=1, unit="years", kind="calendar"),
            "自下列情形起不少于1年：",
            "for at least 1 year, counted from:",
        ),
        (
            Deadline(direction="before", event=EVENT, length=30, unit="days", kind="calendar"),
            "在下列情形30日前：",
            "30 days before:",
        ),
        (Deadline(direction="within", event=EVENT, at_once=True), "自下列情形起立即：", "at once, upon:"),
    ],
)
def test_a_deadline_says_how_it_is_counted(deadline: Deadline, zh: str, en: str) -> None:
    """Direction, length, and whether the days are working days."""
    assert when(catalogue("zh"), deadline) == zh
    assert when(catalogue("en"), deadline) == en


@pytest.mark.parametrize(
    ("figures", "unit", "zh", "en"),
    [
        (
            {"min": 50000, "max": 200000},
            "CNY",
            ["不少于 50,000 元（含本数）", "不超过 200,000 元（含本数）"],
            ["at least CNY 50,000 (included)", "at most CNY 200,000 (included)"],
        ),
        (
            {"above": 1000000},
            "users",
            ["超过 1,000,000 名用户（不含本数）"],
            ["more than 1,000,000 users (not included)"],
        ),
        ({"value": 2}, "times", ["2 倍"], ["2 ×"]),
        (
            {"max": "secret (机密)"},
            "secrecy grade",
            ["不超过 secret (机密)（含本数）"],
            ["at most secret (机密) (included)"],
        ),
        ({"min": 3}, "lightyears", ["不少于 3 lightyears（含本数）"], ["at least 3 lightyears (included)"]),
    ],
)
def test_a_bound_says_whether_it_includes_its_figure(
    figures: dict[str, int | str], unit: str, zh: list[str], en: list[str]
) -> None:
    """A figure with its unit, thousands apart; an unknown unit stands as it is."""
    parameter = Parameter(name="figure", what=EVENT, unit=unit, **figures)  # type: ignore[arg-type]
    assert list(bounds(catalogue("zh"), parameter)) == zh
    assert list(bounds(catalogue("en"), parameter)) == en


def test_an_age_has_a_unit_of_its_own() -> None:
    """周岁 is not 年."""
    parameter = Parameter(name="child_age", what=EVENT, unit="years of age", below=14)
    assert list(bounds(catalogue("zh"), parameter)) == ["不满 14 周岁（不含本数）"]
