"""What stands behind the acts of an activity: the inventory's facts, and what the notice in force tells."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from shouxin.duties.guard.model import Ground
from shouxin.duties.inventory.service import Declared
from shouxin.duties.notice.service import Offered, in_force

Says = Callable[[str, str], Declared]
"""What the inventory says of an activity of a service; raises ``InputError`` for one that is not there."""


class StoredGrounds:
    """Grounds by the inventory and the notices of a store."""

    def __init__(self, says: Says, engine: Engine) -> None:
        self._says = says
        self._engine = engine

    def __call__(self, service: str, activity: str) -> Ground:
        """Return the ground of an activity; raise ``InputError`` where the inventory does not have it.

        A purpose of the notice bears the name of the activity. What the inventory states of the notice stands
        before what follows from it.
        """
        said = self._says(service, activity)
        with self._engine.connect() as connection:
            notice = in_force(connection, service)
        told = _told(notice) if notice else {"notice.given": False}
        purpose = notice.purposes.get(activity) if notice else None
        return Ground({**told, **said.facts}, purpose, said.profile)


def _told(notice: Offered) -> dict[str, Any]:
    """Return what follows from a notice that is in force and public."""
    return {"notice.given": True, "notice.rules_published": True, "notice.complete": notice.complete}
