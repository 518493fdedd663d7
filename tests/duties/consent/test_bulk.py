"""Bulks of hundreds of people: the same answers whatever goes wrong or happens beside them."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.consent import service
from shouxin.duties.consent.api import read
from shouxin.duties.consent.views import Many
from tests.duties.consent.test_service import TELLER, Shop

PEOPLE = 700

BULK = """
import sys
from pathlib import Path
from sqlalchemy import create_engine
from shouxin.duties.consent import service
from shouxin.duties.consent.api import read
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People

service.CHUNK = 100
url, file = sys.argv[1:]
people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
consents = service.Consents(create_engine(url), people)
consents.many(read(Path(file).read_bytes()), service.Teller("key-1", "api"))
"""


@pytest.fixture
def shop(migrated: Engine) -> Shop:
    """Give a service with a notice."""
    return Shop(migrated)


def lines(shop: Shop, name: str, people: range = range(PEOPLE), action: str = "give") -> bytes:
    """Return a body with one answer of each person."""
    given = [shop.answer(f"{name}-{one:06}", action, person=f"u-{one}") for one in people]
    return b"\n".join(map(msgspec.json.encode, given))


def taken(shop: Shop, body: bytes) -> Many:
    """Take a body down."""
    return shop.consents.many(read(body), TELLER)


def agrees(shop: Shop) -> int:
    """Return how many answers there are, each with its one entry."""
    asked = """
        select count(*) as answers, count(distinct e.number) as entries, count(distinct t.number) as own
        from shouxin.consent_transaction t
        full join shouxin.ledger_entry e on (e.what->>'transaction')::bigint = t.number
        where e.number is null or e.kind like 'consent.%'
    """
    with shop.engine.connect() as connection:
        found = connection.execute(text(asked)).one()
    assert found.answers == found.entries == found.own
    return int(found.answers)


def test_of_people_close_together_what_they_answered_before_counts(shop: Shop) -> None:
    """Hundreds of people come again: repetitions are known, and an answer that changes nothing is none."""
    assert taken(shop, lines(shop, "first")).recorded == PEOPLE
    again = taken(shop, lines(shop, "first"))
    assert (again.recorded, again.repeated, again.refused) == (0, PEOPLE, ())
    assert taken(shop, lines(shop, "second", action="withdraw")).recorded == PEOPLE
    assert taken(shop, lines(shop, "third", action="withdraw")).recorded == 0
    assert agrees(shop) == 2 * PEOPLE
    assert shop.stands("u-5")["tips"].status == "withdrawn"


def test_who_answered_among_new_people_keeps_their_own_history(shop: Shop) -> None:
    """Some of a bulk answered before, others in between are not in it: nobody gets another's standing."""
    taken(shop, lines(shop, "some", range(0, PEOPLE, 2)))
    found = taken(shop, lines(shop, "all", range(1, PEOPLE, 2), "withdraw"))
    assert (found.recorded, len(found.refused)) == (0, PEOPLE // 2)
    found = taken(shop, lines(shop, "all", range(PEOPLE), "withdraw"))
    assert (found.recorded, len(found.refused)) == (PEOPLE // 2, PEOPLE // 2)
    assert agrees(shop) == PEOPLE // 2 * 2


def test_a_line_that_is_no_answer_hinders_no_other(shop: Shop) -> None:
    """In the midst of a bulk a line is broken and one unheard of: they are named, the rest is kept."""
    body = lines(shop, "bulk").split(b"\n")
    body[100] = b"{"
    body[350] = msgspec.json.encode(shop.answer("request-1", purpose="unheard-of"))
    found = taken(shop, b"\n".join(body))
    assert (found.recorded, [one.line for one in found.refused]) == (PEOPLE - 2, [101, 351])
    assert agrees(shop) == PEOPLE - 2


def test_two_bulks_of_the_same_people_at_once_become_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file is sent twice at once, once backwards: each answer is kept once, and neither is lost."""
    monkeypatch.setattr(service, "CHUNK", 100)
    body = lines(shop, "twice")
    backwards = b"\n".join(reversed(body.split(b"\n")))
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda one: taken(shop, one), (body, backwards)))
    assert sum(one.recorded for one in found) == PEOPLE == sum(one.repeated for one in found)
    assert agrees(shop) == PEOPLE


def test_a_bulk_that_is_killed_is_sent_again_and_nothing_is_kept_twice(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    """After kill -9 in the midst, answers and entries agree, and the same file completes them."""
    file, many = tmp_path / "answers", 20 * PEOPLE
    file.write_bytes(lines(shop, "killed", range(many)))
    command = [sys.executable, "-c", BULK, database_url, str(file)]
    with subprocess.Popen(command) as bulk:
        while not agrees(shop):
            assert bulk.poll() is None
        os.kill(bulk.pid, signal.SIGKILL)
    kept = agrees(shop)
    assert 0 < kept < many
    found = taken(shop, file.read_bytes())
    assert kept <= found.repeated == many - found.recorded
    assert agrees(shop) == many
