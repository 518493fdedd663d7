"""Whom an incident touches, found through a store: counted, taken down, with a reason, and never in clear."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.incident.forms import search
from shouxin.duties.incident.model import Listed
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.file import read
from shouxin.duties.inventory.model import Author
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.duties.library.service import Library
from shouxin.duties.rights.service import Stores
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register
from shouxin.store.ledger.entry import Actor
from shouxin.store.people import People
from tests.app.made_up import TOKEN
from tests.connect import household
from tests.duties.incident.conftest import DAY, SHOP, report

WHO = Actor("operator:1", "console")
ASKED: dict[str, Any] = {
    "store": "household",
    "identity": "person_id",
    "rows": [{"table": "purchase"}, {"table": "letter"}],
    "reason": "the backup of May was public",
}


@pytest.fixture
def shop(migrated: Engine) -> None:
    """Put the shop's inventory into the store."""
    given = read(SHOP.read_bytes(), where="made_up.yaml")
    StoredInventory(migrated).load(given, Author("test", "cli"))


@pytest.fixture
def incidents(
    keeper: Timekeeper, migrated: Engine, people: People, shop: None, tmp_path: Path
) -> Iterator[Incidents]:
    """Give the incidents, with the household as the service's store."""
    url = f"sqlite:///{tmp_path}/household.db"
    stores = Stores(lambda: (household.mapped(),), {"household": url})
    made = Incidents(register(), Cases(keeper, KeptCases(migrated)), migrated, people, stores=stores)
    with household.filled(url):
        made.record(report(), DAY)
        yield made


def on_record(engine: Engine, people: People) -> set[str]:
    """Return whom the incident is known to touch, by the service's own references."""
    with engine.connect() as connection:
        ids = list(connection.execute(text("select person from shouxin.incident_person")).scalars())
        return set(people.references(connection, "shop", ids).values())


def test_people_are_counted_first_and_then_taken_down(
    incidents: Incidents, migrated: Engine, people: People
) -> None:
    """A count takes nobody down; done again it adds nobody; a list may add others."""
    counted = incidents.find_people(1, search(ASKED | {"dry_run": True}), WHO)
    assert (counted.people, counted.untold, counted.taken) == (3, 0, None)
    assert counted.records == {"purchase_record": 3, "messages": 4}
    assert on_record(migrated, people) == set()
    taken = incidents.find_people(1, search(ASKED), WHO).taken
    assert taken == Listed(lines=3, new=3, listed=3)
    assert on_record(migrated, people) == {"1", "2", "3"}
    assert incidents.find_people(1, search(ASKED), WHO).taken == Listed(lines=3, new=0, listed=3)


