"""Rights carried out on the made-up shop in PostgreSQL, traps and all, with processes that are killed."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
import pytest

from shouxin.connect import mapfile
from shouxin.connect.stores import opened as connected
from shouxin.demo.shop import database
from shouxin.duties.centre import own
from shouxin.duties.centre.model import Whose
from shouxin.duties.days import today
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from shouxin.errors import InputError
from shouxin.store import StoreConfig, open_store
from tests.duties.rights.made_up import ACTOR, FACTS, Office
from tests.duties.rights.zipped import opened

MANY = 200
FORMER, PRESENT = "100003", "100004"

KILLED = """
import os, signal, sys
from contextlib import contextmanager
from shouxin.connect import mapfile
from shouxin.connect.stores import opened
from shouxin.demo.shop import database
from shouxin.duties.days import today
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.stores import Stores
from shouxin.store import StoreConfig, open_store
from tests.duties.rights.made_up import ACTOR, Office

dsn, url, number, when = sys.argv[1:]

class Killing:
    def __init__(self, store): self.store, self.name = store, store.name
    def __getattr__(self, name): return getattr(self.store, name)
    def erase(self, *given, dry_run=False, **more):
        if when == "before" and not dry_run: os.kill(os.getpid(), signal.SIGKILL)
        made = self.store.erase(*given, dry_run=dry_run, **more)
        if when == "after" and not dry_run: os.kill(os.getpid(), signal.SIGKILL)
        return made

@contextmanager
def killing(found, address):
    with opened(found, address) as store: yield Killing(store)

with open_store(StoreConfig(dsn=dsn)) as store:
    office = Office(store.engine)
    found = mapfile.read(database.MAP.read_bytes(), where="map.yaml")
    desk = office.desk._replace(stores=Stores(lambda: (found,), {"shop": url}, killing))
    Rights(desk).run(int(number), today(), ACTOR)
"""


class Shop(NamedTuple):
    """The made-up shop: its address, and a connection that looks at it."""

    url: str
    look: "psycopg.Connection[Any]"

    def rows(self, question: str, *values: str) -> list[Any]:
        """Return what a question finds, as it is committed."""
        found = self.look.execute(question.encode(), values).fetchall()
        self.look.commit()
        return found

    def everything_of(self, customer: str) -> list[Any]:
        """Return the rows of a customer, table by table."""
        asked = (
            "select * from customer where id = %s",
            "select * from orders where customer = %s order by id",
            "select * from device where customer = %s order by id",
            "select v.* from page_view v, device d where d.id = v.device and d.customer = %s order by v.id",
        )
        return [self.rows(one, customer) for one in asked]


@pytest.fixture(scope="module")
def shop(shared_dsn: str) -> Iterator[Shop]:
    """Give a small shop, which is gone afterwards."""
    with open_store(StoreConfig(dsn=shared_dsn)) as store:
        database.make(store.engine, today(), "made-up", MANY)
        with psycopg.connect(database.shop_dsn(store.engine)) as look:
            yield Shop(database.shop_url(store.engine), look)
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"drop database {database.NAME} (force)")
            connection.exec_driver_sql(f"drop role {database.ROLE}")


@pytest.fixture
def desk(office: Office, shop: Shop) -> Iterator[Office]:
    """Give a desk in front of the shop."""
    found = mapfile.read(database.MAP.read_bytes(), where="map.yaml")
    stores = Stores(lambda: (found,), {"shop": shop.url}, connected)
    office.desk = office.desk._replace(stores=stores)
    office.rights = Rights(office.desk)
    yield office
    office.rights.close()


def ready(desk: Office, customer: str) -> int:
    """Have an erasure of a customer asked, verified, planned and approved; return its number."""
    return desk.ready("deletion", FACTS, person=customer, identities={"customer_id": customer})


def test_the_former_owner_of_a_number_goes_and_the_present_one_stays(desk: Office, shop: Shop) -> None:
    """Every cell of the present owner is as it was; the former owner's orders are kept until their day."""
    before = shop.everything_of(PRESENT)
    (email,) = shop.rows("select email from customer where id = %s", FORMER)[0]
    number = ready(desk, FORMER)
    (task,) = desk.rights.run(number, today(), ACTOR)
    assert (task.state, task.problem) == ("done", "")
    assert shop.everything_of(PRESENT) == before
    assert shop.rows("select 1 from customer where email = %s", email) == []
    assert shop.rows("select 1 from subscriber where email = %s", email) == []
    shown = desk.rights.show(number, today())
    assert shown.plan
    kept = {part.table: part.until for part in shown.plan.kept}
    ends = kept.values()
    assert {"orders", "payment"} <= set(kept)
    assert shown.state == "blocked"
    assert shown.restrictions[0].until == (None if None in ends else max(filter(None, ends)))
    again = desk.rights.plan(number, today(), ACTOR)
    assert {one.code for one in again.problems} == {"rights-kept"}


