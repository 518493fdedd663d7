"""What a process remembers of people's answers: little, kept once where alike, forgotten when it changes."""

import datetime
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from shouxin.duties.consent.model import How, Place, Standing, Transaction

MOST = 1_000_000
"""People that are remembered at most."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Standings = Mapping[Place, Standing]
Key = tuple[str, str]
"""A service, and the reference it has for a person."""


class Known(NamedTuple):
    """What was read of a person: the number, 0 for somebody unknown, and where each purpose stands."""

    person: int
    standings: Standings


class Memory:
    """Remembers what ``read`` tells of people; safe for threads.

    Answers of different people that mean the same are kept once: a person costs their reference, their number
    and three places in tables.
    """

    def __init__(self, read: Callable[[str, str], Known], most: int = MOST) -> None:
        self._read = read
        self._most = most
        self._lock = threading.Lock()
        self._known: dict[Key, Known] = {}
        self._keys: dict[int, Key] = {}
        self._alike: dict[tuple[tuple[Place, Standing], ...], Standings] = {}
        self._bare: dict[Transaction, Transaction] = {}
        self._changes = 0

    def __len__(self) -> int:
        """Return how many people are remembered."""
        return len(self._known)

    def recall(self, key: Key) -> Known | None:
        """Return what is remembered of a person, None where that is nothing; the hot path."""
        return self._known.get(key)

    def learn(self, key: Key, *, keep: bool = True) -> Known:
        """Read of a person, and remember it unless something changed meanwhile; errors as ``read``."""
        before = self._changes
        found = self._read(*key)
        with self._lock:
            known = Known(found.person, self._shared(found.standings))
            if keep and known.person and before == self._changes:
                if len(self._known) >= self._most:
                    oldest = next(iter(self._known))
                    self._keys.pop(self._known.pop(oldest).person, None)
                self._known[key] = known
                self._keys[known.person] = key
        return known

    def forget(self, persons: list[int]) -> None:
        """Forget people, by their numbers, whose answers changed."""
        with self._lock:
            self._changes += 1
            for person in persons:
                if key := self._keys.pop(person, None):
                    self._known.pop(key, None)

    def forget_all(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._changes += 1
            for kept in (self._known, self._keys, self._alike, self._bare):
                kept.clear()

    def _shared(self, standings: Standings) -> Standings:
        """Return the one value for all whose answers mean the same."""
        plain = tuple((place, self._plain(standing)) for place, standing in sorted(standings.items()))
        return self._alike.setdefault(plain, dict(plain))

    def _plain(self, standing: Standing) -> Standing:
        return Standing(
            last=self._stripped(standing.last),
            consent=self._stripped(standing.consent) if standing.consent else None,
        )

    def _stripped(self, one: Transaction) -> Transaction:
        """Return what an answer means, without whose it was and when."""
        bare = msgspec.structs.replace(
            one,
            number=0,
            person=0,
            notice="",
            how=How(gesture=one.how.gesture, refusable=one.how.refusable),
            at=_EPOCH,
            guardian=None,
            evidence="",
            request="",
            source="",
        )
        return self._bare.setdefault(bare, bare)