SEARCHING = """
import os, signal, sys
from itertools import count
from sqlalchemy import create_engine
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.incident import searching, stored
from shouxin.duties.incident.forms import search
from shouxin.duties.incident.service import Incidents
from shouxin.duties.rights.service import Stores
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People
from tests.connect import household
from tests.duties.incident.test_searching import ASKED

url, address, when = sys.argv[1:]
searching.CHUNK = 1
affected, turn = stored.affected, count()

def killing(*given):
    last = next(turn) == 1
    if last and when == "before": os.kill(os.getpid(), signal.SIGKILL)
    added = affected(*given)
    if last: os.kill(os.getpid(), signal.SIGKILL)
    return added

stored.affected = killing
engine = create_engine(url)
people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
stores = Stores(lambda: (household.mapped(),), {"household": address})
cases = Cases(Timekeeper(register()), KeptCases(engine))
Incidents(register(), cases, engine, people, stores=stores).find_people(1, search(ASKED))
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_search_that_is_killed_is_done_again_and_takes_nobody_down_twice(
    incidents: Incidents, migrated: Engine, people: People, database_url: str, tmp_path: Path, when: str
) -> None:
    """Whoever was taken down stays, the one in hand is not half there, the rest come with the next."""
    address = f"sqlite:///{tmp_path}/household.db"
    ran = subprocess.run(
        [sys.executable, "-c", SEARCHING, database_url, address, when],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert len(on_record(migrated, people)) == 1
    assert incidents.find_people(1, search(ASKED), WHO).taken == Listed(lines=3, new=2, listed=3)
    assert on_record(migrated, people) == {"1", "2", "3"}
    with migrated.connect() as connection:
        told = text(
            "select sum((what->>'people')::int) from shouxin.ledger_entry where kind = 'incident.people'"
        )
        assert connection.execute(told).scalar_one() == 3


def test_the_search_stands_in_the_ledger_without_what_was_looked_for(
    incidents: Incidents, migrated: Engine
) -> None:
    """Who, which tables, how many and why; no key and no person."""
    rows = [{"table": "person", "keys": ["424242", "1"]}]
    assert incidents.find_people(1, search(ASKED | {"rows": rows}), WHO).people == 1
    asked = text("select who, what, why from shouxin.ledger_entry where kind = 'incident.searched'")
    with migrated.connect() as connection:
        who, what, why = connection.execute(asked).one()
    assert (who, why, what["tables"], what["people"]) == ("operator:1", ASKED["reason"], ["person"], 1)
    assert "424242" not in str(what)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"store": "cellar"}, "rights-store"),
        ({"identity": "shoe_size"}, "people-identity"),
        ({"rows": [{"table": "cellar"}]}, "people-place"),
        ({"rows": []}, "form-field"),
        ({"reason": "  "}, "form-field"),
        ({"rows": [{"table": "person", "since": "yesterday"}]}, "form-field"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(
    incidents: Incidents, migrated: Engine, people: People, change: dict[str, Any], code: str
) -> None:
    """Nobody is taken down, and the ledger says nothing of a search."""
    with pytest.raises(InputError) as refused:
        incidents.find_people(1, search(ASKED | change), WHO)
    assert refused.value.code == code
    assert on_record(migrated, people) == set()


def test_a_window_of_days_is_read_as_days(incidents: Incidents) -> None:
    """Purchases of March 2025 are one person's."""
    rows = [
        {"table": "purchase", "column": "finished", "since": date(2025, 3, 1), "until": date(2025, 3, 31)}
    ]
    assert incidents.find_people(1, search(ASKED | {"rows": rows, "dry_run": True}), WHO).people == 1


def test_without_stores_it_is_said(keeper: Timekeeper, migrated: Engine, people: People, shop: None) -> None:
    """And an incident that is not there is unknown."""
    bare = Incidents(register(), Cases(keeper, KeptCases(migrated)), migrated, people)
    with pytest.raises(InputError) as refused:
        bare.find_people(7, search(ASKED), WHO)
    assert refused.value.code == "incident-unknown"
    bare.record(report(), DAY)
    with pytest.raises(StoreError, match="no stores"):
        bare.find_people(1, search(ASKED), WHO)


def test_the_page_counts_and_then_offers_to_take_down(incidents: Incidents, migrated: Engine) -> None:
    """The form keeps what was written; the API answers alike."""
    app = create_app(
        Library(register()), host_names=("testserver.local",), api_token=TOKEN, engine=migrated,
        incidents=incidents,
    )  # fmt: skip
    sent = {
        "identity": "household / person_id", "tables": "purchase letter", "why": "a backup", "do": "count",
    }  # fmt: skip
    with TestClient(app, base_url="http://testserver.local") as client:
        client.headers.update({"Authorization": f"Bearer {TOKEN}"})
        for language in ("zh", "en", "es"):
            page = client.post(f"/incidents/1/search?lang={language}", data=sent)
            assert (page.status_code, 'value="take"' in page.text) == (200, True)
        assert "3 people; 0 rows tell nobody" in client.post("/incidents/1/search?lang=en", data=sent).text
        wrong = client.post("/incidents/1/search", data=sent | {"tables": "cellar"})
        assert (wrong.status_code, "people-place" in wrong.text) == (400, True)
        taken = client.post("/incidents/1/search?lang=en", data=sent | {"do": "take"})
        assert "3 were taken down anew" in taken.text
        answer = client.post("/api/incidents/1/people/search", json=ASKED | {"dry_run": True})
        assert msgspec.json.decode(answer.content)["people"] == 3
        bad = client.post("/api/incidents/1/people/search", json=ASKED | {"identity": "x"})
        assert (bad.status_code, bad.json()["code"]) == (400, "people-identity")
