"""Recommendation by algorithm for one person: turned off or not, and turned on again by their own word.

Turning it off is a request that is carried out at once. Turning it on again is nobody's right against the
provider, but the person's own declaration: it ends the restriction from now on and is written down with the
notice that was shown. It gives no consent; what rests on consent is asked for by itself.
"""

from shouxin.duties.rights.desk import Desk
from shouxin.errors import InputError
from shouxin.store import restrictions
from shouxin.store.ledger import Actor, Entry, append

OFF = "recommendation.turned_off"
"""The fact of the law by which recommendation is restricted."""


def is_off(desk: Desk, service: str, reference: str) -> bool:
    """Tell whether a person has recommendation turned off."""
    with desk.begin() as connection:
        person = desk.people.find(connection, service, [reference])[0]
        found = restrictions.of_person(connection, person.id) if person else ()
    return any(one.facts.get(OFF) for one in found)


def turn_on(desk: Desk, service: str, reference: str, notice: str, language: str, actor: Actor) -> None:
    """Turn recommendation on again; raise ``InputError`` (rights-recommendation) where it is not off.

    ``notice`` is the address of the version that was shown, ``language`` that of the page.
    """
    with desk.begin() as connection:
        person = desk.people.find(connection, service, [reference])[0]
        if person is None or not restrictions.lift_fact(connection, person.id, OFF):
            raise InputError(
                "rights-recommendation",
                "recommendation is not turned off for this person",
                where="algorithm-recommendation:art_17__para_1",
                remedy="look at the choices again: nothing has to be turned on",
            )
        what = {"service": service, "notice": notice, "language": language, "place": "privacy centre"}
        entry = Entry(
            kind="recommendation.turned_on",
            who=actor.who,
            origin=actor.origin,
            what=what,
            whose=person.commitment,
            why="the person's own declaration",
        )
        append(connection, [entry])
