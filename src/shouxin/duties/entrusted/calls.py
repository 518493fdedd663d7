"""Calls to controllers: that a status changed, signed, at least once, given up after three days."""

import http.client
import ssl
from datetime import date, timedelta
from urllib.parse import urlsplit

from shouxin.connect.dialling import connected
from shouxin.duties.entrusted import kept
from shouxin.duties.entrusted.service import Entrusted

FIRST, MOST = timedelta(minutes=1), timedelta(hours=12)
"""How long after a call that failed the next comes: twice as long each time, between these."""
TRIES = 12
"""Calls about one state; with the waits between them some three days."""

_SECONDS = 20.0
_LEASE = timedelta(minutes=10)


class Caller:
    """Sends what controllers are told by HTTP POST; private networks only with ``allow_private``."""

    def __init__(self, *, allow_private: bool = False, context: ssl.SSLContext | None = None) -> None:
        self._allow_private = allow_private
        self._context = context or ssl.create_default_context()

    def call(self, entrusted: Entrusted, row: kept.Kept, url: str, today: date) -> str:
        """Call one address; return what went wrong, without any part of the address."""
        told, at = entrusted.told(row, url, today), urlsplit(url)
        headers = {"Content-Type": "application/json", "User-Agent": "shouxin", **told.headers}
        path = (at.path or "/") + (f"?{at.query}" if at.query else "")
        try:
            connection = connected(at, _SECONDS, self._context, private=self._allow_private)
            try:
                connection.request("POST", path, told.body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            return type(error).__name__
        return "" if 200 <= status < 300 else f"answers {status}"


def call_all(entrusted: Entrusted, caller: Caller, today: date) -> int:
    """Call whoever is due; return how many addresses were told."""
    done = 0
    desk = entrusted.rights.desk
    while True:
        with desk.begin() as connection:
            row = kept.to_call(connection, _LEASE)
        if row is None:
            return done
        wrong = {url: caller.call(entrusted, row, url, today) for url in row.to_call}
        left = [url for url, problem in wrong.items() if problem]
        done += len(wrong) - len(left)
        pause = min(MOST, FIRST * 2**row.calls) if row.calls + 1 < TRIES else None
        with desk.begin() as connection:
            kept.called(connection, row, left, pause, next(filter(None, wrong.values()), ""))
