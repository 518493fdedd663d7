"""Stores in memory: a shop with an order that must be kept, a newsletter; and a desk before both."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Self

import msgspec
from sqlalchemy import Engine

from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Remainder
from shouxin.connect.person import Held, Person
from shouxin.connect.survey import Outcome, Part, Problem, Row, Survey
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import today
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.model import Service as Offer
from shouxin.duties.inventory.service import put_within
from shouxin.duties.notice.service import Notices
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.gateway import Message, Summons
from shouxin.duties.rights.model import Asked
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger.entry import Actor
from shouxin.store.people import People

ACTOR = Actor("operator:1", "console")
KEEP = "ecommerce-law:art_31"
FACTS = {"deletion.due": True, "deletion.technically_hard": False}


class Memory:
    """A store whose rows are a list; ``fails`` names calls that break, before or after they have worked."""

    def __init__(self, name: str, rows: list[dict[str, Any]], fails: dict[str, Exception]) -> None:
        self.name = name
        self.rows = rows
        self.fails = fails
        self.calls: list[str] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing open."""

    def close(self) -> None:
        """Leave nothing open."""

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Know of nothing that is past its time."""
        return ()

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Do nothing."""
        return Outcome(store=self.name)

    def check(self) -> tuple[Problem, ...]:
        """Find nothing wrong."""
        return ()

    def mine(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows in which every identity that both know is this person's on the row's days."""
        return [row for row in self.rows if not row.get("gone") and _same(row, person)]

    def learn(self, person: Person, as_of: date) -> Person:
        """Return customer and e-mail of the person's rows."""
        found: dict[str, set[Held]] = {}
        for row in self.mine(person):
            for name in ("customer_id", "email", "phone_number"):
                if name in row:
                    days = (row.get("since"), row.get("until")) if name == "phone_number" else (None, None)
                    found.setdefault(name, set()).add(Held(value=row[name], since=days[0], until=days[1]))
        return {name: tuple(sorted(held, key=lambda one: one.value)) for name, held in found.items()}

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what would go and what is kept."""
        self._breaks("survey")
        mine = self.mine(person)
        kept = [row for row in mine if (row.get("keep") or date.min) > as_of]
        going = len(mine) - len(kept)
        parts = [Part(table="rows", rows=going, part="own", act="delete")] if going else []
        if kept:
            until = max(row["keep"] for row in kept)
            parts.append(
                Part(table="rows", rows=len(kept), part="kept", act="keep", because=KEEP, until=until)
            )
        left = (Remainder(name="nightly backup"),)
        return Survey(store=self.name, parts=tuple(parts), remainders=left)

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield the person's rows."""
        for row in self.mine(person):
            yield Row(table=row.get("table", "rows"), part="own", values=dict(row))

    def correct(
        self,
        person: Person,
        table: str,
        key: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        as_of: date,
        *,
        dry_run: bool = False,
    ) -> int:
        """Set columns in the person's rows."""
        self._breaks("correct")
        mine = [row for row in self.mine(person) if table == "rows"]
        mine = [row for row in mine if all(row.get(name) == worth for name, worth in (key or {}).items())]
        for row in mine if not dry_run else ():
            row.update(values)
        return len(mine)

    def erase(
        self, person: Person, as_of: date, *, digest: str | None = None, dry_run: bool = False
    ) -> Outcome:
        """Take the person's rows away, those apart that must be kept."""
        self._breaks("erase")
        survey = self.survey(person, as_of)
        if digest is not None and survey.digest != digest:
            raise InputError("erase-changed", "it is another", remedy="plan again")
        kept = {id(row) for row in self.mine(person) if (row.get("keep") or date.min) > as_of}
        going = [row for row in self.mine(person) if id(row) not in kept]
        for row in going if not dry_run else ():
            row["gone"] = True
        self.calls.append("dry" if dry_run else "erase")
        if not dry_run:
            self._breaks("erased")
        rows = {"rows": len(going)} if going else {}
        return Outcome(store=self.name, deleted=rows, kept={"rows": len(kept)} if kept else {})

    def _breaks(self, call: str) -> None:
        if call in self.fails:
            raise self.fails.pop(call)


def _same(row: Mapping[str, Any], person: Person) -> bool:
    shared = [name for name in person if name in row]
    return bool(shared) and all(any(_held(row, name, one) for one in person[name]) for name in shared)


def _held(row: Mapping[str, Any], name: str, held: Held) -> bool:
    if row[name] != held.value:
        return False
    if name != "phone_number" or "since" not in row:
        return True
    starts, ends = row["since"], row.get("until") or date.max
    return starts < (held.until or date.max) and (held.since or date.min) < ends


def mapped(name: str) -> DatasetMap:
    """Return the map of one of these stores."""
    columns = (
        MappedColumn(column="customer_id", categories=("account",)),
        MappedColumn(column="email", categories=("email_address",)),
        MappedColumn(column="phone_number", categories=("phone_number",)),
        MappedColumn(column="since"),
        MappedColumn(column="name", categories=("real_name",)),
    )
    identities = (
        Identity(identity="customer_id", column="customer_id"),
        Identity(identity="email", column="email"),
        Identity(identity="phone_number", column="phone_number", valid_from="since"),
    )
    table = MappedTable(table="rows", columns=columns, identities=identities)
    return DatasetMap(store=name, tables=(table,))


class Office:
    """A desk in front of two stores: a shop of two customers, and a newsletter that knows e-mails only."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sent: list[Message] = []
        self.summoned: list[Summons] = []
        day = today()
        self.fails: dict[str, dict[str, Exception]] = {"shop": {}, "news": {}}
        self.shop = [
            {"customer_id": "7", "email": "ana@shop.example", "name": "Ana", "phone_number": "13800000001",
             "since": day - timedelta(days=30)},
            {"customer_id": "7", "name": "an order", "keep": day + timedelta(days=400)},
            {"customer_id": "8", "email": "bo@shop.example", "name": "=Bo", "phone_number": "13800000001",
             "since": day - timedelta(days=900), "until": day - timedelta(days=30)},
        ]  # fmt: skip
        self.news = [{"email": "ana@shop.example", "name": "Ana"}, {"email": "bo@shop.example", "name": "Bo"}]
        self.memories: dict[str, Memory] = {}
        self.people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
        self.desk = self.made()
        self.rights = Rights(self.desk)
        describe(engine)

    def made(self) -> Desk:
        """Return a desk as a process that just started would have it."""
        law = register()
        people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
        keeper = Timekeeper(law, own_times={"pipl:art_45": "3 working days"})
        return Desk(
            engine=self.engine,
            people=people,
            cases=Cases(keeper, KeptCases(self.engine)),
            stores=Stores(
                lambda: (mapped("shop"), mapped("news")), {"shop": "memory", "news": "memory"}, self.opened
            ),
            gateway=self,
            secret=bytes(32),
            consents=Consents(self.engine, people),
            notices=Notices(Decider(law), "test", self.engine),
        )

    def send(self, message: Message | Summons) -> None:
        """Keep what would be sent."""
        if isinstance(message, Summons):
            self.summoned.append(message)
        else:
            self.sent.append(message)

    @contextmanager
    def opened(self, found: DatasetMap, address: str) -> Iterator[Memory]:
        """Open one of the stores."""
        assert address == "memory"
        rows = self.shop if found.store == "shop" else self.news
        memory = Memory(found.store, rows, self.fails[found.store])
        if "open" in memory.fails:
            raise memory.fails["open"]
        self.memories.setdefault(found.store, memory).rows = rows
        memory.calls = self.memories[found.store].calls
        yield memory

    def ask(self, right: str = "deletion", **more: Any) -> int:
        """Ask for something as the first customer, and return the number of the request."""
        plain = {"service": "shop", "person": "7", "right": right, "identities": {"customer_id": "7"}}
        return self.rights.ask(msgspec.convert(plain | more, Asked), today(), ACTOR).number

    def ready(self, right: str = "deletion", facts: Mapping[str, Any] | None = None, **more: Any) -> int:
        """Ask, be verified, and have the plan approved."""
        number = self.ask(right, **more)
        self.rights.vouch(number, today(), ACTOR)
        plan = self.rights.plan(number, today(), ACTOR)
        self.rights.approve(number, plan.digest, "asked for", facts or FACTS, today(), ACTOR)
        return number

    def snapshot(self) -> list[list[dict[str, Any]]]:
        """Return everything that both stores hold."""
        return copy.deepcopy([self.shop, self.news])

    def left(self, customer: str) -> int:
        """Count the rows of a customer that are still there."""
        return sum(row.get("customer_id") == customer and not row.get("gone") for row in self.shop)


def describe(engine: Engine) -> None:
    """Put an organisation into the inventory: a shop on the web."""
    facts = {
        "actor.ecommerce_operator": True,
        "actor.state_organ": False,
        "law.requires_secrecy_or_no_notice": False,
        "law.permits_otherwise": False,
        "user_info.retention_agreed": False,
    }
    given = Organisation(name="tea", facts=facts, services=(Offer(name="shop"),))
    with engine.begin() as connection:
        put_within(connection, given, Author("cli", "cli", "a test"))


def lost() -> Exception:
    """Return the error of a connection that was lost, nobody knows when."""
    return StoreError("store-unreachable", "the database is gone", remedy="start it")


Make = Callable[[], Office]
