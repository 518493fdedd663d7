"""Whom a request is about, over several stores: what one tells is asked of the others until all is told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from shouxin.connect.person import Held, Person, joined


class Learning(Protocol):
    """A store that can tell what its own rows say of a person's identities."""

    def learn(self, person: Person, as_of: date) -> Person:
        """Return the identities that the rows of this person hold."""


def seeds(identities: Mapping[str, str], on: date) -> Person:
    """Return the person that a request named on a day: the identities are theirs from then on at least.

    Without that day a number would also find whoever had it before.
    """
    return {name: (Held(value=value, since=on),) for name, value in sorted(identities.items())}


def learned(stores: Sequence[Learning], begun: Person, as_of: date) -> Person:
    """Return everything that the stores know to be this person's.

    A value whose days a store knows counts on these days only, whatever the request said: a number that was
    given to somebody else later is theirs from then on.
    """
    seen = begun
    while True:
        person = bounded(seen)
        more = joined([seen, *(store.learn(person, as_of) for store in stores)])
        if more == joined([seen]):
            return person
        seen = more


def bounded(person: Person) -> Person:
    """Return a person without the endless values whose days are known as well, and those of no day at all."""
    known = {name: tuple(_bounded(held)) for name, held in person.items()}
    return {name: held for name, held in known.items() if held}


def _bounded(held: Sequence[Held]) -> Iterable[Held]:
    dated = {one.value for one in held if one.since or one.until}
    some = (one for one in held if one.since or one.until or one.value not in dated)
    return (one for one in some if not (one.since and one.until and one.since >= one.until))


def ended(person: Person, passing: Collection[str], last: date) -> Person:
    """Return a person whose identities that can pass to others were theirs up to a day at most."""
    over = last + timedelta(days=1)
    return {
        name: tuple(
            Held(value=one.value, since=one.since, until=min(one.until or over, over))
            if name in passing and (one.since or date.min) < over
            else one
            for one in held
        )
        for name, held in person.items()
    }


def current(held: Sequence[Held], today: date) -> list[str]:
    """Return the values that are the person's today, the newest first; the former owner's are not."""
    mine = [
        one for one in held if (one.since or date.min) <= today and (one.until is None or today < one.until)
    ]
    return [one.value for one in sorted(mine, key=lambda one: one.since or date.min, reverse=True)]
