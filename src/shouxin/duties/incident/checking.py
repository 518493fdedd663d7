"""Whether an account can be kept: its days, what it touches, and that it names nobody. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from shouxin.connect.categories import home
from shouxin.detect import scan
from shouxin.duties.incident.model import LANGUAGES, Account, Touched
from shouxin.duties.inventory.service import Organisation
from shouxin.errors import InputError

_TEXTS = ("what", "cause", "possible_harm", "remedies", "advice")
_NAMES = frozenset({"person_name", "organisation", "address"})
"""What words alone tell: too often meant otherwise to refuse a text for it."""

_SURE = 0.5


def checked(account: Account, organisation: Organisation | None, today: date) -> Account:
    """Return the account with the categories of what it touches, where it names none itself.

    Raises ``InputError``: incident-days, incident-touched, category-unknown, incident-personal.
    """
    _days(account, today)
    systems = {one.name: one for one in organisation.systems} if organisation else {}
    found: list[str] = []
    for touched in account.touched:
        found += _categories(touched, systems)
    for key in (*account.categories, *account.records):
        home(key, where="categories")
    _impersonal(account)
    return (
        account
        if account.categories
        else msgspec.structs.replace(account, categories=tuple(dict.fromkeys(found)))
    )


def _days(account: Account, today: date) -> None:
    if not account.happened_on <= account.known_on <= today:
        raise InputError(
            "incident-days",
            f"it happened on {account.happened_on}, was known on {account.known_on}, and today is {today}",
            where="happened_on, known_on",
            remedy="give the day it happened, and the day it was known, on or after that and not to come",
        )


def _categories(touched: Touched, systems: Mapping[str, object]) -> Iterable[str]:
    """Return the categories of what is touched, by the inventory's maps; raise incident-touched."""
    system = systems.get(touched.system)
    if system is None:
        raise _not_there("system", touched.system, systems)
    maps = {one.store: one for one in system.datasets}  # type: ignore[attr-defined]
    if touched.store and touched.store not in maps:
        raise _not_there("store", touched.store, maps)
    if touched.tables and not touched.store:
        raise _not_there("store", "", maps)
    for store in [maps[touched.store]] if touched.store else maps.values():
        tables = {one.table: one for one in store.tables}
        for name in touched.tables:
            if name not in tables:
                raise _not_there("table", name, tables)
        for table in [tables[one] for one in touched.tables] or tables.values():
            yield from table.categories


def _not_there(kind: str, name: str, known: Iterable[str]) -> InputError:
    return InputError(
        "incident-touched",
        f'the inventory describes no {kind} "{name[:80]}"',
        where="touched",
        remedy=f"those there are: {', '.join(sorted(known))[:400] or 'none'}",
    )


def impersonal(text: str, where: str) -> None:
    """Refuse a text with somebody's number, address or the like in it; what it says is not repeated."""
    for found in scan(text) if text else ():
        if found.score >= _SURE and found.type not in _NAMES:
            raise InputError(
                "incident-personal",
                f"the text holds personal information of the kind {found.type}",
                where=f"{where}, character {found.start + 1}",
                remedy="say what happened without naming anybody: people are kept apart",
            )


def _impersonal(account: Account) -> None:
    for name in _TEXTS:
        for code in LANGUAGES:
            impersonal(getattr(getattr(account, name), code), f"{name}.{code}")
