"""A shop in a store for the benchmark of the guard, and its server with clients that ask it."""

import statistics
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from benchmarks.clients import answered, request
from benchmarks.measure import Row, microseconds, milliseconds
from benchmarks.served import KEY, program, serving
from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.access.service import Access
from shouxin.duties.consent.service import Consents
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard import office
from shouxin.duties.guard.service import Guard
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.notice.model import Category, Contact, Notice, Purpose, Rights, Said
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Writer
from shouxin.store.migrate import upgrade
from shouxin.store.people import People

ASKED = 12_000
_SAID = Said(zh="写明")
NOTICE = Notice(
    service="shop",
    title=_SAID,
    processor=Contact(name=_SAID, contact=_SAID),
    purposes=(
        Purpose(
            key="tips",
            purpose=_SAID,
            method=_SAID,
            categories=(Category(key="views", name=_SAID),),
            keeping=_SAID,
            refusal=_SAID,
        ),
    ),
    rights=Rights(way=_SAID, steps=_SAID, query=_SAID),
)
_STATED = {
    "data.personal": True,
    "data.sensitive": False,
    "data.user_information": False,
    "notice.clear": True,
    "notice.complete": True,
    "notice.true": True,
    "purpose.explicit": True,
    "purpose.related": True,
    "data.minimal": True,
    "method.least_impact": True,
}


class Shop:
    """A shop with an inventory and a notice in a store; ``new`` makes them."""

    def __init__(self, engine: Engine, *, new: bool = True) -> None:
        self.engine = engine
        self.people = People(LocalWrapper(Keys([MainKey("bench", KEY)])))
        self.consents = Consents(engine, self.people)
        if new:
            upgrade(engine)
            decider = Decider(register())
            Notices(decider, "benchmark", engine).publish(
                NOTICE, Publisher("system", "cli", "a benchmark"), date(2026, 1, 5)
            )
            facts = {**decider.gate.reader.profile("ordinary-company"), **_STATED}
            activity = {"name": "tips", "facts": facts}
            plain = {"name": "Shop", "services": [{"name": "shop", "activities": [activity]}]}
            author = Author("system", "cli", "a benchmark")
            Inventory(register(), {}, engine).store.load(msgspec.convert(plain, Organisation), author)

    def guard(self, writer: Writer) -> AbstractContextManager[Guard]:
        """Return a guard on the store."""
        return office.of_store(self.engine, register(), {}, self.people, writer, sample=0.01)


def over_http(shop: Shop) -> Iterator[Row]:
    """Ask about people who agreed, who did not, and about many at once, each by several connections."""
    with _served(shop) as (port, key):
        for what, person, many, goal in (
            ("the same server saying that it is well", "", 0, ""),
            ("decisions over HTTP, permitted, one process", "u-1", 0, ""),
            ("decisions over HTTP, denied and durable", "u-0", 0, ""),
            ("decisions over HTTP, a hundred at a time", "u-1", 100, ""),
        ):
            one = _asked(person)
            line = "POST /api/v1/decisions" if person else "GET /health"
            body = msgspec.json.encode([one] * many if many else one) if person else b""
            asked = [request(line, key, body)] * (ASKED // (many or 1))
            late, took, spent = answered(port, asked)
            number = len(late) * (many or 1)
            p99 = milliseconds(statistics.quantiles(late, n=100)[98])
            figure = f"{number / took:,.0f} a second, p99 {p99}"
            yield Row(what, figure, goal, f"{microseconds(spent / number)} of the server's processor each")


def over_processes(shop: Shop, folder: Path) -> Row:
    """Ask `shouxin serve` with a process for each of two cores, as an organisation runs it."""
    access = Access(shop.engine, bytes(32))
    until = datetime(2099, 1, 1, tzinfo=UTC)
    key = access.keys.new(SYSTEM_KEY, "cli", "a benchmark", ("decision.ask",), until)[0]
    asked = [request("POST /api/v1/decisions", key, msgspec.json.encode(_asked("u-1")))] * ASKED
    with program(folder, 2) as served:
        answered(served.port, asked[: ASKED // 4])
        before = served.spent()
        late, took, _ = answered(served.port, asked)
        each = (served.spent() - before) / ASKED
    p99 = milliseconds(statistics.quantiles(late, n=100)[98])
    figure = f"{ASKED / took:,.0f} a second, p99 {p99}"
    why = f"{microseconds(each)} of the servers' processors each"
    return Row("decisions over HTTP, permitted, two processes", figure, "3,000 a second, p99 30 ms", why)


def _asked(person: str) -> dict[str, object]:
    """Return what a service asks about a person."""
    return {
        "person": person,
        "act": "use",
        "service": "shop",
        "activity": "tips",
        "categories": ["views"],
    }


@contextmanager
def _served(shop: Shop) -> Iterator[tuple[int, str]]:
    """Give the port of a server in this process, and the key of an application."""
    from shouxin.app.server import create_app
    from shouxin.duties.library.service import Library

    access = Access(shop.engine, bytes(32))
    until = datetime(2099, 1, 1, tzinfo=UTC)
    key = access.keys.new(SYSTEM_KEY, "cli", "a benchmark", ("decision.ask",), until)[0]
    with Writer(shop.engine) as writer, access.remembered, shop.guard(writer) as guard:
        app = create_app(
            Library(register()),
            host_names=("127.0.0.1",),
            api_token=None,
            engine=shop.engine,
            access=access,
            guard=guard,
        )
        with serving(app) as port:
            yield port, key
