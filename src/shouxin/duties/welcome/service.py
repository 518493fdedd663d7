"""How far the first hour has come, read from what the other duties keep; and a look at a database."""

from datetime import date
from typing import NamedTuple

from shouxin.connect import mapfile, stores
from shouxin.connect.model import DatasetMap
from shouxin.connect.survey import Problem
from shouxin.duties.consent.service import Consents
from shouxin.duties.inventory.service import Organisation
from shouxin.duties.notice.service import Notices
from shouxin.duties.posture.office import Office
from shouxin.duties.rights.service import Rights
from shouxin.duties.shield.service import drafted
from shouxin.duties.welcome.model import Progress, Seen, progress
from shouxin.errors import InputError, ShouxinError
from shouxin.store.ledger import Actor, Entry, append

_SAMPLE = 200
"""Rows of each table that are looked at."""

_WHY = "a draft of the map that says where people's information lies"

_SCHEMES = {
    "postgresql": frozenset({"host", "port", "sslmode"}),
    "mysql": frozenset({"charset", "unix_socket"}),
    "mariadb": frozenset({"charset", "unix_socket"}),
}
"""What an address that is typed in may begin with, and the options that it may have."""


class Looked(NamedTuple):
    """What a database holds, a draft of its map, and what is wrong with the account that looked."""

    found: DatasetMap
    draft: str
    problems: tuple[Problem, ...]

    @property
    def personal(self) -> int:
        """Return how many tables can hold something about a person."""
        return sum(one.personal for one in self.found.tables)


class Welcome:
    """The first hour of the organisation that the duties know."""

    def __init__(
        self, notices: Notices, office: Office, consents: Consents | None = None, rights: Rights | None = None
    ) -> None:
        self._notices = notices
        self._office = office
        self._consents = consents
        self._rights = rights

    def progress(self, on: date) -> Progress:
        """Return how far each step has come; raise ``StoreError`` (store-missing) without a store."""
        try:
            known = self._notices.inventory()
        except InputError:  # nothing was described yet
            return progress(Seen())
        services = tuple(one.name for one in known.services)
        told = [found for name in services if (found := self._notices.standing(name, on))]
        items = self._office.posture(on).items
        asked, ended = self._requests(on)
        return progress(
            Seen(
                services=services,
                activities=sum(len(one.activities) for one in known.services),
                maps=len(known.maps),
                reached=self._reached(known),
                shown=sum(bool(item.evidence) for item in items),
                open=sum(item.state in ("unknown", "not_met", "expired") for item in items),
                notices=len(told),
                lacking=len(services) - len(told) + sum(not one.complete for one in told),
                answered=len(self._consents.services()) if self._consents else 0,
                requests=asked,
                finished=ended,
            )
        )

    def _reached(self, known: Organisation) -> int:
        """Return how many of the mapped stores can be opened now."""
        if self._rights is None or not known.maps:
            return 0
        with self._rights.desk.stores.opened() as (found, _problems):
            return len(found)

    def look(self, address: str, actor: Actor) -> Looked:
        """Look at a database; that its rows are read stands in the ledger first, without the address.

        Errors as ``look``.
        """
        safe(address)
        if self._rights is not None:
            what = {"of": "database.sample", "rows": _SAMPLE}
            entry = Entry(kind="read", who=actor.who, origin=actor.origin, what=what, why=_WHY)
            with self._rights.desk.begin() as connection:
                append(connection, [entry])
        return look(address)

    def _requests(self, on: date) -> tuple[int, int]:
        return self._rights.counted(on) if self._rights else (0, 0)


def look(address: str) -> Looked:
    """Look at a database with an account that only has to read; the address is kept nowhere.

    Raises ``InputError``: database-url-unreadable, database-driver-missing, database-unreachable.
    """
    safe(address)
    text = drafted(address, _SAMPLE)
    found = mapfile.read(text.encode(), where="draft")
    try:
        with stores.opened(found, address) as store:
            problems = store.check()
    except ShouxinError as error:
        problems = (Problem(code=error.code, where=found.store, what=error.what, remedy=error.remedy),)
    return Looked(found, text, problems)


def safe(address: str) -> None:
    """Let pass the address of a database server, and no file or option of the machine that Shouxin runs on.

    Raises ``InputError`` (database-url-unreadable).
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError):
        url = None
    options = _SCHEMES.get(url.drivername.partition("+")[0]) if url else None
    if url is None or options is None or not set(url.query) <= options:
        raise InputError(
            "database-url-unreadable",
            "this is no address of a database server that is looked at here",
            remedy="write it like postgresql://user:password@host/name or mysql://…",
        )
