"""Keeps the guard in a service's own database current with what its people say.

Each round is one transaction there: what changed since the last round, the next part of a pass over everybody
where one is due, how far both came, and a beat, which is the time from which on everything is known. Killed
at any moment, it goes on where the last round ended; while it stands still, the beat grows old and no row is
shown.
"""

import datetime
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.consent.model import Place, Standing
from shouxin.duties.consent.service import SUBJECT, followed, standings
from shouxin.duties.days import BEIJING, today
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import Act
from shouxin.duties.guard.service import Grounds, Guard
from shouxin.errors import InputError, IntegrityError, ShouxinError, StoreError
from shouxin.store import restrictions
from shouxin.store.line import BEAT, Line
from shouxin.store.people import SUBJECT as PEOPLE
from shouxin.store.people import People, shredded
from shouxin.store.refusals import REFUSALS, refusal

PART = 2000
"""People, or answers, that one round follows at most."""

ACT = "use"
"""The act of a query under a purpose."""

_WHILE = datetime.timedelta(days=1)
"""How long a transaction that destroys a key takes at most before it commits, by far."""

_STRANGER = Known(0, {})
_ENDLESS = "infinity"

_THERE = text(
    "select exists (select from pg_attribute "
    "where attrelid = to_regclass('shouxin_guard.state') and attname = 'restrictions')"
)
_BEGIN = text(
    "select clock_timestamp() as at, nullif(beat, '-infinity') as beat, service, answers, restrictions, "
    "passing, passed_on from shouxin_guard.state for update"
)
_END = text(
    "update shouxin_guard.state set answers = :answers, restrictions = :restrictions, passing = :passing, "
    "passed_on = :passed_on, "
    "beat = case when :current then :at else beat end"
)
_PURPOSES = text("select name, categories, everybody, ground from shouxin_guard.purpose order by name")
_RESET = (
    text("delete from shouxin_guard.exception where purpose = :name"),
    text("update shouxin_guard.purpose set everybody = null, ground = :ground where name = :name"),
)
_SETTLED = text("update shouxin_guard.purpose set everybody = :everybody where name = :name and ground <> ''")
_FORGET = text("delete from shouxin_guard.exception where number = any(:numbers)")
_FORGET_BETWEEN = text(
    "delete from shouxin_guard.exception where number > :after and (number <= :last or cast(:end as boolean))"
)
_EXCEPT = text("""
insert into shouxin_guard.exception (purpose, person, number, until)
select * from unnest(cast(:purposes as text[]), cast(:persons as text[]), cast(:numbers as bigint[]),
    cast(:untils as timestamptz[]))
on conflict (purpose, person) do update set number = excluded.number, until = excluded.until
""")
_OPEN = text("""
select c.oid::regclass::text as place
from pg_class c left join shouxin_guard.enclosed e on e.place = c.oid
where (e.place is not null or exists (
    select from pg_inherits join shouxin_guard.enclosed i on i.place = inhparent where inhrelid = c.oid
)) and not (e.place is not null and c.relrowsecurity and c.relforcerowsecurity and exists (
    select from pg_policy p where p.polrelid = c.oid and (p.polname = 'shouxin_guard_only' or
        p.polname = 'shouxin_guard' and not e.rls and not exists (
            select from pg_policy o where o.polrelid = c.oid and o.polpermissive and o.oid <> p.oid))
))
order by 1
""")


class Purpose(NamedTuple):
    """A purpose as it stands now: the act, what holds for everybody, the digest of what that rests on.

    ``closed`` says why nothing is shown for it, whoever asks.
    """

    act: Act
    everybody: bool = False
    ground: str = ""
    closed: str = ""


class Exempt(NamedTuple):
    """A person for whom the opposite of what holds for everybody does, and until when."""

    purpose: str
    person: str
    number: int
    until: str


