"""The demo's office: built through the services, begun again where it was cut off, and true to its page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from shouxin.app import demonstration
from shouxin.app.settings import Settings, key_choice
from shouxin.demo import answered, brought, build, inspected, worked
from shouxin.demo import brought as made
from shouxin.demo.described import organisation
from shouxin.demo.place import STORE_URL, Mark, contents, keep, stores
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.duties.cases.model import URGENCIES, urgency
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.rights.model import AGES
from shouxin.law.register import register
from shouxin.store.keyring import open_wrapper
from shouxin.store.ledger.checkpoint import outside_keys
from shouxin.store.ledger.verify import verify
from shouxin.store.people import People
from tests.demo.made import PEOPLE, TODAY, built


@pytest.fixture(scope="module")
def site(shared_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a demo."""
    with built(shared_dsn, tmp_path_factory.mktemp("demo")) as made:
        yield made


def one(site: Site, question: str) -> int:
    """Return a number that the store knows."""
    with site.engine.connect() as connection:
        return int(connection.execute(text(question)).scalar_one())


def test_what_was_cut_off_is_not_done_twice(site: Site) -> None:
    """The second start went on where the first one ended, and everything stands there once."""
    customers = answered.customers(site)
    given = list(answered.answers(customers, TODAY))
    assert one(site, "select count(*) from shouxin.consent_transaction") == len(given)
    assert one(site, "select count(*) from shouxin.consent_guardianship") == sum(
        c.guardian is not None for c in customers
    )
    brought = one(site, "select count(*) from shouxin.desk_matter")
    asked, waiting = one(site, "select count(*) from shouxin.rights_request"), len(made.WAITING)
    assert (brought, asked, len(site.incidents.list(TODAY))) == (3, 3 + waiting, 1)
    assert one(site, 'select count(*) from shouxin."case"') == len(worked.stories()) + brought + asked
    assert one(site, "select count(*) from shouxin.notice_publication") == 2
    assert one(site, "select count(*) from shouxin.inventory_version") == 2
    assert len(site.access.approvals.all()) == 1
    accounts = {one.name for one in site.access.operators.all()}
    assert accounts == {*worked.OPERATORS, inspected.ENDED}
    assert one(site, "select count(*) from shouxin.inspection_pack where state = 'whole'") == 3
    assert one(site, "select count(*) from shouxin.inspection") == 3


def test_the_ledger_is_a_real_one(site: Site) -> None:
    """It verifies from the first entry, and holds each kind of thing that was done."""
    assert verify(site.engine, outside_keys(site.folder / "ledger")).problem is None
    with site.engine.connect() as connection:
        kinds = set(connection.execute(text("select kind from shouxin.ledger_entry")).scalars())
    assert kinds >= {
        "inventory.changed", "notice.published", "guardian.linked", "consent.given", "consent.withdrawn",
        "case.opened", "case.moved", "operator.added", "approval.asked", "decision",
    }  # fmt: skip


def test_what_happened_stands_at_its_time(site: Site) -> None:
    """Entries lie in their order over two years, and rows bear the times of the entries that tell of them."""
    before = "select at, lag(at) over (order by number) as before from shouxin.ledger_entry"
    assert one(site, f"select count(*) from ({before}) x where at < before") == 0
    weeks = "select count(distinct date_trunc('week', at)) from shouxin.ledger_entry where kind"
    assert one(site, f"{weeks} like 'consent.%'") > 80
    assert one(site, f"{weeks} = 'decision' and outcome = 'refused'") >= 12
    beside = (
        ("notice.published", "notice_publication", "at"),
        ("inventory.changed", "inventory_version", "made_at"),
        ("case.opened", '"case"', "opened_at"), ("inspection.asked", "inspection", "asked_at"),
        ("inspection.packed", "inspection_pack", "made_at"), ("operator.added", "operator", "made_at"),
        ("guardian.linked", "consent_guardianship", "recorded_at"),
    )  # fmt: skip
    for kind, table, column in beside:
        told = f"select at from shouxin.ledger_entry where kind = '{kind}'"
        assert (
            one(site, f"select count(*) from ({told} except select {column} from shouxin.{table}) x") == 0
        ), kind
    answers = "shouxin.consent_transaction t join shouxin.ledger_entry e on e.kind like 'consent.%'"
    told = f"{answers} and (e.what->>'transaction')::bigint = t.number"
    assert one(site, f"select count(*) from {told} where t.at > e.at or e.at - t.at > interval '8 days'") == 0


