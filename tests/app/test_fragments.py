"""Pieces of pages that are rendered once."""

from functools import partial

from markupsafe import Markup

from shouxin.app.fragments import Fragments


def test_a_piece_is_rendered_once_for_each_key() -> None:
    """What it depends on, the language among it, is its key."""
    pieces = Fragments()
    found = [
        pieces.of((key,), partial(Markup, text)) for key, text in (("zh", "一"), ("en", "one"), ("zh", "二"))
    ]
    assert found == ["一", "one", "一"]


def test_what_was_not_read_for_longest_goes_first() -> None:
    """Memory stays within a bound, however many pages there are."""
    pieces = Fragments(most=2)
    for key in ("a", "b", "a", "c"):
        pieces.of((key,), partial(Markup, key))
    assert pieces.of(("a",), partial(Markup, "again")) == "a"
    assert pieces.of(("b",), partial(Markup, "again")) == "again"
