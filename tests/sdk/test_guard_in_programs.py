"""The guard in a program: checks, a decorator and a block, sync and async; denials say what to do."""

import asyncio
import operator
import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.guard.service import Guard as Rules
from shouxin.errors import InputError, StoreError
from shouxin.sdk import DeniedError, Guard
from shouxin.sdk import guard as holding
from tests.duties.guard.test_guard import FACTS, World

VIEWS = {"views"}


class TestChecks:
    """One question, in either style."""

    def test_who_agreed_is_served_and_who_did_not_is_not(self, guard: Guard) -> None:
        """The same answer with and without a loop, remembered or not."""
        for person, allowed in (("u-1", True), ("u-2", False), ("u-1", True)):
            asked = (person, "use", "tips")
            assert guard.check(*asked, categories=VIEWS).allowed is allowed
            assert asyncio.run(guard.acheck(*asked, categories=VIEWS)).allowed is allowed

    def test_requiring_gives_the_permit_or_raises(self, guard: Guard) -> None:
        """So that nobody has to remember to look at the answer."""
        assert guard.require("u-1", "use", "tips").allowed
        assert asyncio.run(guard.arequire("u-1", "use", "tips")).allowed
        with pytest.raises(DeniedError):
            guard.require("u-2", "use", "tips")
        with pytest.raises(DeniedError):
            asyncio.run(guard.arequire("u-2", "use", "tips"))

    def test_what_an_act_is_with_counts(self, guard: Guard) -> None:
        """Categories, recipient and facts reach the rules; one category may stand by itself."""
        assert guard.check("u-1", "use", "tips", categories="views").allowed
        assert not guard.check("u-1", "use", "tips", categories={"views", "heart"}).allowed
        assert not guard.check("u-1", "use", "tips", recipient="insurer").allowed
        with pytest.raises(InputError) as caught:
            guard.check("u-1", "use", "tips", facts={"consent.given": True})
        assert caught.value.code == "guard-facts"


class TestDecorator:
    """A function that runs only where it may."""

    def test_a_function_runs_only_for_who_agreed(self, guard: Guard) -> None:
        """Given by place, by name, or by default."""
        ran = []

        @guard.needs("use", "tips", person="user")
        def tips(limit: int, user: str = "u-1") -> int:
            """Suggest things."""
            ran.append(user)
            return limit

        assert (tips(3), tips(4, "u-1"), tips(limit=5, user="u-1")) == (3, 4, 5)
        with pytest.raises(DeniedError):
            tips(3, "u-2")
        with pytest.raises(DeniedError):
            tips(3, user="u-2")
        assert ran == ["u-1"] * 3
        assert (tips.__name__, tips.__doc__) == ("tips", "Suggest things.")

    def test_an_async_function_is_asked_about_on_the_loop(self, guard: Guard) -> None:
        """And stays one."""

        @guard.needs("use", "tips", person=operator.itemgetter("id"))
        async def tips(user: dict[str, str]) -> str:
            return user["id"]

        assert asyncio.run(tips({"id": "u-1"})) == "u-1"
        with pytest.raises(DeniedError):
            asyncio.run(tips({"id": "u-2"}))

    def test_a_parameter_that_is_not_there_is_noticed_at_once(self, guard: Guard) -> None:
        """Not with the first customer."""
        with pytest.raises(InputError) as caught:

            @guard.needs("use", "tips")
            def tips(user: str) -> None: ...

        assert caught.value.code == "guard-parameter"
        assert "tips" in caught.value.where


class TestBlocks:
    """A block that is entered only where it may be."""

    def test_a_block_gives_the_permit_and_lets_its_own_errors_through(self, guard: Guard) -> None:
        """The guard swallows nothing."""
        with pytest.raises(ZeroDivisionError), guard.allowed("u-1", "use", "tips") as ruling:
            assert ruling.allowed
            raise ZeroDivisionError
        entered = []
        with pytest.raises(DeniedError), guard.allowed("u-2", "use", "tips"):
            entered.append("u-2")
        assert entered == []

    def test_an_async_block_does_the_same(self, guard: Guard) -> None:
        """For both people."""

        async def entered(person: str) -> bool:
            async with guard.allowed(person, "use", "tips") as ruling:
                return ruling.allowed

        assert asyncio.run(entered("u-1"))
        with pytest.raises(DeniedError):
            asyncio.run(entered("u-2"))


