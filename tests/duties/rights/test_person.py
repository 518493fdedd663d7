"""Whom a request is about: what stores tell, the days on which it counts, and what passes to others."""

from datetime import date

from shouxin.connect.person import Held, Person
from shouxin.duties.rights.person import bounded, current, ended, learned, seeds

DAY = date(2026, 3, 1)
OLD, NEW = date(2024, 1, 1), date(2025, 6, 1)


class Tells:
    """A store that tells one identity of whoever has another."""

    def __init__(self, asked: Held, name: str, told: Held) -> None:
        self.asked, self.name, self.told = asked, name, told

    def learn(self, person: Person, as_of: date) -> Person:
        """Return what is told, where the identity asked for is the person's."""
        known = {held.value for values in person.values() for held in values}
        return {self.name: (self.told,)} if self.asked.value in known else {}


def test_what_one_store_tells_is_asked_of_the_others() -> None:
    """In whatever order they stand, until nothing new is told."""
    chain = [
        Tells(Held(value="c"), "fourth", Held(value="d")),
        Tells(Held(value="b"), "third", Held(value="c")),
        Tells(Held(value="a"), "second", Held(value="b")),
    ]
    found = learned(chain, seeds({"first": "a"}, DAY), DAY)
    assert {name: [one.value for one in held] for name, held in found.items()} == {
        "first": ["a"], "second": ["b"], "third": ["c"], "fourth": ["d"],
    }  # fmt: skip


def test_days_that_a_store_knows_go_before_no_days_at_all() -> None:
    """And a value that was the person's on no day is not theirs."""
    held = (Held(value="1"), Held(value="1", since=OLD, until=NEW), Held(value="2"))
    nobodys = (Held(value="3", since=OLD, until=OLD),)
    found = bounded({"phone_number": held, "fax": nobodys})
    assert found == {"phone_number": (held[1], held[2])}


def test_what_passes_to_others_was_the_persons_up_to_a_day() -> None:
    """An account does not pass; what ended before ended then."""
    person = {
        "phone_number": (Held(value="1", since=OLD), Held(value="2", until=NEW)),
        "customer_id": (Held(value="7"),),
    }
    found = ended(person, {"phone_number"}, DAY)
    assert found["customer_id"] == person["customer_id"]
    assert found["phone_number"] == (
        Held(value="1", since=OLD, until=date(2026, 3, 2)),
        person["phone_number"][1],
    )


def test_an_address_of_today_is_nobody_elses() -> None:
    """On the day it passes it is the next owner's; the newest comes first."""
    held = (Held(value="old", until=DAY), Held(value="first", since=OLD), Held(value="last", since=NEW))
    assert current(held, DAY) == ["last", "first"]