def test_the_guard_serves_who_agreed_and_refuses_the_others(site: Site) -> None:
    """Who agreed is nowhere in the denials; each denial names the provisions behind it."""
    denied = "select count(*) from shouxin.ledger_entry where kind = 'decision' and outcome = 'refused'"
    last = f"{denied} and at = (select max(at) from shouxin.ledger_entry where kind = 'decision')"
    assert 0 < one(site, last) < len(worked.questions())
    assert one(site, f"{denied} and what->>'provisions' = '[]'") == 0
    assert one(site, f"{denied} and what->>'activity' = 'kids-club'") == 1
    people = People(open_wrapper(site.engine, key_choice(Settings(data=str(site.folder)))))
    with site.engine.connect() as connection:
        references = [str(answered.AGREES), str(answered.WITHDREW)]
        agrees, withdrew = people.find(connection, "shop", references)
        counted = text("select count(*) from shouxin.ledger_entry where kind = 'decision' and whose = :whose")
        assert agrees
        assert withdrew
        assert connection.execute(counted, {"whose": agrees.commitment}).scalar_one() == 0
        assert connection.execute(counted, {"whose": withdrew.commitment}).scalar_one() > 0


def test_one_deadline_is_over_and_one_is_near(site: Site) -> None:
    """As the page of the demo says; and every urgency of the start page has something to show."""
    days = [one.days_left for one in site.cases.due(TODAY) if not one.passes]
    assert min(days) < 0
    assert {urgency(left) for left in days} == set(URGENCIES)
    assert {sum(age > bound for bound in AGES) for age in site.rights.ages(TODAY)} == {0, 1, 2, 3, 4}


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
        assert shop.execute("select count(*) from customer").fetchone() == (PEOPLE,)
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
    assert demo == Settings(data="var/demo", centre_subjects={"shop": "customer_id"})


def test_each_role_has_a_link_that_works_once(site: Site) -> None:
    """The terminal shows a link for every account."""
    lines = demonstration.doors(site.access, "http://127.0.0.1:1").splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(worked.OPERATORS)
    code = lines[0].rpartition("/")[2]
    token = site.access.links.use(code, "127.0.0.1", "", "")
    found = site.access.sessions.find(token)
    assert found
    assert found.roles == {"privacy_officer"}


def test_what_is_near_stays_near(site: Site) -> None:
    """On a later day a complaint is due in two days again, and another deletion is ready; once a day."""
    later = TODAY + timedelta(days=3)
    for _ in range(2):
        brought.refresh(site, later)
    days = sorted(one.days_left for one in site.cases.due(later) if not one.passes)
    assert 2 in days
    ready = [one for one in site.rights.list(later) if one.right == "deletion" and one.verified_by]
    assert len(ready) == 2
    plans = [site.rights.show(one.number, later).plan for one in ready]
    assert all(plan and not plan.problems and plan.body.surveys[0].rows for plan in plans)


def test_commands_find_the_shop_by_the_folder_of_the_demo(site: Site, tmp_path: Path) -> None:
    """Its mark and the file beside it say where the shop is; a folder without the mark says nothing."""
    keep(site.folder, Mark(made=TODAY, of=contents()))
    assert stores(site.folder) == {database.NAME: database.shop_url(site.engine)}
    (tmp_path / STORE_URL).write_text("postgresql://somewhere/else")
    assert stores(tmp_path) == {}