class TestDenials:
    """What a developer reads."""

    def test_a_denial_names_the_provision_the_fact_and_the_remedy(self, guard: Guard) -> None:
        """Of a purpose that nobody agreed to."""
        with pytest.raises(DeniedError) as caught:
            guard.require("u-2", "use", "tips")
        error = caught.value
        assert (error.code, error.exit_code, error.where) == ("guard-denied", 1, "shop, tips")
        assert "pipl:art_13" in error.what
        assert "consent.given is false" in error.what
        assert "ask the person" in error.remedy
        assert "u-2" not in str(error)
        assert error.ruling.decision

    def test_a_denial_for_want_of_a_fact_names_it(self) -> None:
        """And says where it is to be recorded."""
        world = World({**FACTS, "data.minimal": None, "basis.contract": True}, None)
        with (
            Guard("shop", lambda: nullcontext(world.guard)) as guard,
            pytest.raises(DeniedError) as caught,
        ):
            guard.require("u-1", "use", "orders")
        assert "data.minimal is unknown" in caught.value.what
        assert caught.value.problem["missing"] == ["data.minimal"]

    def test_a_denial_passes_between_processes(self, guard: Guard) -> None:
        """Workers of a pool report it as it is."""
        with pytest.raises(DeniedError) as caught:
            guard.require("u-2", "use", "tips")
        copy = pickle.loads(pickle.dumps(caught.value))
        assert (str(copy), copy.code, copy.ruling) == (
            *(str(caught.value), caught.value.code),
            caught.value.ruling,
        )


class TestHolding:
    """Opened once, by each process, and closed when the store cannot be asked."""

    def test_a_store_that_cannot_be_opened_closes_the_guard_until_it_can(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is tried again after a while, and not with every question."""
        tried = []

        @contextmanager
        def opened() -> Iterator[Rules]:
            tried.append(1)
            if len(tried) == 1:
                raise StoreError("store-unreachable", "the store does not answer")
            yield world.guard

        with Guard("shop", opened) as guard:
            assert [guard.check("u-1", "use", "tips").blind for _ in range(3)] == [True] * 3
            assert len(tried) == 1
            with pytest.raises(DeniedError) as caught:
                guard.require("u-1", "use", "tips")
            assert (caught.value.code, caught.value.status) == ("guard-blind", 503)
            monkeypatch.setattr(holding, "AGAIN", 0.0)
            assert guard.check("u-1", "use", "tips").allowed

    def test_each_process_opens_its_own(self, world: World) -> None:
        """A forked worker does not speak through its parent's connections."""
        opened: list[int] = []

        def opens() -> "nullcontext[Rules]":
            opened.append(os.getpid())
            return nullcontext(world.guard)

        with Guard("shop", opens) as guard:
            guard.check("u-1", "use", "tips")
            child = os.fork()
            if not child:
                right = guard.check("u-1", "use", "tips").allowed and opened[-1] == os.getpid()
                os._exit(0 if right and len(opened) == 2 else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert opened == [os.getpid()]

    def test_a_fork_leaves_the_parent_whole(
        self, migrated: Engine, database_dsn: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a server forks that loaded the application first, and while another thread opens the guard."""
        from tests.duties.guard.made_up import Shop

        Shop(migrated)
        monkeypatch.setenv("SHOUXIN_DSN", database_dsn)
        monkeypatch.setenv("SHOUXIN_DATA", str(folder))
        script = textwrap.dedent(FORKS)
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
        assert (ended.returncode, ended.stdout) == (0, "child denied\nparent the same\n"), ended.stderr

    def test_it_opens_the_store_of_the_settings(
        self, migrated: Engine, database_dsn: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And its denials are in the ledger when it is closed."""
        from tests.duties.guard.made_up import Shop

        Shop(migrated)
        monkeypatch.setenv("SHOUXIN_DSN", database_dsn)
        monkeypatch.setenv("SHOUXIN_DATA", str(folder))
        with Guard("shop") as guard:
            ruling = guard.check("u-2", "use", "tips")
        assert not ruling.allowed
        with psycopg.connect(database_dsn) as connection:
            query = "select who, origin, outcome from shouxin.ledger_entry where why = %s"
            assert connection.execute(query, [ruling.decision]).fetchone() == ("system", "sdk", "refused")
        with migrated.connect() as connection:
            assert connection.execute(text("select 1")).scalar_one() == 1


FORKS = """
    import os, signal, sys
    import psycopg
    from shouxin.sdk import Guard

    def backends():
        with psycopg.connect(os.environ["SHOUXIN_DSN"]) as connection:
            here = "datname = current_database() and pid <> pg_backend_pid()"
            return {row[0] for row in connection.execute(f"select pid from pg_stat_activity where {here}")}

    guard = Guard("shop")
    assert not guard.check("u-2", "use", "tips").allowed
    before = backends()
    with guard._lock:
        child = os.fork()
        if not child:
            signal.alarm(60)
            denied = not guard.check("u-2", "use", "tips").blind
            guard.close()
            print("child denied" if denied else "child blind", flush=True)
            sys.exit(0 if denied else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert before <= backends(), "the child ended a connection of its parent"
    assert not guard.check("u-3", "use", "tips").blind
    guard.close()
    print("parent the same", flush=True)
"""
