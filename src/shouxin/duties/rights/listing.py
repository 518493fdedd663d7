"""Lists of requests: filtered, by what is due first or whole, a page at a time."""

from collections.abc import Iterator, Sequence
from datetime import date

from shouxin.duties.rights import kept, kept_lists, receipt
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.kept_lists import Sought
from shouxin.duties.rights.kinds import kind, kinds
from shouxin.duties.rights.model import AGES, Line
from shouxin.errors import InputError

AT_ONCE = 500
"""Requests that are read at once where all are wanted."""

_OLDEST = 10**6


def bands() -> tuple[str, ...]:
    """Return the bands of age by their names: ``0-3`` … ``31-``, days since a request came."""
    starts = (0, *(bound + 1 for bound in AGES))
    ends = (*map(str, AGES), "")
    return tuple(f"{first}-{last}" for first, last in zip(starts, ends, strict=True))


def sought(*, state: str, late: bool, age: str, service: str, right: str) -> Sought:
    """Return what is asked for; raise ``InputError`` (state-unknown, age-unknown, rights-kind)."""
    if age and age not in bands():
        raise InputError(
            "age-unknown", f'there is no age "{age[:40]}"', remedy=f"those there are: {', '.join(bands())}"
        )
    if right:
        kind(right)
    first, _, last = age.partition("-")
    days = (int(first), int(last or _OLDEST)) if age else None
    return Sought(state, late, days, service.strip(), right)


def soonest(desk: Desk, asked: Sought, today: date, after: int | None, limit: int) -> list[Line]:
    """Return requests, those first whose last day comes first, of ended ones the newest.

    Raises ``InputError``: state-unknown.
    """
    finals = _finals(desk, asked.state)
    order = kept_lists.newest if asked.state == "ended" else kept_lists.soonest
    with desk.begin() as connection:
        rows = order(connection, asked, finals, today, after, limit)
    return _lines(desk, rows, today)


def each(desk: Desk, asked: Sought, today: date) -> Iterator[Line]:
    """Yield every request that is asked for, the newest first; raise ``InputError`` (state-unknown)."""
    finals, before = _finals(desk, asked.state), None
    while True:
        with desk.begin() as connection:
            rows = kept_lists.newest(connection, asked, finals, today, before, AT_ONCE)
        if not rows:
            return
        yield from _lines(desk, rows, today)
        before = rows[-1].number


def finals(desk: Desk) -> list[str]:
    """Return the states in which a request has ended, each behind its procedure."""
    return [f"{name}/{state}" for name, state, final in _states(desk) if final]


def _finals(desk: Desk, state: str) -> list[str]:
    known = {"", "open", "ended"} | {name for _, name, _ in _states(desk)}
    if state not in known:
        raise InputError(
            "state-unknown",
            f'there is no state "{state[:80]}"',
            remedy="give open, ended, or a state that `shouxin procedure show` names",
        )
    return finals(desk)


def _states(desk: Desk) -> Iterator[tuple[str, str, bool]]:
    for procedure in dict.fromkeys(one.procedure for one in kinds().values()):
        for state in desk.cases.procedures.machine(procedure).data.states:
            yield procedure, state.name, state.final


def _lines(desk: Desk, rows: Sequence[kept.Kept], today: date) -> list[Line]:
    cases = desk.cases.lines([row.case for row in rows])
    with desk.begin() as connection:
        waits = kept.waiting(connection, [row.number for row in rows])
    return [receipt.line(row, cases[row.case], waits.get(row.number, ((), None)), today) for row in rows]