class Follower:
    """Follows the store ``here`` for the database ``there``, in which a script of the guard was run.

    ``covered`` gives the categories of an activity of a service as the inventory has them now, ``law`` is the
    version of the law.
    """

    def __init__(
        self,
        here: Engine,
        there: Engine,
        decider: Decider,
        grounds: Grounds,
        covered: Callable[[str, str], frozenset[str]],
        people: People,
        law: str,
    ) -> None:
        self._here = here
        self._there = there
        self._people = people
        self._grounds = grounds
        self._covered = covered
        self._known: dict[str, Known] = {}
        self._memory = Memory(self._read, most=1)
        self._guard = Guard(decider, grounds, self._memory)
        self._law = (law, sorted(decider.chosen.items()))
        self._purposes: dict[str, Purpose] = {}
        self._day = datetime.date.min
        self._outdated = threading.Event()
        self._outdated.set()
        self._shredded = threading.Event()
        self._shredded.set()
        self._wake = threading.Event()

    @property
    def closed(self) -> dict[str, str]:
        """Return why nothing is shown for some of the purposes."""
        return {name: one.closed for name, one in self._purposes.items() if one.closed}

    def round(self) -> bool:
        """Follow one step; return whether there is more to follow at once.

        Raises ``InputError`` (guard-none), ``IntegrityError`` (guard-open), ``StoreError``.
        """
        try:
            with self._there.begin() as there, self._here.connect() as here:
                return self._round(here.execution_options(isolation_level="REPEATABLE READ"), there)
        except BaseException:
            self._change()  # what was put down there is taken back
            raise

    def run(self, stopping: threading.Event, say: Callable[[str], None]) -> None:
        """Follow until told to stop; what is in the way is said once, and tried again."""
        said: list[str] = []
        with Line(self._here, self._hear, self._again) as line:
            while not stopping.is_set():
                more, problems = False, []
                if not line.stands:
                    self._change()
                try:
                    more = self.round()
                except (SQLAlchemyError, ShouxinError) as error:
                    problems.append(f"nothing is followed: {_told(error)}")
                problems += [f'"{name}" shows nothing: {why}' for name, why in self.closed.items()]
                for problem in problems:
                    if problem not in said:
                        say(problem)
                said = problems
                if not more:
                    self._wake.wait(BEAT)
                    self._wake.clear()

    def _hear(self, subject: str, _message: str) -> None:
        if subject == PEOPLE:
            self._shredded.set()
        elif subject not in (SUBJECT, restrictions.SUBJECT):
            self._outdated.set()
        self._wake.set()

    def _again(self) -> None:
        self._change()
        self._wake.set()

    def _change(self) -> None:
        self._outdated.set()
        self._shredded.set()

    def _round(self, here: Connection, there: Connection) -> bool:
        forget = self._shredded.is_set()
        self._shredded.clear()  # before the store is looked at: what comes later is heard anew
        state = _state(there)
        _sound(there)
        if forget and state.beat:
            gone = shredded(here, state.beat - _WHILE)
            there.execute(_FORGET, {"numbers": gone})
        answers, limits, passing = state.answers, state.restrictions, state.passing
        newest, latest = followed.newest(here), restrictions.newest(here)
        if newest < answers or latest < limits or (answers == 0 and passing == 0):
            answers, limits, passing = newest, latest, 0  # everybody is read anyhow
        if self._weighed(there, state.service) or state.passed_on != self._day:
            passing = 0
        since = followed.since(here, answers, PART)
        limited = restrictions.since(here, limits, PART)
        if changed := since.persons | limited.persons:
            there.execute(_FORGET, {"numbers": sorted(changed)})
            self._except(here, there, state.service, changed)
        if passing is not None:
            passing = self._part(here, there, state.service, passing)
        more = since.more or limited.more
        followed_to = {"answers": since.number, "restrictions": limited.number, "passing": passing}
        there.execute(_END, followed_to | {"passed_on": self._day, "current": not more, "at": state.at})
        return more or passing is not None

    def _part(self, here: Connection, there: Connection, service: str, after: int) -> int | None:
        """Go on with a pass over everybody who ever answered or is restricted; tell how far it came.

        None is its end.
        """
        answered, restricted = (of(here, after, PART) for of in (followed.answered, restrictions.restricted))
        people = sorted({*answered, *restricted})[:PART]
        end = len(people) < PART
        last = after if end else people[-1]
        there.execute(_FORGET_BETWEEN, {"after": after, "last": last, "end": end})
        self._except(here, there, service, people)
        if not end:
            return last
        for name, purpose in self._purposes.items():
            there.execute(_SETTLED, {"name": name, "everybody": purpose.everybody})
        return None

    def _weighed(self, there: Connection, service: str) -> bool:
        """Look anew at what the purposes rest on where that may have changed; tell whether it did."""
        if not self._outdated.is_set() and self._day == today():
            return False
        self._outdated.clear()
        self._day = today()
        self._known.clear()
        self._memory.forget_all()
        self._guard.forget()
        rows = there.execute(_PURPOSES).all()
        self._purposes = {row.name: self._weigh(service, row) for row in rows}
        changed = [row.name for row in rows if self._purposes[row.name].ground != row.ground]
        for name in changed:
            for statement in _RESET:
                there.execute(statement, {"name": name, "ground": self._purposes[name].ground})
        return bool(changed)

    def _read(self, _service: str, references: Sequence[str]) -> list[Known]:
        return [self._known.get(one, _STRANGER) for one in references]

    def _weigh(self, service: str, row: Row[Any]) -> Purpose:
        act = Act(ACT, service, row.name, frozenset(row.categories))
        try:
            if beyond := act.categories - self._covered(service, row.name):
                return Purpose(act, closed=f"the inventory no longer gives it {', '.join(sorted(beyond))}")
            everybody = self._allowed("", act)
            rests = (self._grounds(service, row.name), self._law, everybody)
        except InputError as error:
            return Purpose(act, closed=str(error))
        digest = hashlib.sha256(msgspec.json.encode(rests, order="deterministic")).hexdigest()
        return Purpose(act, everybody, digest)

    def _except(self, here: Connection, there: Connection, service: str, persons: Iterable[int]) -> None:
        """Write down for whom of the people the opposite holds."""
        rows = list(self._exceptions(here, service, persons))
        if rows:
            purposes, people, numbers, untils = map(list, zip(*rows, strict=True))
            there.execute(
                _EXCEPT, {"purposes": purposes, "persons": people, "numbers": numbers, "untils": untils}
            )

    def _exceptions(self, here: Connection, service: str, persons: Iterable[int]) -> Iterator[Exempt]:
        references = self._people.references(here, service, sorted(persons))
        stand = standings(here, references)
        limits = restrictions.limits(here, references)
        self._memory.forget_all()
        self._known = {
            reference: Known(number, stand.get(number, {}), limits=limits.get(number, ()))
            for number, reference in references.items()
            if "\0" not in reference  # no column can hold it either
        }
        for reference, known in self._known.items():
            for name, purpose in self._purposes.items():
                standing = known.standings.get(Place(name))
                if purpose.closed or not (standing or known.limits):
                    continue
                if self._allowed(reference, purpose.act) != purpose.everybody:
                    until = (
                        _until(standing)
                        if standing and not (purpose.everybody and known.limits)
                        else _ENDLESS
                    )
                    yield Exempt(name, reference, known.person, until)

    def _allowed(self, reference: str, act: Act) -> bool:
        ruling = self._guard.check(reference, act)
        if ruling.blind:
            raise StoreError("store-unreachable", ruling.why, remedy="see whether the database runs")
        return ruling.allowed


