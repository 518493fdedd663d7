"""Messages shared out to the targets of the settings, and delivered until each is taken or given up."""

import builtins
import smtplib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from shouxin.duties.delivery import kept
from shouxin.duties.delivery.kept import Line
from shouxin.duties.delivery.senders import Mail, Sender, Webhook, problem
from shouxin.errors import ShouxinError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

FIRST, MOST = timedelta(minutes=1), timedelta(hours=12)
"""How long after a failure a delivery is tried again: twice as long each time, between these."""
TRIES = 14
"""Tries of one delivery; with the waits between them some four days."""
OLDEST = timedelta(days=7)
"""How long a message waits for a target to be set."""

_LEASE = timedelta(minutes=5)
_AT_ONCE = 500


class Deliveries:
    """The deliveries of one store to the senders there are, by the names of their targets."""

    def __init__(self, engine: "Engine | None", senders: Mapping[str, Sender]) -> None:
        self._engine, self.senders = engine, senders

    @property
    def engine(self) -> "Engine":
        """Return the store; raise ``StoreError`` (store-missing)."""
        if self._engine is None:
            raise StoreError(
                "store-missing", "there is no store that holds messages", remedy="start `shouxin serve`"
            )
        return self._engine

    def deliver(self) -> int:
        """Share out what is new and deliver what is due; return how many messages were taken."""
        targets = list(self.senders)
        if not targets:
            return 0
        with self.engine.begin() as connection:
            kept.share_out(connection, targets, _AT_ONCE, OLDEST)
        done = 0
        for _ in range(_AT_ONCE):
            with self.engine.begin() as connection:
                due = kept.next_due(connection, targets, _LEASE)
            if due is None:
                break
            done += self._sent(due)
        return done

    def list(self, limit: int = 200, *, only_open: bool = False) -> builtins.list[Line]:
        """Return deliveries, the newest first; ``only_open``: those that nobody has taken yet."""
        with self.engine.begin() as connection:
            return kept.lines(connection, limit, only_open=only_open)

    def again(self) -> int:
        """Try anew what was given up; return how many deliveries it is."""
        with self.engine.begin() as connection:
            return kept.again(connection)

    def _sent(self, due: kept.Due) -> bool:
        wrong = ""
        try:
            self.senders[due.target].send(due)
        except (ShouxinError, OSError, smtplib.SMTPException, ValueError) as error:
            wrong = problem(error)
        with self.engine.begin() as connection:
            if not wrong:
                kept.taken(connection, due.number)
                return True
            pause = min(MOST, FIRST * 2**due.tries) if due.tries + 1 < TRIES else None
            kept.failed(connection, due.number, wrong, pause)
        return False


def senders(webhook: str, smtp: str, to: tuple[str, ...], sender: str) -> dict[str, Sender]:
    """Return the senders that the settings name; raise ``InputError``: service-address, delivery-address."""
    found: dict[str, Sender] = {}
    if smtp and to:
        found["email"] = Mail(smtp, to, sender)
    if webhook:
        found["webhook"] = Webhook(webhook)
    return found
