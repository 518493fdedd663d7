"""The demo's office: built through the services, begun again where it was cut off, and true to its page."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from shouxin.app import demonstration
from shouxin.app.settings import Settings
from shouxin.demo import answered, build, worked
from shouxin.demo.described import organisation
from shouxin.demo.place import Mark, contents
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.duties.access.service import Access
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.guard.office import of_store
from shouxin.duties.inventory.service import Inventory
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store import StoreConfig, open_store
from shouxin.store.ledger import Writer
from shouxin.store.ledger.verify import verify
from shouxin.store.migrate import upgrade
from shouxin.store.people import People

TODAY = datetime.date(2026, 11, 22)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


WRAPPER = LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))


@contextmanager
def site_of(engine: Engine, folder: Path, said: list[str]) -> Iterator[Site]:
    """Give the services of a small demo."""
    people = People(WRAPPER)
    keeper = Timekeeper(register(), folder / "calendar")
    with Writer(engine) as writer, of_store(engine, register(), {}, people, writer, sample=0) as guard:
        yield Site(
            engine,
            Access(engine, bytes(32), hasher=CHEAP),
            Cases(keeper, KeptCases(engine)),
            Consents(engine, people),
            guard,
            folder,
            TODAY,
            said.append,
            people=150,
        )


@pytest.fixture(scope="module")
def site(shared_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a demo that was cut off before its last step, and then built to its end."""
    with psycopg.connect(shared_dsn, autocommit=True) as server:
        server.execute("create database demo_office")
    said: list[str] = []
    dsn = psycopg.conninfo.make_conninfo(shared_dsn, dbname="demo_office")
    folder, mark = tmp_path_factory.mktemp("demo"), Mark(made=TODAY, of=contents())
    with open_store(StoreConfig(dsn=dsn)) as store:
        upgrade(store.engine)
        with site_of(store.engine, folder, said) as made, pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "_STEPS", build._STEPS[:-1])
            patch.setattr(build, "keep", lambda _folder, _mark: None)
            build.build(made, mark)
        with site_of(store.engine, folder, said) as made:
            build.build(made, mark)
            yield made
    with psycopg.connect(shared_dsn, autocommit=True) as server:
        for name in ("demo_office", database.NAME):
            server.execute(f"drop database {name} (force)".encode())
        server.execute(f"drop role {database.ROLE}".encode())


def one(site: Site, question: str) -> int:
    """Return a number that the store knows."""
    with site.engine.connect() as connection:
        return int(connection.execute(text(question)).scalar_one())


def test_what_was_cut_off_is_not_done_twice(site: Site) -> None:
    """Each step was run twice, and everything stands there once."""
    customers = answered.customers(site)
    given = list(answered.answers(customers, TODAY))
    assert one(site, "select count(*) from shouxin.consent_transaction") == len(given)
    assert one(site, "select count(*) from shouxin.consent_guardianship") == sum(
        c.guardian is not None for c in customers
    )
    assert one(site, 'select count(*) from shouxin."case"') == len(worked.stories())
    assert one(site, "select count(*) from shouxin.notice_publication") == 2
    assert one(site, "select count(*) from shouxin.inventory_version") == 1
    assert len(site.access.approvals.all()) == 1
    assert len(site.access.operators.all()) == len(worked.OPERATORS)


def test_the_ledger_is_a_real_one(site: Site) -> None:
    """It verifies from the first entry, and holds each kind of thing that was done."""
    assert verify(site.engine, []).problem is None
    with site.engine.connect() as connection:
        kinds = set(connection.execute(text("select kind from shouxin.ledger_entry")).scalars())
    assert kinds >= {
        "inventory.changed", "notice.published", "guardian.linked", "consent.given", "consent.withdrawn",
        "case.opened", "case.moved", "operator.added", "approval.asked", "decision",
    }  # fmt: skip


def test_the_guard_serves_who_agreed_and_refuses_the_others(site: Site) -> None:
    """Who agreed is nowhere in the denials; each denial names the provisions behind it."""
    denied = "select count(*) from shouxin.ledger_entry where kind = 'decision' and outcome = 'refused'"
    assert 0 < one(site, denied) < len(worked.questions())
    assert one(site, f"{denied} and what->>'provisions' = '[]'") == 0
    assert one(site, f"{denied} and what->>'activity' = 'kids-club'") == 1
    with site.engine.connect() as connection:
        references = [str(answered.AGREES), str(answered.WITHDREW)]
        agrees, withdrew = People(WRAPPER).find(connection, "shop", references)
        counted = text("select count(*) from shouxin.ledger_entry where kind = 'decision' and whose = :whose")
        assert agrees
        assert withdrew
        assert connection.execute(counted, {"whose": agrees.commitment}).scalar_one() == 0
        assert connection.execute(counted, {"whose": withdrew.commitment}).scalar_one() > 0


def test_one_deadline_is_over_and_one_is_near(site: Site) -> None:
    """As the page of the demo says."""
    days = [one.days_left for one in site.cases.due(TODAY) if not one.passes]
    assert min(days) < 0 < sorted(days)[1] <= 2


def test_the_company_falls_short_where_it_is_meant_to() -> None:
    """The checks of the inventory find what the page of the demo names."""
    found = {one.check: one.about for one in Inventory(register()).findings(organisation(), TODAY)}
    assert found["transfer_without_route"] == "Far Analytics"
    assert "share-sdk" in found["sdk_incomplete"]
    assert "identity_document" in found["held_undeclared"]


def test_the_shops_own_programs_come_in_by_a_file(site: Site) -> None:
    """The connection string holds no password, and the role reads the shop and no more."""
    dsn = (site.folder / build.APP_DSN).read_text().strip()
    assert "password" not in psycopg.conninfo.conninfo_to_dict(dsn)
    with psycopg.connect(dsn) as shop:
        assert shop.execute("select count(*) from customer").fetchone() == (150,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            shop.execute("create table mine ()")


def test_nothing_real_is_touched() -> None:
    """Settings that lead to a real database, key or identity provider do not reach the demo."""
    real = Settings(
        dsn="postgresql://real",
        api_token="real",
        keys="vault",
        vault_token="real",
        oidc_issuer="https://real",
    )
    demo = demonstration.settings(real)
    assert demo == Settings(data="var/demo")


def test_each_role_has_a_link_that_works_once(site: Site) -> None:
    """The terminal shows a link for every account."""
    lines = demonstration.doors(site.access, "http://127.0.0.1:1").splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(worked.OPERATORS)
    code = lines[0].rpartition("/")[2]
    token = site.access.links.use(code, "127.0.0.1", "", "")
    found = site.access.sessions.find(token)
    assert found
    assert found.roles == {"privacy_officer"}
