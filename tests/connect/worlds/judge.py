"""Those who find and erase people, brought before a world: whether every promise of an erasure holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, NamedTuple, Protocol

from shouxin.errors import ShouxinError
from tests.connect.worlds import holding
from tests.connect.worlds.checks import Fault, after, changes, seen
from tests.connect.worlds.truth import Fate, Must, cells, fates
from tests.connect.worlds.world import Human, Snapshot, World


class Erasing(Protocol):
    """Who finds a person's rows in an opened store, and erases them."""

    def read(self, person: Any, as_of: date) -> Iterable[Any]:
        """Return the person's rows, each with its ``table`` and its ``values``."""

    def survey(self, person: Any, as_of: date) -> Any:
        """Return what an erasure would do: ``parts`` and ``digest``."""

    def erase(self, person: Any, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Any:
        """Erase the person, all or nothing; return how many rows were ``deleted`` and ``changed``."""


Opener = Callable[[World], AbstractContextManager[Erasing]]
Asked = Callable[[Human], Any]


class Trial(NamedTuple):
    """A made world in an engine or a ``Holder``, who is judged, and how that one is told of a person."""

    world: World
    engine: Any
    opened: Opener
    asked: Asked


def judge(trial: Trial, person: int, fails_at: str | None = None) -> list[Fault]:
    """Erase a person in every way and return what was wrong; ``fails_at`` is a table that refuses at first.

    Beside those of ``checks`` the kinds are "survey" and "dry" (something was changed), "half" (a failure
    left a trace), "silent" (a failure was not told), "counts", "again" (the second run changed something),
    "dangling" and "raised".
    """
    return list(_judged(trial, person, fails_at))


def touched(world: World, person: int) -> list[str]:
    """Return the tables in which an erasure must change something."""
    decided = fates(world, person)
    return sorted({
        place[0]
        for place, fate in decided.items()
        if fate is Fate.GONE or {Must.CHANGED, Must.MASKED}.intersection(
            cells(world, person, world.placed[place], fate).values()
        )
    })  # fmt: skip


def _judged(trial: Trial, person: int, fails_at: str | None) -> Iterator[Fault]:
    world, asked = trial.world, trial.asked(trial.world.people[person])
    before = holding.snapshot(trial.engine, world)
    try:
        with trial.opened(world) as store:
            yield from seen(
                world, person, [(row.table, row.values) for row in store.read(asked, world.as_of)]
            )
            survey = store.survey(asked, world.as_of)
            yield from _unchanged("survey", trial, before)
            store.erase(asked, world.as_of, dry_run=True)
            yield from _unchanged("dry", trial, before)
        if fails_at:
            yield from _failing(trial, asked, fails_at, before)
        with trial.opened(world) as store:
            outcome = store.erase(asked, world.as_of, digest=survey.digest)
        now = holding.snapshot(trial.engine, world)
        yield from after(world, person, before, now)
        yield from _counts(survey, outcome, before, now)
        if holding.dangling(trial.engine):
            yield Fault("dangling", "foreign keys")
        with trial.opened(world) as store:
            store.erase(asked, world.as_of)
        yield from (
            Fault("again", fault.where) for fault in changes(now, holding.snapshot(trial.engine, world))
        )
    except ShouxinError as error:
        yield Fault("raised", f"{error.code} {error.where}", str(error))


def _failing(trial: Trial, asked: Any, table: str, before: Snapshot) -> Iterator[Fault]:
    with holding.broken(trial.engine, table):
        try:
            with trial.opened(trial.world) as store:
                store.erase(asked, trial.world.as_of)
            yield Fault("silent", table)
        except ShouxinError as error:
            told = str(error) + str(error.where)
            if any(days.value in told for held in asked.values() for days in held):
                yield Fault("silent", table, "the error names the person")
    yield from _unchanged("half", trial, before)


def _unchanged(kind: str, trial: Trial, before: Snapshot) -> Iterator[Fault]:
    now = holding.snapshot(trial.engine, trial.world)
    yield from (Fault(kind, fault.where) for fault in changes(before, now))


def _counts(survey: Any, outcome: Any, before: Snapshot, now: Snapshot) -> Iterator[Fault]:
    said = _by_table(survey.parts, "delete")
    if said != dict(outcome.deleted):
        yield Fault("counts", "survey", f"delete {said}, and then {dict(outcome.deleted)}")
    said = _by_table(survey.parts, "anonymise", "mask")
    if said != dict(outcome.changed):
        yield Fault("counts", "survey", f"change {said}, and then {dict(outcome.changed)}")
    gone = Counter(place[0] for place in before.keys() - now.keys())
    if gone != dict(outcome.deleted):
        yield Fault("counts", "outcome", f"{dict(gone)} went, {dict(outcome.deleted)} was said")


def _by_table(parts: Iterable[Any], *acts: str) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for part in parts:
        if part.act in acts:
            counted[part.table] += part.rows
    return dict(+counted)
