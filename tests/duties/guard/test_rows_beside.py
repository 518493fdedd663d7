"""The guards that a server keeps current beside everything else: in which databases, and what is said."""

import time
from contextlib import ExitStack, nullcontext
from typing import Any

import pytest

from shouxin.duties.guard import following
from shouxin.errors import StoreError
from shouxin.law.register import register
from shouxin.store.line import STALE
from tests.duties.guard.conftest import Shop
from tests.duties.guard.test_rows_follow import guarded, until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  postgresql://a@b/c ", ["postgresql://a@b/c"]),
        ("postgresql://a@b/c\n postgres://d@e,f/g", ["postgresql://a@b/c", "postgres://d@e,f/g"]),
        ("host=b dbname=c user=a", ["host=b dbname=c user=a"]),
    ],
)
def test_a_server_follows_for_each_database_that_is_named(text: str, expected: list[str]) -> None:
    """Between spaces; a string of libpq, which has spaces itself, is one."""
    assert following.databases(text) == expected


def test_two_databases_are_followed_beside_one_server(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a thread of its own; one that cannot be reached is said by its place and hinders no other."""
    guarded(shop, "ann", "bob")
    said: list[str] = []
    real = following.follower_of

    def follower(engine: Any, dsn: str, *rest: Any) -> Any:
        return nullcontext(shop.follower()) if dsn == shop.dsn else real(engine, dsn, *rest)

    monkeypatch.setattr(following, "follower_of", follower)
    nowhere = "postgresql://guard:hidden@127.0.0.1:1/other"
    law = (register(), dict[str, str]())
    with ExitStack() as running:
        for dsn in (nowhere, shop.dsn):
            running.enter_context(following.Following(shop.store, dsn, law, shop.people, said.append))
        shop.says("withdraw", "ann")
        until(shop, ["bob"])
        end = time.monotonic() + 20
        while not said:
            assert time.monotonic() < end
            time.sleep(STALE / 100)
    assert len({*said}) == 1
    assert 'database "other"' in said[0]
    assert "hidden" not in " ".join(said)


def test_a_dsn_that_cannot_be_read_is_refused_before_a_thread_begins(shop: Shop) -> None:
    """The one who starts the server is told which setting is wrong, and nothing of what it holds."""
    with pytest.raises(StoreError) as problem:
        following.Following(shop.store, "secret-nonsense", (register(), {}), shop.people, print)
    assert problem.value.code == "store-dsn"
    assert "guard_dsn" in str(problem.value)
    assert "secret-nonsense" not in str(problem.value)
