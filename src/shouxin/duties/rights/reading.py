"""What commands and pages read of words: pairs and facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from shouxin.duties.gate.acts import from_words
from shouxin.duties.rights.desk import Desk
from shouxin.errors import InputError


def pairs_of(words: Sequence[str], option: str) -> dict[str, str]:
    """Return NAME=VALUE words as a mapping; raise ``InputError`` (rights-word), which repeats none."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name.strip() or name in found:
            raise InputError(
                "rights-word",
                "a word is not NAME=VALUE, or its name is given twice",
                where=f"option {option}",
                remedy=f'write {option} name="value", each name once',
            )
        found[name.strip()] = text
    return found


def changes_of(places: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return STORE.TABLE.COLUMN=VALUE pairs as changes of tables."""
    changes: dict[tuple[str, str], dict[str, str]] = {}
    for place, value in places.items():
        store, table, column = [*place.split(".", 2), "", ""][:3]
        changes.setdefault((store, table), {})[column] = value
    return [{"store": store, "table": table, "values": values} for (store, table), values in changes.items()]


def facts_of(words: Sequence[str], desk: Desk) -> dict[str, Any]:
    """Return facts in their types; raise ``InputError`` as ``from_words``."""
    return dict(from_words(words, desk.cases.keeper.engines.rules.facts))
