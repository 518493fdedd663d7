"""What a person asks for at the centre: taken down, verified by the sign-in, done where nobody judges.

Everything is done by the services of rights, whose rules hold; nobody is shown a request that is not theirs.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from shouxin.connect.categories import categories, home
from shouxin.connect.model import MappedTable
from shouxin.connect.reach import reach
from shouxin.duties.centre.model import INSTANT, SAID, Whose
from shouxin.duties.rights.giving import Given, passphrase
from shouxin.duties.rights.model import Asked, Change, Line, Request
from shouxin.duties.rights.own import Viewed
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError
from shouxin.store.ledger import Actor

PERSON = Actor("public", "console")
"""Who acts for themselves, as the ledger calls people without an account of the office."""


BY_PERSON = "by the person, at the privacy centre"
"""What is written down of a step that nobody in the office took."""


class Field(NamedTuple):
    """Something of a person that can be corrected: its place, and the categories it holds.

    ``reached`` tells that its rows are the person's by a reference and may be many, as orders are: what
    stands there now then says which are meant.
    """

    store: str
    table: str
    column: str
    categories: tuple[str, ...]
    reached: bool

    @property
    def place(self) -> str:
        """Return the place as a form sends it."""
        return f"{self.store}/{self.table}/{self.column}"

    def called(self, language: str) -> str:
        """Return what the categories are called."""
        return ", ".join(
            dict.fromkeys(categories()[home(one)].label.text(language) for one in self.categories)
        )


class Wish(NamedTuple):
    """What a form says besides the right: the field, what it says now and should say, where a copy goes."""

    right: str
    place: str = ""
    now: str = ""
    value: str = ""
    destination: str = ""
    request: str = ""


def requests(rights: Rights, whose: Whose, today: date) -> tuple[Line, ...]:
    """Return the person's requests, the newest first."""
    return rights.own(whose.service, whose.reference, today)


def request(rights: Rights, whose: Whose, number: int, today: date) -> Request:
    """Return one request of the person; raise ``InputError`` (centre-foreign) for any other number."""
    if not any(one.number == number for one in requests(rights, whose, today)):
        raise InputError(
            "centre-foreign",
            "there is no request of yours with this number",
            remedy="your requests stand under My data",
        )
    return rights.show(number, today)


def fields(rights: Rights) -> tuple[Field, ...]:
    """Return what of a person can be corrected: columns of tables that their identities reach.

    Left out are the columns that say whose a row is, and those of a key.
    """
    maps = rights.desk.stores.maps()
    steps = {(one.store, one.table): one.steps for one in reach(maps)}
    return tuple(
        Field(one.store, table.table, column.column, column.categories, bool(steps[one.store, table.table]))
        for one in maps
        for table in one.tables
        if steps[one.store, table.table] is not None
        for column in table.columns
        if column.categories and column.column not in _fixed(table)
    )


def ask(rights: Rights, whose: Whose, wish: Wish, today: date) -> Request:
    """Take a request down, verified by the sign-in; carried out at once where nobody has anything to judge.

    Raises ``InputError`` as ``Rights.ask`` and ``Rights.signed_in``.
    """
    asked = Asked(
        service=whose.service,
        person=whose.reference,
        right=wish.right,
        identities=dict(whose.identities),
        request=wish.request or secrets.token_hex(16),
        destination=wish.destination,
        facts=dict(SAID.get(wish.right, {})),
        changes=_changes(rights, wish),
        records={"challenged": wish.place.replace("/", ".")} if wish.place else {},
    )
    number = rights.ask(asked, today, PERSON).number
    made = rights.signed_in(number, whose.method, today, PERSON)
    if wish.right in INSTANT and not made.final:
        with suppress(InputError):  # where something is missing after all, it waits for the office
            rights.settle(number, BY_PERSON, {}, today, PERSON)
        made = rights.show(number, today)
    return made


def recommend(rights: Rights, whose: Whose, notice: str, language: str) -> None:
    """Turn recommendation on again; raise ``InputError`` (centre-child) for a child under 14 alone.

    Other errors as ``Rights.recommendation_on``.
    """
    if whose.alone:
        raise InputError(
            "centre-child",
            "recommendation is turned on for a child under 14 by a parent or another guardian",
            where="pipl:art_31__para_1",
            remedy="ask a guardian to sign in and to answer; turning it off needs nobody else",
        )
    rights.recommendation_on(whose.service, whose.reference, notice, language, PERSON)


def look(rights: Rights, whose: Whose, name: str, today: date) -> tuple[Request, tuple[Viewed, ...]]:
    """Return what the stores hold of the person: a request for access that is carried out on the page.

    ``name`` is that of the session, so that looking again is one request. Errors as ``Rights.view``.
    """
    made = ask(rights, whose, Wish("access", request=name), today)
    return made, rights.view(made.number, today, PERSON)


def copy(rights: Rights, whose: Whose, number: int, password: str, language: str, today: date) -> Given:
    """Give the copy of a request of the person's own, which the caller closes; errors as ``Rights.give``."""
    request(rights, whose, number, today)
    facts: Mapping[str, object] = {}
    return rights.give(number, password, language, facts, today, PERSON)


def _changes(rights: Rights, wish: Wish) -> tuple[Change, ...]:
    if wish.right not in ("correction", "completion"):
        return ()
    known = next((one for one in fields(rights) if one.place == wish.place), None)
    if known is None:
        raise InputError(
            "centre-field",
            "what is to be corrected was not chosen",
            remedy="choose it from the list; for anything else, write a complaint",
        )
    if known.reached and (wish.right == "completion" or not wish.now.strip()):
        raise InputError(
            "centre-now",
            "what stands there now is not said, and there may be more than one",
            remedy="write it as My data shows it, so that no other row is changed",
        )
    key: dict[str, str | int] | None = {known.column: wish.now.strip()} if wish.now.strip() else None
    return (Change(store=known.store, table=known.table, key=key, values={known.column: wish.value}),)


def _fixed(table: MappedTable) -> set[str]:
    """Return the columns by which a row is found or belongs to somebody."""
    named = {one.column for one in table.identities} | {*table.key}
    others = {*table.shared.others} if table.shared else set()
    return named | others | {column for one in table.references for column in one.columns}


__all__ = ["Field", "Wish", "ask", "copy", "fields", "look", "passphrase", "request", "requests"]