def test_a_copy_holds_what_the_shop_knows(desk: Office, shop: Shop) -> None:
    """From every table that has something, nothing of the other customers."""
    number = desk.ask("access", person=PRESENT, identities={"customer_id": PRESENT})
    desk.rights.vouch(number, today(), ACTOR)
    with desk.rights.give(number, "p" * 20, "zh", {}, today(), ACTOR) as made:
        files = opened(made.file.read(), "p" * 20)
    data = json.loads(files["data.json"])
    counts = {one["table"]: len(one["rows"]) for one in data["tables"]}
    assert counts["customer"] == 1
    assert counts["orders"] == len(shop.everything_of(PRESENT)[1])
    others = shop.rows("select email from customer where id <> %s", PRESENT)
    assert not [email for (email,) in others if email in files["index.html"]]


@pytest.mark.parametrize(("when", "customer"), [("before", "100010"), ("after", "100011")])
def test_a_process_that_is_killed_leaves_all_or_nothing(
    desk: Office, shop: Shop, database_dsn: str, when: str, customer: str
) -> None:
    """Before or after the shop committed; the next run finishes what is left, and does nothing twice."""
    number = ready(desk, customer)
    (row,) = shop.rows("select nickname from customer where id = %s", customer)
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, database_dsn, shop.url, str(number), when],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    gone = shop.rows("select 1 from customer where nickname = %s", row[0]) == []
    assert gone == (when == "after")
    (task,) = desk.rights.run(number, today(), ACTOR)
    assert (task.state, task.problem) == ("done", "")
    assert task.outcome
    assert task.outcome.deleted
    assert shop.rows("select 1 from customer where nickname = %s", row[0]) == []
    assert desk.rights.run(number, today(), ACTOR) == (task,)


def test_a_correction_reaches_the_rows_and_only_its_commitment_is_kept(desk: Office, shop: Shop) -> None:
    """A wrong name; another customer's row cannot be named."""
    change = {"store": "shop", "table": "customer", "values": {"name": "苏更正"}}
    asked: dict[str, Any] = {
        "person": "100012",
        "identities": {"customer_id": "100012"},
        "changes": [change],
        "records": {"challenged": "the name"},
    }
    number = desk.ready("correction", {"found_wrong": True}, **asked)
    plan = desk.rights.show(number, today()).plan
    assert plan
    (planned,) = plan.body.corrections
    assert (planned.rows, planned.columns, len(planned.was)) == (1, ("name",), 64)
    desk.rights.run(number, today(), ACTOR)
    assert shop.rows("select name from customer where id = %s", "100012") == [("苏更正",)]
    assert desk.rights.show(number, today()).state == "done"
    other = asked | {"changes": [change | {"key": {"id": 100013}}]}
    number = desk.ask("correction", **other)
    desk.rights.vouch(number, today(), ACTOR)
    assert [one.code for one in desk.rights.plan(number, today(), ACTOR).problems] == ["rights-nothing"]


def test_a_row_that_is_reached_is_corrected_where_it_says_what_it_says(desk: Office, shop: Shop) -> None:
    """At the centre a name in one address of a customer is put right; other rows and people keep theirs."""
    asked = "select customer, address, consignee_name from customer_address order by 1, 2"
    (customer,) = shop.rows("select customer from customer_address group by 1 having count(*) > 1 limit 1")[0]
    (address,) = shop.rows("select max(address) from customer_address where customer = %s", str(customer))[0]
    change = "update customer_address set consignee_name = '错字' where customer = %s and address = %s"
    shop.look.execute(change.encode(), [customer, address])
    shop.look.commit()
    before = {tuple(row[:2]): row[2] for row in shop.rows(asked)}
    place = "shop/customer_address/consignee_name"
    whose = Whose("shop", 0, str(customer), {"customer_id": str(customer)}, "session")
    found = {one.place: one.reached for one in own.fields(desk.rights)}
    assert found[place] is True
    assert found["shop/customer/name"] is False
    assert not found.keys() & {"shop/customer/id", "shop/orders/customer", "shop/device/device_id"}
    with pytest.raises(InputError, match="now") as problem:
        own.ask(desk.rights, whose, own.Wish("correction", place, value="更正"), today())
    assert problem.value.code == "centre-now"
    number = own.ask(desk.rights, whose, own.Wish("correction", place, "错字", "更正"), today()).number
    plan = desk.rights.plan(number, today(), ACTOR)
    assert not plan.problems
    assert [one.rows for one in plan.body.corrections] == [1]
    desk.rights.approve(number, plan.digest, "looked at", {"found_wrong": True}, today(), ACTOR)
    desk.rights.run(number, today(), ACTOR)
    after = {tuple(row[:2]): row[2] for row in shop.rows(asked)}
    assert {key: worth for key, worth in after.items() if before[key] != worth} == {
        (customer, address): "更正"
    }


def test_the_map_fits_the_shop(desk: Office) -> None:
    """No difference; the account of the tests may do more than it needs, which is said."""
    assert {one.code for one in desk.rights.check()} <= {"right-too-many"}
