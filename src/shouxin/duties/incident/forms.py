"""The account of an incident as a form: its fields, and the account that a sent form says. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import msgspec

from shouxin.connect.categories import categories
from shouxin.duties.forms import Form
from shouxin.duties.incident.model import LANGUAGES, Account, Kind, Report, Search
from shouxin.engine.calculated import Asked
from shouxin.errors import InputError

TEXTS = ("what", "cause", "possible_harm", "remedies", "advice", "contact")
"""Texts of an account, each in three languages."""

KINDS = get_args(Kind)
LONGEST_SERVICE = 80


def values(account: Account | None) -> dict[str, str]:
    """Return what the fields of the form hold; those of a new account are empty."""
    if account is None:
        return {}
    plain = {"happened_on": account.happened_on.isoformat(), "known_on": account.known_on.isoformat()}
    plain |= {f"kind-{kind}": "yes" for kind in account.kinds}
    plain["possible"] = "yes" if account.possible else ""
    plain["people"] = "" if account.people is None else str(account.people)
    plain["touched"] = "\n".join(
        " / ".join(filter(None, (one.system, one.store, ", ".join(one.tables)))) for one in account.touched
    )
    for name in TEXTS:
        plain |= {f"{name}-{code}": getattr(getattr(account, name), code) for code in LANGUAGES}
    plain |= {f"category-{key}": "yes" for key in account.categories}
    plain |= {f"records-{key}": str(count) for key, count in account.records.items()}
    return plain | {f"fact-{name}": _word(worth) for name, worth in account.facts.items()}


def sent(form: Form, asked: Iterable[Asked]) -> dict[str, str]:
    """Return what a sent form holds, by the names of its fields."""
    names = ["happened_on", "known_on", "possible", "people", "touched", "service", "exercise"]
    names += [f"kind-{kind}" for kind in KINDS]
    names += [f"{name}-{code}" for name in TEXTS for code in LANGUAGES]
    names += [f"{kind}-{key}" for kind in ("category", "records") for key in categories()]
    names += [f"fact-{one.fact}" for one in asked]
    return {name: form[name].strip() for name in names}


def search(plain: Mapping[str, Any]) -> Search:
    """Return which rows are asked about; raise ``InputError`` (form-field)."""
    try:
        return msgspec.convert(plain, Search)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise InputError(
            "form-field",
            f"this cannot be looked for: {what[0].lower()}{what[1:]}",
            where=place.strip("`$."),
            remedy="name a store, an identity, tables, and a reason",
        ) from None


def sent_search(form: Form) -> Search:
    """Return the search that a sent form says; raise ``InputError`` (form-field)."""
    store, _, identity = form["identity"].partition(" / ")
    days = {"column": form["column"].strip(), "since": form["since"] or None, "until": form["until"] or None}
    tables = form["tables"].replace(",", " ").split()
    return search(
        {
            "store": store,
            "identity": identity,
            "rows": [{"table": one, **days} for one in tables],
            "reason": form["why"],
            "dry_run": form["do"] != "take",
        }
    )


def report(held: Mapping[str, str], asked: Iterable[Asked]) -> Report:
    """Return the report that the fields of a new incident say; raise ``InputError`` (form-field)."""
    if not 1 <= len(held["service"]) <= LONGEST_SERVICE:
        raise InputError("form-field", 'the field "service" names none', remedy="name the service")
    return Report(service=held["service"], exercise=bool(held["exercise"]), account=account(held, asked))


def account(held: Mapping[str, str], asked: Iterable[Asked]) -> Account:
    """Return the account that the fields say; raise ``InputError`` (form-field)."""
    records = {key: _count(held, f"records-{key}") for key in categories()}
    plain: dict[str, Any] = {
        "kinds": [kind for kind in KINDS if held[f"kind-{kind}"]],
        "possible": bool(held["possible"]),
        "happened_on": held["happened_on"],
        "known_on": held["known_on"],
        "people": _count(held, "people"),
        "touched": [_touched(line) for line in held["touched"].splitlines() if line.strip()],
        "categories": [key for key in categories() if held[f"category-{key}"] or records[key] is not None],
        "records": {key: count for key, count in records.items() if count is not None},
        "facts": {one.fact: held[f"fact-{one.fact}"] for one in asked if held[f"fact-{one.fact}"]},
    }
    for name in TEXTS:
        plain[name] = {code: held[f"{name}-{code}"] for code in LANGUAGES}
    try:
        return msgspec.convert(plain, Account)
    except msgspec.ValidationError as error:
        said = str(error)
        raise InputError(
            "form-field", f"a field cannot be used: {said[:1].lower()}{said[1:200]}", remedy="fill it in"
        ) from None


def _touched(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("/")]
    tables = [one.strip() for one in "/".join(parts[2:]).split(",") if one.strip()]
    return {"system": parts[0], "store": parts[1] if len(parts) > 1 else "", "tables": tables}


def _count(held: Mapping[str, str], name: str) -> int | None:
    text = held[name].replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise InputError("form-field", f'the field "{name}" is no whole number', remedy="write digits only")
    return int(text)


def _word(worth: object) -> str:
    return str(worth).lower() if isinstance(worth, bool) else str(worth)
