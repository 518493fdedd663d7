"""A policy at work: on columns, texts and plain JSON values."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from shouxin.protect import policy as act
from shouxin.protect.findings import Span, settled, spans
from shouxin.protect.keys import KeyProvider
from shouxin.protect.policy_file import Rules
from shouxin.protect.types import info

Find = Callable[[str], Iterable[Any]]
"""Finds personal information in a text: things with type, start and end."""


class Change(NamedTuple):
    """What was done at one place: where in the text given, where in the text returned, and why."""

    type: str
    start: int
    end: int
    new_start: int
    new_end: int
    action: str
    because: str


class Protected(NamedTuple):
    """A protected text and what was changed in it. The values are not kept."""

    text: str
    changes: tuple[Change, ...]


class Protector:
    """Protects by one policy, with the keys it needs, in its scope or another."""

    def __init__(self, rules: Rules, keys: KeyProvider | None = None, *, scope: str | None = None) -> None:
        self.rules = rules
        self._keys = keys
        self._scope = rules.policy.scope if scope is None else scope

    def column(self, values: Any, kind: str, *, people: Any = None) -> Any:
        """Return an Arrow column of one type protected; errors as ``columns.protected``."""
        from shouxin.protect.columns import protected

        return protected(values, self.rules.action(kind)[0], self._use(kind, people))

    def restored(self, values: Any, kind: str, *, people: Any = None) -> Any:
        """Return an Arrow column as it was before ``column``; errors as ``columns.restored``."""
        from shouxin.protect.columns import restored

        return restored(values, self.rules.action(kind)[0], self._use(kind, people))

    def values(self, values: Sequence[str], kind: str, person: str | None = None) -> list[str]:
        """Return values of one type protected; ``person`` is whose dates these are."""
        action = self.rules.action(kind)[0]
        if isinstance(action, act.Redact):
            text = action.text if action.text is not None else self.label(kind)
            return [text] * len(values)
        if isinstance(action, act.Keep):
            return list(values)
        import pyarrow as pa

        people = None if person is None else pa.array([person] * len(values))
        found: list[str] = self.column(pa.array(values, pa.string()), kind, people=people).to_pylist()
        return found

    def label(self, kind: str) -> str:
        """Return what stands where a value of a type was."""
        return f"[{info(kind).label.text(self.rules.policy.language)}]"

    def text(self, text: str, findings: Iterable[Any], *, person: str | None = None) -> Protected:
        """Return a text with every finding protected; findings that overlap are settled by the policy's rule.

        Every character that any finding covers is protected, unless its type is kept.
        """
        found = [
            span
            for span in spans(findings, len(text))
            if not isinstance(self.rules.action(span.type)[0], act.Keep)
        ]
        pieces = settled(found, self.rules.policy.overlaps)
        changed = self._changed(text, pieces, person)
        parts: list[str] = []
        changes: list[Change] = []
        at = new_at = 0
        for span, new in zip(pieces, changed, strict=True):
            new_at += span.start - at
            action, because = self.rules.action(span.type)
            name = "redact" if span.remnant else str(type(action).__struct_config__.tag)
            changes.append(Change(span.type, span.start, span.end, new_at, new_at + len(new), name, because))
            parts += (text[at : span.start], new)
            at, new_at = span.end, new_at + len(new)
        return Protected("".join((*parts, text[at:])), tuple(changes))

    def json(self, value: Any, find: Find | None = None, *, person: str | None = None) -> Any:
        """Return plain data protected: fields of the policy whole, other strings where ``find`` finds.

        A field is written as ``order.contacts[*].phone``; ``[*]`` is any item, ``*`` any key, ``**`` any
        way down.
        """
        from shouxin.protect.plain_data import Walk

        return Walk(self, find, person).value(value)

    def scan(self, text: str, find: Find, *, person: str | None = None) -> Protected:
        """Return a text with what ``find`` finds protected."""
        return self.text(text, find(text), person=person)

    def _use(self, kind: str, people: Any) -> Any:
        from shouxin.protect.columns import Use

        return Use(kind, self._scope, self._keys, self.rules.policy.language, people)

    def _changed(self, text: str, pieces: Sequence[Span], person: str | None) -> list[str]:
        groups: dict[str, list[int]] = defaultdict(list)
        changed = [self.label(span.type) for span in pieces]
        for number, span in enumerate(pieces):
            if not span.remnant:
                groups[span.type].append(number)
        for kind, numbers in groups.items():
            given = [text[pieces[number].start : pieces[number].end] for number in numbers]
            for number, new in zip(numbers, self.values(given, kind, person), strict=True):
                changed[number] = new
        return changed
