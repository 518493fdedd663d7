"""Two texts of an instrument are compared article by article."""

from hypothesis import given
from hypothesis import strategies as st

from shouxin.law.text import Change, Statute, diff, provisions, read_statutes
from shouxin.law.text.worddiff import spans

ARTICLES = [
    "处理者应当公开处理规则,并且便于查阅和保存。",
    "处理者应当在十五日内答复个人的投诉。",
    "有下列情形的,应当删除:\n(一)目的已经实现;\n(二)个人撤回同意。",
    "主管部门对违反本办法的行为处以罚款。",
]
IDS = ("art_1__cl_1", "art_1__cl_2", "art_2", "art_3", "art_3__item_1", "art_3__item_2__cl_1", "art_4")


def _statute(articles: list[str]) -> Statute:
    """Return the statute of numbered articles."""
    text = "\n".join(f"第{'一二三四五六七八九'[n]}条 {words}" for n, words in enumerate(articles))
    (statute,) = read_statutes(text, where="x")
    return statute


def _kinds(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    """Return what happened to which article."""
    return [(c.kind, c.old, c.new) for c in changes]


def test_the_same_text_has_no_change() -> None:
    """Every article is the same, and no provision needs a look."""
    changes = diff(_statute(ARTICLES), _statute(ARTICLES))
    assert {c.kind for c in changes} == {"same"}
    assert [provisions(c, IDS) for c in changes] == [()] * 4


def test_a_changed_figure_is_shown_in_its_place() -> None:
    """Only the words that differ are marked, and only that article's ids need a look."""
    old, new = (
        _statute(ARTICLES),
        _statute([ARTICLES[0], ARTICLES[1].replace("十五日", "三十日"), *ARTICLES[2:]]),
    )
    change = diff(old, new)[1]
    assert (change.kind, change.touched) == ("changed", ("art_2",))
    assert "".join(s.text for s in change.spans if s.kind != "added").endswith(ARTICLES[1])
    assert [s.text for s in change.spans if s.kind == "removed"] == ["十五"]
    assert [s.text for s in change.spans if s.kind == "added"] == ["三十"]
    assert provisions(change, IDS) == ("art_2",)


def test_only_the_item_that_changed_needs_a_look() -> None:
    """The article above it does too, its other items do not."""
    new = [*ARTICLES[:2], ARTICLES[2].replace("撤回同意", "要求删除"), ARTICLES[3]]
    change = diff(_statute(ARTICLES), _statute(new))[2]
    assert change.touched == ("art_3__item_2",)
    assert provisions(change, IDS) == ("art_3", "art_3__item_2__cl_1")


def test_a_change_in_the_opening_words_reaches_every_item() -> None:
    """The items hang on the words above them."""
    new = [*ARTICLES[:2], ARTICLES[2].replace("应当删除", "可以删除"), ARTICLES[3]]
    change = diff(_statute(ARTICLES), _statute(new))[2]
    assert provisions(change, IDS) == ("art_3", "art_3__item_1", "art_3__item_2__cl_1")


def test_an_inserted_article_moves_the_others() -> None:
    """They are renumbered, not rewritten; all ids of a moved article need a look, a new one has none yet."""
    changes = diff(
        _statute(ARTICLES), _statute([ARTICLES[0], "处理者应当指定个人信息保护负责人。", *ARTICLES[1:]])
    )
    assert _kinds(changes) == [
        ("same", "art_1", "art_1"),
        ("added", "", "art_2"),
        ("renumbered", "art_2", "art_3"),
        ("renumbered", "art_3", "art_4"),
        ("renumbered", "art_4", "art_5"),
    ]
    assert [provisions(c, IDS) for c in changes[1:3]] == [(), ("art_2",)]


def test_a_removed_article_is_shown_where_it_stood() -> None:
    """It comes after the article that stood before it."""
    changes = diff(_statute(ARTICLES), _statute([ARTICLES[0], *ARTICLES[2:]]))
    assert _kinds(changes) == [
        ("same", "art_1", "art_1"),
        ("removed", "art_2", ""),
        ("renumbered", "art_3", "art_2"),
        ("renumbered", "art_4", "art_3"),
    ]
    assert provisions(changes[1], IDS) == ("art_2",)


def test_an_article_that_is_moved_and_changed_is_followed() -> None:
    """Common words lead from the old number to the new."""
    moved = ARTICLES[1].replace("十五日", "三十日")
    changes = diff(_statute(ARTICLES), _statute([moved, ARTICLES[0], *ARTICLES[2:]]))
    assert ("renumbered", "art_2", "art_1") in _kinds(changes)
    assert any(s.text == "三十" for s in changes[0].spans)


def test_an_article_written_anew_keeps_its_number() -> None:
    """Nothing in common, the same number: changed."""
    changes = diff(_statute(ARTICLES), _statute([*ARTICLES[:3], "甲乙丙丁戊己庚辛。"]))
    assert _kinds(changes)[3] == ("changed", "art_4", "art_4")


def test_a_new_paragraph_calls_for_the_whole_article() -> None:
    """Where the division changes, ids may point elsewhere."""
    change = diff(_statute(ARTICLES), _statute([ARTICLES[0] + "\n处理规则应当真实。", *ARTICLES[1:]]))[0]
    assert (change.reshaped, provisions(change, IDS)) == (True, ("art_1__cl_1", "art_1__cl_2"))


@given(st.text(alphabet="甲乙丙ab 。\n", max_size=60), st.text(alphabet="甲乙丙ab 。\n", max_size=60))
def test_the_spans_give_both_texts_back(old: str, new: str) -> None:
    """Same and removed make the old text, same and added the new one."""
    found = spans(old, new)
    assert "".join(s.text for s in found if s.kind != "added") == old
    assert "".join(s.text for s in found if s.kind != "removed") == new


def test_long_and_repetitive_texts_are_compared_by_sentence_or_whole() -> None:
    """The work is bounded, and both texts still come back."""
    old, new = "甲乙。" * 20_000 + "丙", "乙甲。" * 20_000 + "丁"
    found = spans(old, new)
    assert "".join(s.text for s in found if s.kind != "added") == old
    assert "".join(s.text for s in found if s.kind != "removed") == new


@given(st.lists(st.sampled_from([*ARTICLES, "甲。", "乙丙。"]), min_size=1, max_size=7),
       st.lists(st.sampled_from([*ARTICLES, "甲。", "乙丙。"]), min_size=1, max_size=7))  # fmt: skip
def test_every_article_of_either_text_is_in_one_change(old: list[str], new: list[str]) -> None:
    """Nothing is lost between two texts, and nothing is counted twice."""
    before, after = _statute(old), _statute(new)
    changes = diff(before, after)
    assert sorted(c.old for c in changes if c.old) == sorted(
        u.eid for u in before.units if u.kind == "article"
    )
    assert [c.new for c in changes if c.new] == [u.eid for u in after.units if u.kind == "article"]