def _until(standing: Standing) -> str:
    """Return when the consent behind an exception ends; a refusal stands until it is taken back."""
    until = standing.consent.until if standing.last.action == "give" and standing.consent else None
    if until is None:
        return _ENDLESS
    return datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), BEIJING).isoformat()


def _state(there: Connection) -> Row[Any]:
    state = None
    if there.execute(_THERE).scalar_one():
        state = there.execute(_BEGIN).one_or_none()
    if state is None:
        raise InputError(
            "guard-none",
            "that database has no guard, or that of an earlier version",
            where="--dsn",
            remedy="make it first: `shouxin guard sql --apply`",
        )
    return state


def _sound(there: Connection) -> None:
    """Raise ``IntegrityError`` (guard-open) where a table is not fenced any more; nobody beats then."""
    tables = list(there.execute(_OPEN).scalars())
    if tables:
        raise IntegrityError(
            "guard-open",
            f"row security does not hold on {', '.join(tables)[:300]}: it was taken off, a part was added, "
            "or another policy lets everybody in",
            where="--dsn",
            remedy="find out who changed it, mend the map, and run `shouxin guard sql --apply` again",
        )


def _told(error: Exception) -> str:
    """Return a problem in words, without what SQL held."""
    if isinstance(error, REFUSALS):
        error = refusal(error)
    return f"{error} [{error.code}]" if isinstance(error, ShouxinError) else type(error).__name__
