"""What a process remembers of people's answers: little, kept once where alike, forgotten when it changes."""

import datetime
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from shouxin.duties.consent.model import How, Place, Standing, Transaction
from shouxin.store.restrictions import Limit

MOST = 1_000_000
"""People that are remembered at most."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Standings = Mapping[Place, Standing]
Key = tuple[str, str]
"""A service, and the reference it has for a person."""


class Known(NamedTuple):
    """What was read of a person: the number, where each purpose stands, and what the ledger calls them.

    The number of somebody unknown is 0. ``limits`` are what must not be done with their information any more.
    """

    person: int
    standings: Standings
    whose: bytes = b""
    limits: tuple[Limit, ...] = ()


Read = Callable[[str, Sequence[str]], Sequence[Known]]
"""What reads people of one service from the store, in the order of the references."""


class Memory:
    """Remembers what ``read`` tells of people; safe for threads.

    Answers of different people that mean the same are kept once: a person costs their reference, their number
    and three places in tables.
    """

    def __init__(self, read: Read, most: int = MOST) -> None:
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

    def learn(self, keys: Sequence[Key], *, keep: bool = True) -> list[Known]:
        """Read of people, and remember them unless something changed meanwhile; errors as ``read``.

        Without ``keep`` what is remembered does not count either.
        """
        before = self._changes
        found = {key: self._known.get(key) if keep else None for key in keys}
        missing = [key for key, known in found.items() if known is None]
        for service in dict.fromkeys(service for service, _ in missing):
            references = [reference for own, reference in missing if own == service]
            for reference, read in zip(references, self._read(service, references), strict=True):
                key = service, reference
                found[key] = self._plain_known(key, read, before if keep else None)
        return [known for key in keys if (known := found[key])]

    def _plain_known(self, key: Key, found: Known, before: int | None) -> Known:
        """Return what was read without what makes it differ from others; keep it where nothing changed."""
        with self._lock:
            known = found._replace(standings=self._shared(found.standings))
            if known.person and before == self._changes:
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
        for kept in (self._alike, self._bare):
            if len(kept) >= self._most:
                kept.clear()  # those who have it keep it; only what comes later is not shared with them
        plain = tuple((place, self._plain(standing)) for place, standing in sorted(standings.items()))
        return self._alike.setdefault(plain, dict(plain))

    def _plain(self, standing: Standing) -> Standing:
        last, consent = self._stripped(standing.last), standing.consent
        if consent is not None:
            consent = last if consent is standing.last else self._stripped(consent)
        return Standing(last=last, consent=consent)

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
