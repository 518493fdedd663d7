"""Tables: columns by name, those of the policy's ``fields`` whole, other text where something is found."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from shouxin.errors import InputError, ShouxinError
from shouxin.protect import policy as act
from shouxin.protect.columns import as_text, per_value
from shouxin.protect.protector import Find, Protector


class TableShield:
    """Protects tables of the same columns, one batch after another."""

    def __init__(
        self,
        protector: Protector,
        names: list[str],
        *,
        find: Find | None = None,
        person: str | None = None,
        restore: bool = False,
    ) -> None:
        """Take the names of the columns; ``person`` is the column that tells people apart.

        Raises ``InputError`` (protect-no-column) where the policy names none of the columns and nothing looks
        for findings, or where ``person`` is none of them, or a name stands twice.
        """
        self._protector, self._person = protector, person
        self._find = None if restore else find
        self._change = protector.restored if restore else protector.column
        fields = protector.rules.policy.fields
        self.found: Counter[str] = Counter()
        self.kinds = {name: fields[name] for name in names if name in fields}
        if len(set(names)) < len(names):
            raise _no_column("two columns have the same name", "rename one of them")
        if person is not None and person not in names:
            raise _no_column(f'there is no column "{person}"', f"choose one of {', '.join(names[:20])}")
        if not self.kinds and self._find is None:
            raise _no_column(
                "the policy names none of these columns, and nothing looks for findings",
                "name columns and their types under fields in the policy",
            )

    def table(self, table: Any) -> Any:
        """Return a table (or a record batch) with its columns protected; errors as ``columns.protected``."""
        people = table.column(self._person) if self._person is not None else None
        if isinstance(people, pa.ChunkedArray):
            people = people.combine_chunks()
        columns = [
            self._column(table.column(number), field, people) for number, field in enumerate(table.schema)
        ]
        return type(table).from_arrays(columns, names=table.schema.names)

    def _column(self, values: Any, field: Any, people: Any) -> Any:
        kind = self.kinds.get(field.name)
        if kind is not None:
            try:
                return self._change(values, kind, people=people)
            except ShouxinError as error:
                where = f'column "{field.name}"'
                raise type(error)(error.code, error.what, where=where, remedy=error.remedy) from None
        return values if self._find is None else self._searched(values, field, self._find)

    def _searched(self, values: Any, field: Any, find: Find) -> Any:
        """Return a column with what is found protected; in a column of numbers nothing may be found."""
        if (
            pa.types.is_boolean(field.type)
            or pa.types.is_temporal(field.type)
            or pa.types.is_null(field.type)
        ):
            return values
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], field.type)
        seen: set[str] = set()

        def scanned(value: str) -> str:
            done = self._protector.scan(value, find)
            seen.update(change.type for change in done.changes)
            self.found.update(change.type for change in done.changes)
            return done.text

        nested = pa.types.is_nested(field.type) and not pa.types.is_dictionary(field.type)
        is_number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        found = values if nested else per_value(as_text(values, field.name), scanned)
        if nested or (is_number and seen):
            what = f'numbers that look like "{min(seen)}"' if seen else f"{field.type}, which is not searched"
            raise InputError(
                "protect-column",
                f"the column holds {what}",
                where=f'column "{field.name}"',
                remedy="name it and its type under fields in the policy",
            )
        return values if is_number else found


def keeps(protector: Protector, kinds: Mapping[str, str]) -> list[str]:
    """Return the columns that the policy leaves as they are."""
    return [name for name, kind in kinds.items() if isinstance(protector.rules.action(kind)[0], act.Keep)]


def _no_column(what: str, remedy: str) -> InputError:
    return InputError("protect-no-column", what, remedy=remedy)
