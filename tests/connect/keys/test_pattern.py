"""The names of keys as a map writes them."""

import pytest

from shouxin.connect.keys.pattern import pattern


@pytest.mark.parametrize(
    ("table", "key", "values"),
    [
        ("user:{id}:profile", "user:5:profile", {"id": "5"}),
        ("user:{id}", "user:5:profile", None),
        ("user:{id}", "user:", None),
        ("{a}:{b}", "x:y", {"a": "x", "b": "y"}),
        ("a.b[{id}]", "a.b[7]", {"id": "7"}),
        ("a.b[{id}]", "axb[7]", None),
        ("online", "online", {}),
        ("会话:{id}", "会话:甲\n", {"id": "甲\n"}),
    ],
)
def test_a_key_says_its_columns(table: str, key: str, values: dict[str, str] | None) -> None:
    """A key of the pattern gives the values between its pieces; another one gives none."""
    assert pattern(table).values(key) == values


@pytest.mark.parametrize(
    ("table", "values", "key"),
    [
        ("user:{id}:profile", {"id": "5"}, "user:5:profile"),
        ("user:{id}", {"id": "5:profile"}, None),
        ("user:{id}", {"id": ""}, None),
        ("{a}:{b}", {"a": "x"}, None),
    ],
)
def test_columns_say_the_key(table: str, values: dict[str, str], key: str | None) -> None:
    """A value with a colon in it would be the key of another pattern, and is no key of this one."""
    assert pattern(table).key(values) == key


def test_what_a_server_reads_as_a_sign_is_escaped() -> None:
    """Signs of the server's own patterns stand for themselves."""
    assert pattern("a*[{id}]?").glob == "a\\*\\[*\\]\\?"
