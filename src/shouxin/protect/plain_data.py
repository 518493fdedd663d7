"""Plain JSON values: fields by their path, other text by what is found in it; keys of objects too."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shouxin.errors import InputError
from shouxin.protect import policy as act
from shouxin.protect.paths import Path, Paths

if TYPE_CHECKING:
    from shouxin.protect.protector import Find, Protector


class Walk:
    """A walk through values; ``changes`` counts what was protected, ``kept`` the fields left, by type."""

    def __init__(self, protector: "Protector", find: "Find | None" = None, person: str | None = None) -> None:
        self._protector, self._find, self._person = protector, find, person
        self._paths = Paths(protector.rules.policy.fields)
        self.changes: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()

    def value(self, value: Any, path: Path = ()) -> Any:
        """Return a value protected; raise ``InputError`` (protect-column) where a field is an object."""
        kind = self._paths.kind(path)
        if kind is not None and value is not None:
            return self._field(value, kind, path)
        if isinstance(value, Mapping):
            names = _apart({key: self._text(key) for key in value})
            return {names[key]: self.value(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, (*path, number)) for number, item in enumerate(value)]
        if isinstance(value, str):
            return self._text(value)
        if value is None or isinstance(value, bool):
            return value
        written = str(value)
        clean = self._text(written)
        return value if clean == written else clean

    def _field(self, value: Any, kind: str, path: Path) -> Any:
        if isinstance(self._protector.rules.action(kind)[0], act.Keep):
            self.kept[kind] += 1
            return value
        if isinstance(value, list):
            return [None if item is None else self._field(item, kind, path) for item in value]
        if isinstance(value, Mapping):
            raise InputError(
                "protect-column",
                "an object cannot be protected as one value",
                where=Paths.written(path),
                remedy="name the fields inside it",
            )
        self.changes[kind] += 1
        try:
            return self._protector.values([str(value)], kind, self._person)[0]
        except InputError as error:
            where = Paths.written(path)
            raise InputError(error.code, error.what, where=where, remedy=error.remedy) from None

    def _text(self, text: str) -> str:
        if self._find is None:
            return text
        done = self._protector.scan(text, self._find, person=self._person)
        self.changes.update(change.type for change in done.changes)
        return done.text


def _apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return a name for each key that no other has: those that became alike are numbered, none is lost."""
    taken = {key for key, name in names.items() if key == name}
    made: dict[str, str] = {}
    for key, name in names.items():
        number, free = 1, name
        while free != key and free in taken:
            number += 1
            free = f"{name} ({number})"
        taken.add(free)
        made[key] = free
    return made
