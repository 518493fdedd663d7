"""Links for people without an account who work by hand: signed, for one piece of work, for some days.

Whoever has the link may say what was done or found, and see what is to be corrected; nobody is named in it.
"""

from datetime import date

from shouxin.duties.rights import by_hand
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.link_token import LASTS, opened, path_for
from shouxin.duties.rights.model import HandTask
from shouxin.store.ledger.entry import Actor


def make(desk: Desk, number: int, store: str, today: date, actor: Actor) -> str:
    """Return the path of a new link for work that waits; raise ``InputError`` (rights-by-hand)."""
    task = _task(desk, number, store, today)
    with desk.begin() as connection:
        row = desk.find(connection, number, today, lock=False).row
        what = {"store": task.store, "days": LASTS.days}
        desk.note(connection, actor, row, "request.link_made", what)
    return path_for(desk.secret, number, task.store)


def read(desk: Desk, token: str, today: date) -> HandTask:
    """Return the work that a link is for; raise ``InputError`` (rights-link, rights-by-hand)."""
    linked = opened(desk.secret, token)
    return _task(desk, linked.request, linked.store, today)


def holder(task: HandTask) -> Actor:
    """Return who acts through a link; it is never the one who confirms."""
    return Actor(f"link:{task.request}", "console")


def _task(desk: Desk, number: int, store: str, today: date) -> HandTask:
    for one in by_hand.queue(desk, today):
        if (one.request, one.store) == (number, store):
            return one
    raise by_hand.wrong(store, "waits for nobody in this request", "ask whoever sent you here")
