"""Answers counted in advance: the same figures, whatever was counted so far."""

import datetime
from collections import Counter as Counted

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, Engine, text

from shouxin.duties.consent import counted, tally, worker
from shouxin.duties.consent.model import EVERY
from shouxin.duties.consent.tally import advance
from shouxin.duties.days import BEIJING
from shouxin.duties.notice.service import Offered, OfferedPurpose

TODAY = datetime.date(2026, 6, 1)
NOON = datetime.datetime(2026, 5, 30, 12, tzinfo=BEIJING)
OFFERED = tuple(
    Offered(
        service=name,
        address="a" * 64,
        published=NOON,
        purposes={"p": OfferedPurpose(key="p", scope="2", categories=frozenset())},
    )
    for name in ("shop", "club")
)
_PERSON = text(
    "insert into shouxin.person (service, commitment, lookup, reference, kek, wrapped) "
    "values (:service, :name, :name, '', '', '') returning id"
)
_ANSWER = text(
    "insert into shouxin.consent_transaction (person, action, purpose, channel, notice, scope, kinds, "
    "categories, recipients, how, informed, at, until, evidence, request, source) values "
    "(:person, :action, :purpose, '', sha256(convert_to((select service from shouxin.person "
    "where id = :person), 'UTF8')), :scope, '{}', '{}', '{}', '{}', true, :at, :until, '', "
    "gen_random_uuid()::text, '')"
)
_NOTICE = text(
    "insert into shouxin.notice_version (address, service, body, complete, kinds, law) "
    "values (sha256(convert_to(:service, 'UTF8')), :service, '{}', true, '{}', '')"
)
_PLAIN = text(
    "select t.number, t.person, p.service, t.purpose, t.action, t.until, t.scope, t.at "
    "from shouxin.consent_transaction t join shouxin.person p on p.id = t.person order by t.number"
)

Plain = tuple[Counted[tuple[str, ...]], Counted[tuple[str, ...]], Counted[str]]

answers = some.fixed_dictionaries(
    {
        "person": some.integers(0, 3),
        "action": some.sampled_from(["give", "refuse", "withdraw"]),
        "purpose": some.sampled_from(["p", "q"]),
        "scope": some.sampled_from(["1", "2"]),
        "at": some.sampled_from([NOON, NOON + datetime.timedelta(hours=15)]),
        "until": some.sampled_from([None, TODAY, TODAY - datetime.timedelta(days=1)]),
    }
)


def plainly(connection: Connection) -> Plain:
    """Count every answer one by one: by day, by where people stand, and whom to ask again."""
    days: Counted[tuple[str, ...]] = Counted()
    last = {}
    for row in connection.execute(_PLAIN):
        days[str(row.at.astimezone(BEIJING).date()), row.service, row.purpose, row.action] += 1
        last[row.person, row.purpose] = row
    stands: Counted[tuple[str, ...]] = Counted()
    again: Counted[str] = Counted()
    for row in last.values():
        over = row.action == "give" and row.until is not None and row.until < TODAY
        status = "expired" if over else {"give": "given", "refuse": "refused"}.get(row.action, "withdrawn")
        stands[row.service, row.purpose, status] += 1
        again[row.service] += status == "given" and row.purpose == "p" and row.scope != "2"
    return days, stands, +again


def told(connection: Connection) -> Plain:
    """Return the same as the figures tell it."""
    connection.rollback()
    counted.freeze(connection)
    days = counted.days(connection, EVERY, TODAY - datetime.timedelta(days=9), TODAY)
    stands = counted.now(connection, EVERY, OFFERED, TODAY)
    again: Counted[str] = Counted()
    for one in stands:
        again[one.service] += one.ask_again
    return (
        Counted({(str(one.day), one.service, one.purpose, one.action): one.count for one in days}),
        Counted({(one.service, one.purpose, one.status): one.count for one in stands}),
        +again,
    )


@pytest.fixture
def people(migrated: Engine) -> list[int]:
    """Give two people of each of two services."""
    with migrated.begin() as connection:
        connection.execute(_NOTICE, [{"service": "shop"}, {"service": "club"}])
        given = [{"service": one, "name": f"{one}{n}".encode()} for one in ("shop", "club") for n in (1, 2)]
        return [int(connection.execute(_PERSON, one).scalar_one()) for one in given]


def test_figures_are_exact_whatever_was_counted_before(migrated: Engine, people: list[int]) -> None:
    """Random answers, counted in random parts, between them and never: always as one by one."""

    @settings(max_examples=25, deadline=None)
    @given(some.lists(some.tuples(answers, some.sampled_from([0, 0, 1, 2, 100])), max_size=12))
    def hold(lines: "list[tuple[dict[str, object], int]]") -> None:
        for one, step in lines:
            with migrated.begin() as connection:
                connection.execute(_ANSWER, one | {"person": people[int(str(one["person"]))]})
            if step:
                advance(migrated, step)
        with migrated.connect() as connection:
            assert told(connection) == plainly(connection)

    hold()
    with migrated.connect() as connection:
        before = told(connection)
        while advance(migrated, 7):
            pass
        connection.rollback()
        assert tally.since(connection)["after"] == tally.top(connection)
        assert told(connection) == before == plainly(connection)


def test_one_counts_at_a_time(migrated: Engine, people: list[int]) -> None:
    """Who comes while another counts does nothing, and nothing is counted twice."""
    with migrated.begin() as connection:
        line = {"action": "give", "purpose": "p", "scope": "1", "at": NOON, "until": None}
        connection.execute(_ANSWER, line | {"person": people[0]})
    with migrated.connect() as other:
        other.execute(text("select upto from shouxin.consent_tally for update"))
        assert not advance(migrated)
        assert tally.since(other)["after"] == 0
    said: list[str] = []
    worker.Counter(migrated, said.append).look()
    with migrated.connect() as connection:
        assert tally.since(connection)["after"] == tally.top(connection) == 1
        assert told(connection) == plainly(connection)
    assert not said
