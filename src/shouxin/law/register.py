"""The register: all instruments together, with every way to look something up in them."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from shouxin.errors import InputError
from shouxin.law import cache as compiled
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.model import Books, Instrument, OutsideInstrument, Parameter, Provision, Reading


class Entry(NamedTuple):
    """A provision together with the instrument it stands in."""

    instrument: Instrument
    provision: Provision

    @property
    def citation(self) -> Citation:
        """Return how the provision is cited across instruments."""
        return Citation(self.instrument.instrument, self.provision.id)


class Register:
    """The law as one immutable value: ``version`` is the SHA-256 (hex) of its files."""

    def __init__(self, books: Books, version: str) -> None:
        self.books = books
        self.version = version

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Return the instruments: statutes first, then by the date they took effect."""
        rank = [
            "law",
            "decision",
            "departmental_rule",
            "normative_document",
            "judicial_interpretation",
            "policy",
        ]
        return tuple(sorted(self.books.instruments, key=lambda item: (rank.index(item.kind), item.effective)))

    @cached_property
    def _by_id(self) -> dict[str, Instrument]:
        return {item.instrument: item for item in self.books.instruments}

    @cached_property
    def _outside(self) -> dict[str, OutsideInstrument]:
        return {item.id: item for item in self.books.outside}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return every provision of every instrument, in order, without those of issuing notices."""
        return tuple(Entry(item, provision) for item in self.instruments for provision in item.provisions)

    @cached_property
    def _entry(self) -> dict[str, Entry]:
        all_of_it = (Entry(item, provision) for item in self.instruments for provision in item.everything)
        return {str(entry.citation): entry for entry in all_of_it}

    @cached_property
    def _leaves(self) -> dict[str, frozenset[str]]:
        """Return the ids of each instrument that have nothing under them."""
        found = {}
        for item in self.books.instruments:
            ids = {provision.id for provision in item.everything}
            found[item.instrument] = frozenset(
                ids - {unit for one in ids for unit in _prefixes(one) if unit != one}
            )
        return found

    def instrument(self, name: str) -> Instrument:
        """Return the instrument with the id ``name``; raise ``InputError`` (law-unknown-instrument)."""
        if name in self._by_id:
            return self._by_id[name]
        near = difflib.get_close_matches(name, self._by_id, n=1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        raise InputError(
            "law-unknown-instrument",
            f'there is no instrument "{_short(name)}"',
            remedy=f"{hint}`shouxin law list` shows them all",
        )

    def find(self, text: str) -> tuple[Entry, ...]:
        """Return what the citation ``text`` names: a provision, or everything under a unit or instrument.

        Raises ``InputError`` (law-unknown-instrument, law-unknown-provision) with the nearest id.
        """
        cited = citation.parse(text)
        home = self.instrument(cited.instrument)
        if cited.eid in self._leaves[home.instrument]:
            return (self._entry[str(cited)],)
        entries = [Entry(home, provision) for provision in home.everything]
        found = tuple(entry for entry in entries if cited.covers(entry.citation))
        if found:
            return found
        units = {unit for entry in entries for unit in _prefixes(entry.provision.id)}
        near = difflib.get_close_matches(cited.eid, sorted(units), n=1)
        hint = f'did you mean "{home.instrument}:{near[0]}"? ' if near else ""
        raise InputError(
            "law-unknown-provision",
            f'there is no provision "{_short(cited.eid)}" in {home.instrument}',
            remedy=f"{hint}`shouxin law show {home.instrument}` lists them",
        )

    def title(self, cited: Citation) -> Instrument | OutsideInstrument | None:
        """Return the instrument that a citation is about, inside or outside the register."""
        return self._by_id.get(cited.instrument) or self._outside.get(cited.instrument)

    def holds(self, cited: Citation) -> bool:
        """Tell whether the register itself holds what is cited."""
        return cited.instrument in self._by_id

    @cached_property
    def _cited_by(self) -> dict[Citation, list[tuple[str, Citation]]]:
        index: dict[Citation, list[tuple[str, Citation]]] = defaultdict(list)
        for entry in self._entry.values():
            for relation in ("sanctioned_by", "refers_to"):
                for text in getattr(entry.provision, relation):
                    target = citation.parse(text, entry.instrument.instrument)
                    index[target].append((relation, entry.citation))
        return index

    def cited_by(self, cited: Citation) -> Iterator[tuple[str, Citation]]:
        """Yield ``(relation, citation)`` of every provision that cites this one or a unit around it."""
        for target in (Citation(cited.instrument, unit) for unit in _prefixes(cited.eid)):
            yield from self._cited_by.get(target, ())

    def readings(self, cited: Citation | None = None) -> Iterator[tuple[Instrument, Reading]]:
        """Yield the readings with their instruments; with ``cited`` only those that concern it."""
        for item in self.instruments:
            for reading in item.readings:
                if cited is None or any(
                    _touch(cited, Citation(item.instrument, eid)) for eid in reading.provisions
                ):
                    yield item, reading

    def answers(self, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the answer to every reading by its name: the one ``chosen``, else the register's own.

        Raises ``InputError``: reading-unknown, reading-answer, with the nearest name.
        """
        named = {f"{item.instrument}:{reading.id}": reading for item, reading in self.readings()}
        for name, answer in (chosen or {}).items():
            if name not in named:
                raise _unlisted("reading-unknown", f'there is no reading "{_short(name)}"', name, named)
            ids = [option.id for option in named[name].alternatives]
            if answer not in ids:
                what = f'the reading "{name}" has no answer "{_short(answer)}"'
                raise _unlisted("reading-answer", what, answer, ids)
        return {name: reading.chosen for name, reading in named.items()} | dict(chosen or {})

    def parameters(self) -> Iterator[tuple[Entry, Parameter]]:
        """Yield every figure of the law that is not the length of a deadline, with its provision."""
        for entry in self.entries:
            for parameter in entry.provision.parameters:
                yield entry, parameter


@cache
def register() -> Register:
    """Return the register of the installed law files; raise ``LawError`` where they are wrong."""
    return Register(*compiled.load())


def _prefixes(eid: str) -> list[str]:
    parts = eid.split("__")
    return ["__".join(parts[: count + 1]) for count in range(len(parts))]


def _touch(one: Citation, other: Citation) -> bool:
    return one.covers(other) or other.covers(one)


def _unlisted(code: str, what: str, name: str, known: Iterable[str]) -> InputError:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return InputError(code, what, remedy=f"{hint}`shouxin law readings` lists the readings and their answers")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
