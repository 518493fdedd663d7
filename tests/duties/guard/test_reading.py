"""What a guard reads of people: as their histories tell, in one statement, over a lost connection."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import Engine, event, text

from shouxin.duties.consent import service as consent
from shouxin.duties.guard.reading import Reader
from shouxin.errors import InputError
from shouxin.store import restrictions
from tests.duties.guard.test_office import Service, restricts


@pytest.fixture
def service(migrated: Engine) -> Iterator[Service]:
    """Give the shop, whose people answered several times."""
    with ExitStack() as stack:
        shop = Service(migrated, stack)
        for number, (person, action) in enumerate(
            [("u-1", "give"), ("u-2", "give"), ("u-1", "withdraw"), ("u-3", "refuse"), ("u-2", "refuse")]
        ):
            shop.says(person, action, f"answer-{number}")
        restricts(shop, "u-2", "request 1", {"storage.retention_only": True}, "tips")
        restricts(shop, "u-2", "request 2", {"storage.retention_only": True})
        yield shop


def test_one_statement_tells_what_every_duty_keeps(service: Service) -> None:
    """Numbers, standings and restrictions of known and unknown people are those of the single questions."""
    asked = ["u-2", "nobody", "u-1", "u-3", "u-2"]
    with closing(Reader(service.engine, service.people)) as read, service.engine.begin() as connection:
        found = read("shop", asked)
        people = service.people.find(connection, "shop", asked)
        ids = [one.id for one in people if one]
        standings, limits = consent.standings(connection, ids), restrictions.limits(connection, ids)
    for known, person in zip(found, people, strict=True):
        if person is None:
            assert (known.person, known.standings, known.whose, known.limits) == (0, {}, b"", ())
        else:
            assert known == (person.id, standings[person.id], person.commitment, limits.get(person.id, ()))
    assert len(found[0].limits) == 2


def test_a_question_is_one_way_to_the_store_and_back(service: Service) -> None:
    """Once a connection is at hand, a person costs one statement, and the pool is not asked again."""
    with closing(Reader(service.engine, service.people)) as read:
        read("shop", ["u-1"])
        taken: list[object] = []
        event.listen(service.engine, "checkout", lambda *_: taken.append(None))
        for _ in range(3):
            read("shop", ["u-1"])
        assert not taken


def test_a_connection_that_was_cut_is_replaced(service: Service) -> None:
    """The store ends every connection of the reader; the next question is answered all the same."""
    with closing(Reader(service.engine, service.people)) as read:
        before = read("shop", ["u-1"])
        with service.engine.begin() as connection:
            ended = connection.execute(
                text(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                    "where query like '%consent_transaction%' and pid <> pg_backend_pid()"
                )
            ).scalar_one()
        assert ended
        assert read("shop", ["u-1"]) == before


def test_a_reference_that_is_none_leaves_the_reader_whole(service: Service) -> None:
    """After a refused question the next one is answered on the same connection."""
    with closing(Reader(service.engine, service.people)) as read:
        before = read("shop", ["u-3"])
        with pytest.raises(InputError, match="reference"):
            read("shop", [""])
        assert read("shop", ["u-3"]) == before
