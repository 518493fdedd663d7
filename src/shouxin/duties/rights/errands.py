"""Work in stores that somebody else has to do: asked once under a key, asked after until it is done.

The key is written down before anything is sent, so that whoever finds the work begun after a process was
killed sends it again under the same key, and it counts once. How the other side calls the work may tell who
the person is: it stands sealed under the person's key.
"""

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shouxin.connect.person import Person
from shouxin.connect.refusals import changed
from shouxin.connect.remote import Progress, Remote
from shouxin.connect.survey import Survey
from shouxin.duties.rights import kept_errands as kept
from shouxin.duties.rights.desk import Desk, Found
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

REFERENCE = "rights/errand"
"""What the sealed value is for."""

SOONEST, LATEST = timedelta(seconds=15), timedelta(hours=1)
"""How long after an answer the next question comes: twice as long each time, between these."""


class Errand(NamedTuple):
    """What a store is asked to do: which plan, for whom, and what was approved."""

    plan: int
    person: Person
    as_of: date
    survey: Survey


def carried(desk: Desk, connection: "Connection", found: Found, store: Remote, errand: Errand) -> Progress:
    """Have a store erase, or ask how far it is.

    Raises ``InputError`` (erase-changed) where nothing was sent, and the errors of the store.
    """
    with connection.begin():
        before = kept.errand(connection, errand.plan, store.name)
    if before is None:
        before = _begun(connection, store, errand)
    try:
        progress = _asked(desk, connection, found, store, errand, before)
    except StoreError as error:
        if error.code == "service-refused" and before.reference:
            with connection.begin():
                kept.forget(connection, errand.plan, store.name)
        raise
    if progress.done:
        with connection.begin():
            kept.forget(connection, errand.plan, store.name)
        return progress
    with connection.begin():
        sealed = desk.people.seal(connection, found.row.person, progress.reference.encode(), REFERENCE)
        pause = min(LATEST, SOONEST * 2 ** min(before.asked, 20)) if progress.asks else None
        kept.outstanding(connection, errand.plan, store.name, sealed, pause)
    return progress


def _begun(connection: "Connection", store: Remote, errand: Errand) -> kept.ErrandRow:
    """Write the key down, where the store still holds what was approved."""
    now = store.survey(errand.person, errand.as_of)
    if now.digest != errand.survey.digest:
        raise changed(store.name)
    if now.problems:
        first = now.problems[0]
        raise InputError(first.code, first.what, where=first.where, remedy=first.remedy)
    with connection.begin():
        return kept.begin(connection, errand.plan, store.name, str(uuid.uuid4()))


def _asked(
    desk: Desk,
    connection: "Connection",
    found: Found,
    store: Remote,
    errand: Errand,
    before: kept.ErrandRow,
) -> Progress:
    if before.reference is None:
        return store.begin(errand.person, errand.as_of, before.key)
    with connection.begin():
        opened = desk.people.unsealed(connection, found.row.person, before.reference, REFERENCE)
    return store.ask(errand.person, errand.as_of, opened.decode())
