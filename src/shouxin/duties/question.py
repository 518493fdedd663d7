"""A question to the gate as an address: ``/decide?act=collect&data.sensitive=true``.

Everything that the page shows follows from its address, so that it can be copied; the law library
links examples to it. An address is kept in histories and logs: it holds names and values of facts,
and none of those that could say who somebody is (see ``private``).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from shouxin.law.wording import Fact, Vocabulary

PATH = "/decide"
"""Where the page of the gate is."""

_OWN = ("act", "assume", "as_of", "skip", "ask", "explain", "lang")


class Asked(NamedTuple):
    """What an address asks: all of it text, as it was written; nothing of it is checked yet.

    A set may have several pairs, one for each box that was ticked, or one with commas.

    ``facts`` are pairs of name and value, ``skipped`` the facts that the reader does not know, ``ask``
    the one to be asked about next, whatever the gate would ask.
    """

    act: str = ""
    assume: str = ""
    as_of: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    ask: str = ""
    explain: bool = False

    @property
    def given(self) -> dict[str, str]:
        """Return the facts by name."""
        return dict(self.facts)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the address as pairs, for hidden fields; ``ask`` holds for one page and is left out."""
        own = (("act", self.act), ("assume", self.assume), ("as_of", self.as_of))
        pairs = [pair for pair in own if pair[1]] + list(self.facts)
        pairs += [("skip", name) for name in self.skipped]
        return [*pairs, ("explain", "1")] if self.explain else pairs

    @property
    def address(self) -> str:
        """Return the address of the page that shows this."""
        pairs = [*self.pairs, ("ask", self.ask)] if self.ask else self.pairs
        return f"{PATH}?{urlencode(pairs)}" if pairs else PATH

    def answered(self, name: str, value: str) -> "Asked":
        """Return the same with one fact given, instead of what it was."""
        kept = tuple(pair for pair in self.facts if pair[0] != name)
        return self._replace(facts=(*kept, (name, value)), skipped=self._known(name), ask="")

    def without(self, name: str) -> "Asked":
        """Return the same with one fact taken back."""
        return self._replace(facts=tuple(pair for pair in self.facts if pair[0] != name), ask="")

    def asking(self, name: str) -> "Asked":
        """Return the same with a question about one fact."""
        return self._replace(skipped=self._known(name), ask=name)

    def explained(self, *, wanted: bool) -> "Asked":
        """Return the same with the explanation, or without."""
        return self._replace(explain=wanted)

    def _known(self, name: str) -> tuple[str, ...]:
        return tuple(item for item in self.skipped if item != name)


def read(query: bytes) -> Asked:
    """Return what a query string asks; a value that is empty is one that nobody gave."""
    pairs = [
        (name, value.strip())
        for name, value in parse_qsl(query.decode("latin-1"), errors="replace")
        if value.strip()
    ]
    own = {name: value for name, value in pairs if name in _OWN}
    return Asked(
        act=own.get("act", ""),
        assume=own.get("assume", ""),
        as_of=own.get("as_of", ""),
        facts=tuple(pair for pair in pairs if pair[0] not in _OWN),
        skipped=tuple(dict.fromkeys(value for name, value in pairs if name == "skip")),
        ask=own.get("ask", ""),
        explain=own.get("explain") == "1",
    )


def private(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the facts that never stand in an address: they could say who somebody is.

    These are dates that the record of a person supplies or that others are derived from, which a
    birth date is.
    """
    sources = {name for fact in vocabulary.facts for name in fact.derived_from}
    return frozenset(
        fact.name
        for fact in vocabulary.facts
        if fact.type == "date" and (fact.supplied_by == "subject" or fact.name in sources)
    )


def instead_of(name: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Return the facts that follow from the private fact ``name`` and say less about a person."""
    found: dict[str, None] = {}
    for fact in facts:
        if name in fact.derived_from or found.keys() & set(fact.derived_from):
            found[fact.name] = None
    return tuple(found)


def written(value: object) -> str:
    """Return a value as it stands in an address: ``true``, ``18``, ``red``, ``red,blue``, ``none``."""
    if isinstance(value, frozenset | list):
        return ",".join(sorted(value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def asked(act: str, facts: Iterable[tuple[str, object]], assume: str, as_of: str) -> Asked:
    """Return the question about an act with these facts."""
    pairs = tuple((name, written(value)) for name, value in facts)
    return Asked(act=act, assume=assume, as_of=as_of, facts=pairs)
