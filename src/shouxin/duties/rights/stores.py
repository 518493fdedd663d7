"""The service's own stores as a request asks them: the inventory's maps under their addresses."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from shouxin.connect.manual_model import MAKE
from shouxin.connect.model import DatasetMap
from shouxin.connect.narrowing import Narrowed, alone, holding, narrowed
from shouxin.connect.reach import unreachable
from shouxin.connect.remote import MAKES
from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Problem
from shouxin.errors import InputError, ShouxinError

Open = Callable[[DatasetMap, str], AbstractContextManager[Store]]
"""Opens the store of a map under an address."""

FRESH = 60.0
"""Seconds for which an open store is used: looking at its tables anew costs more than most questions."""


class _Opened(NamedTuple):
    """A store that was opened, of which map, and when by the clock that never goes back."""

    of: DatasetMap
    store: Store
    leave: AbstractContextManager[Store]
    at: float


class Stores:
    """The stores that a service's inventory maps; ``addresses`` says where each is. Close it at the end."""

    def __init__(
        self,
        maps: Callable[[], Sequence[DatasetMap]],
        addresses: Mapping[str, str],
        open_: Open | None = None,
    ) -> None:
        self.maps = maps
        self._addresses = addresses
        self._open = open_ or opened
        self._known: dict[tuple[str, str], _Opened] = {}
        self._lock = threading.Lock()

    @contextmanager
    def opened(self, erases: str = "", make: str = "") -> Iterator[tuple[list[Store], list[Problem]]]:
        """Give every store (or those of a make) that can be opened, and a problem for each that cannot.

        They stay open for others for a while, and are then looked at anew. With ``erases`` they erase only
        this category of information; whoever works by hand is told so.
        """
        found: list[Store] = []
        problems: list[Problem] = []
        for one in self.maps():
            if make and one.make != make:
                continue
            if erases and one.make in MAKES:
                if not any(holding(table, erases) for table in one.tables):
                    continue
                if not alone(one, erases):
                    problems += _only_whole(one, erases)
                    continue
            address = "" if one.make == MAKE else self._addresses.get(one.store)
            if address is None:
                problems.append(_unaddressed(one.store))
                continue
            try:
                found.append(self._store(one, address, erases))
            except ShouxinError as error:
                problems.append(
                    Problem(code=error.code, where=one.store, what=error.what, remedy=error.remedy)
                )
        yield found, problems

    @contextmanager
    def all(self) -> Iterator[list[Store]]:
        """Give every store; raise ``InputError`` (rights-store) where one cannot be opened."""
        with self.opened() as (found, problems):
            if problems or not found:
                raise unready(problems)
            yield found

    def close(self) -> None:
        """Close every store."""
        with self._lock:
            for known in self._known.values():
                known.leave.__exit__(None, None, None)
            self._known.clear()

    def _store(self, one: DatasetMap, address: str, erases: str = "") -> Store:
        if erases and one.make in MAKES:
            return self._kept_open(one if one.make == MAKE else narrowed(one, erases), address, erases)
        if erases:
            within = self._kept_open(narrowed(one, erases), address, erases)
            return Narrowed(one, erases, within, self._kept_open(one, address))
        return self._kept_open(one, address)

    def _kept_open(self, one: DatasetMap, address: str, erases: str = "") -> Store:
        place = one.store, erases
        with self._lock:
            known = self._known.get(place)
            if known and known.of == one and time.monotonic() - known.at < FRESH:
                return known.store
            leave = self._open(one, address)
            self._known[place] = _Opened(one, leave.__enter__(), leave, time.monotonic())
            if known:
                known.leave.__exit__(None, None, None)
            return self._known[place].store


def lost(maps: Sequence[DatasetMap]) -> tuple[Problem, ...]:
    """Return a problem for each table with personal information that no identity reaches."""
    return tuple(
        Problem(
            code="map-unreachable",
            where=f"{store}.{table}",
            what="the table holds personal information, and no identity or reference leads to whose it is",
            remedy="name in the map an identity or a reference of the table: docs/dataset-map.md",
        )
        for store, table in unreachable(maps)
    )


def unmapped(maps: Sequence[DatasetMap], category: str) -> tuple[Problem, ...]:
    """Return a problem where no map says where a category of information lies."""
    if any(holding(table, category) for found in maps for table in found.tables):
        return ()
    what = f'no column of any map holds "{category}", so nothing of it can be found'
    remedy = "name the category in the map, or take the step by hand: shouxin request step"
    return (Problem(code="rights-unmapped", where="dataset maps", what=what, remedy=remedy),)


def unready(problems: Sequence[Problem]) -> InputError:
    """Return the error for stores that cannot be asked."""
    if not problems:
        return InputError(
            "rights-store",
            "no store is mapped, so nobody's information can be found",
            where="inventory",
            remedy="map the stores of the service: docs/dataset-map.md",
        )
    first = problems[0]
    return InputError("rights-store", first.what, where=first.where, remedy=first.remedy)


def _only_whole(one: DatasetMap, category: str) -> list[Problem]:
    """Return a problem where a category of information lies with somebody who erases people wholly only."""
    what = f'only whole people can be erased there, and it holds "{category}"'
    remedy = "take the step by hand: shouxin request step"
    return [Problem(code="service-cannot", where=one.store, what=what, remedy=remedy)]


def _unaddressed(store: str) -> Problem:
    return Problem(
        code="rights-store",
        where=store,
        what=f'nothing says where the store "{store}" is',
        remedy="name its address in the setting `stores`",
    )
