"""The law library's answers, put together from the register and the imported texts."""

import difflib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from shouxin.duties.library.model import (
    DiffReport,
    Export,
    ImportReport,
    InstrumentLine,
    Link,
    ProvisionView,
    ReadingView,
    SearchHit,
    StepLink,
    Texts,
    UnitText,
    Version,
)
from shouxin.errors import InputError, StoreError
from shouxin.law import citation
from shouxin.law.citation import Citation
from shouxin.law.coverage import Coverage, coverage, covered
from shouxin.law.model import AppCategory, Reading, Words
from shouxin.law.procedure import Step, in_full
from shouxin.law.register import Entry, Register
from shouxin.law.search import search

if TYPE_CHECKING:
    from shouxin.law.export.akn import TextUnit

Side = int | tuple[str, bytes]
"""One side of a comparison: the number of a kept version, or a file's name and bytes."""


class Library:
    """The register with, where a store is at hand, the statute texts the user imported.

    ``chosen`` are the answers that the organisation gives to readings instead of the register's.
    """

    def __init__(
        self, register: Register, texts: Texts | None = None, chosen: Mapping[str, str] | None = None
    ) -> None:
        """Raise ``InputError`` (reading-unknown, reading-answer) for a choice that there is not."""
        self.register = register
        self.texts = texts
        self.chosen = dict(chosen or {})
        self.answers = register.answers(chosen)

    @cached_property
    def _steps(self) -> Mapping[str, tuple[StepLink, ...]]:
        """Return the steps of procedures by the provision that they rest on."""
        found: dict[str, list[StepLink]] = {}
        for procedure in self.register.books.procedures:
            for step in map(in_full, procedure.steps):
                for name, how in _rests_on(step).items():
                    link = StepLink(
                        procedure=procedure.procedure,
                        title=procedure.title,
                        step=step.name,
                        label=step.label,
                        how=how,
                    )
                    for entry in self.register.find(name):
                        known = found.setdefault(str(entry.citation), [])
                        known += [link] if link not in known else []
        return {name: tuple(links) for name, links in found.items()}

    def instruments(self) -> tuple[InstrumentLine, ...]:
        """Return one line for each instrument."""
        return tuple(self.instrument(item.instrument) for item in self.register.instruments)

    def instrument(self, name: str) -> InstrumentLine:
        """Return the line of one instrument; raise ``InputError`` (law-unknown-instrument)."""
        item = self.register.instrument(name)
        states = [covered(self.register, Entry(item, provision)).state for provision in item.provisions]
        return InstrumentLine(
            id=item.instrument,
            title=item.title,
            kind=item.kind,
            number=item.number,
            issued_by=item.issued_by,
            adopted=item.adopted,
            promulgated=item.promulgated,
            effective=item.effective,
            repealed=item.repealed,
            articles=item.articles,
            provisions=len(item.provisions),
            actionable=sum(provision.actionable for provision in item.provisions),
            executed=states.count("executed"),
            vocabulary=states.count("vocabulary"),
            declaration=states.count("declaration"),
            not_yet=states.count("not_yet"),
            readings=len(item.readings),
            sources=item.sources,
        )

    def show(self, text: str) -> tuple[ProvisionView, ...]:
        """Return every provision that the citation ``text`` names.

        Raises ``InputError``: law-unknown-instrument, law-unknown-provision.
        """
        entries = self.register.find(text)
        units = tuple(dict.fromkeys(entry.provision.unit for entry in entries))
        texts = self.texts.units(entries[0].instrument.instrument, units) if self.texts else ()
        return tuple(self._view(entry, texts) for entry in entries)

    def search(self, query: str, *, limit: int = 50) -> tuple[SearchHit, ...]:
        """Return the provisions that answer ``query``; errors as in ``shouxin.law.search``."""
        return tuple(
            SearchHit(
                id=str(hit.entry.citation),
                summary=hit.entry.provision.summary,
                addressee=hit.entry.provision.addressee,
                modality=hit.entry.provision.modality,
                mechanism=hit.entry.provision.mechanism,
                state=covered(self.register, hit.entry).state,
                score=hit.score,
            )
            for hit in search(self.register, query, limit=limit)
        )

    def coverage(self) -> Coverage:
        """Return the state of every provision."""
        return coverage(self.register)

    def readings(self, instrument: str = "") -> tuple[ReadingView, ...]:
        """Return the readings, with ``instrument`` only its own; raise law-unknown-instrument."""
        if instrument:
            self.register.instrument(instrument)
        return tuple(
            self._reading(item.instrument, reading)
            for item, reading in self.register.readings()
            if instrument in ("", item.instrument)
        )

    def categories(self) -> tuple[AppCategory, ...]:
        """Return the 39 app categories with their necessary information (necessary-pi art. 5)."""
        return self.register.books.categories

    def category(self, name: str) -> AppCategory:
        """Return the app category with this key or number; raise ``InputError`` (law-unknown-category)."""
        keys = {category.key: category for category in self.categories()}
        numbers = {str(category.number): category for category in self.categories()}
        found = keys.get(name) or numbers.get(name)
        if found:
            return found
        near = difflib.get_close_matches(name[:80], keys, n=1)
        hint = f'did you mean "{near[0]}"?' if near else "`shouxin law categories` lists them"
        raise InputError("law-unknown-category", f'there is no app category "{name[:80]}"', remedy=hint)

    def versions(self, instrument: str | None = None) -> tuple[Version, ...]:
        """Return the imported texts that are kept, newest first; raise ``StoreError`` without a store."""
        return self._kept().versions(instrument)

    def import_file(self, data: bytes, *, name: str, encoding: str | None, dry_run: bool) -> ImportReport:
        """Read the statutes in ``data``, keep them unless ``dry_run``, and report on each.

        Everything in one file is kept or nothing is. Raises ``InputError`` (text-…) for what cannot
        be read and ``StoreError`` where there is no store to keep it in.
        """
        from shouxin.duties.library import imports

        kept = None if dry_run else self._kept()
        read = imports.read(self.register, data, name=name, encoding=encoding)
        places = kept.save(read, name) if kept else [(None, False)] * len(read)
        return ImportReport(
            instruments=tuple(
                imports.report(statute, matched, version=version, stored=stored)
                for (statute, matched), (version, stored) in zip(read, places, strict=True)
            )
        )

    def version(self, number: int) -> Version:
        """Return what is known of one kept text; raise ``InputError`` (text-unknown)."""
        return self._kept().version(number)

    def forget(self, number: int) -> None:
        """Take one kept text out of the store; raise ``InputError`` (text-unknown)."""
        self._kept().remove(number)

    def diff(self, old: int, new: int) -> DiffReport:
        """Compare two kept versions, article by article; raise ``InputError`` (text-unknown)."""
        return self.compare(old, new)

    def compare(self, old: Side, new: Side, *, encoding: str | None = None) -> DiffReport:
        """Compare two texts, each a kept version's number or a file's name and bytes.

        Raises ``InputError``: text-unknown, text-several where a file holds several instruments and
        none is that of the other side, and the errors of reading a file.
        """
        from shouxin.duties.library import imports

        names = [f"version {side}" if isinstance(side, int) else side[0] for side in (old, new)]
        sides = [
            [self._kept().statute(side)]
            if isinstance(side, int)
            else [
                statute
                for statute, _ in imports.read(self.register, side[1], name=side[0], encoding=encoding)
            ]
            for side in (old, new)
        ]
        before, after = imports.pair(self.register, sides[0], sides[1])
        return imports.compare(self.register, before, after, names=(names[0], names[1]))

    def export(self, form: str, instrument: str, language: str = "zh") -> Export:
        """Return an instrument as ``akn`` (Akoma Ntoso XML) or ``dpv`` (JSON-LD).

        Akoma Ntoso holds the newest imported text in ``language`` where one is kept. Raises
        ``InputError``: law-unknown-instrument, export-format.
        """
        from shouxin.law.export import akn, dpv

        item = self.register.instrument(instrument)
        if form == "dpv":
            return Export(
                media_type="application/ld+json", file_name=f"{instrument}.jsonld", content=dpv.write(item)
            )
        if form == "akn":
            content = akn.write(item, language=language, units=self._newest(instrument, language))
            return Export(
                media_type="application/akn+xml",
                file_name=f"{instrument}.{language}.akn.xml",
                content=content,
            )
        raise InputError("export-format", f'there is no format "{form[:40]}"', remedy="use akn or dpv")

    def _newest(self, instrument: str, language: str) -> "tuple[TextUnit, ...]":
        if self.texts is None:
            return ()
        found = [item.id for item in self.texts.versions(instrument) if item.language == language]
        return tuple(self.texts.statute(found[0]).units) if found else ()

    def _kept(self) -> Texts:
        if self.texts is None:
            raise StoreError(
                "store-missing",
                "there is no store to keep statute texts in",
                remedy="start one with `shouxin serve`",
            )
        return self.texts

    def _view(self, entry: Entry, texts: Iterable[UnitText]) -> ProvisionView:
        provision, item = entry.provision, entry.instrument
        state = covered(self.register, entry)
        home = item.instrument
        return ProvisionView(
            id=str(entry.citation),
            instrument=home,
            instrument_title=item.title,
            eid=provision.id,
            addressee=provision.addressee,
            modality=provision.modality,
            mechanism=provision.mechanism,
            summary=provision.summary,
            trigger=provision.trigger,
            needs=provision.needs,
            deadline=provision.deadline,
            parameters=provision.parameters,
            sanctioned_by=tuple(self._link(citation.parse(text, home)) for text in provision.sanctioned_by),
            refers_to=tuple(self._link(citation.parse(text, home)) for text in provision.refers_to),
            cited_by=tuple(
                self._link(source, relation) for relation, source in self.register.cited_by(entry.citation)
            ),
            readings=tuple(
                self._reading(home, reading) for _, reading in self.register.readings(entry.citation)
            ),
            translation_notes=tuple(
                note for note in item.translation_notes if citation.within(provision.id, note.id)
            ),
            actionable=provision.actionable,
            why=provision.why,
            state=state.state,
            executed_by=state.executed_by,
            gate=provision.gate,
            examples=provision.examples,
            clock=provision.clock,
            control=provision.control,
            calculator=provision.calculator,
            record=provision.record,
            steps=self._steps.get(str(entry.citation), ()),
            effective=item.effective,
            repealed=item.repealed,
            texts=tuple(text for text in texts if citation.within(provision.unit, text.eid)),
        )

    def _reading(self, instrument: str, reading: Reading) -> ReadingView:
        name = f"{instrument}:{reading.id}"
        return ReadingView(
            id=name,
            instrument=instrument,
            reading=reading,
            answer=self.answers[name],
            chosen_by="organisation" if name in self.chosen else "register",
        )

    def _link(self, cited: Citation, relation: str = "") -> Link:
        found = self.register.title(cited)
        title = found.title if found else Words(zh=cited.instrument, en=cited.instrument)
        return Link(citation=str(cited), title=title, inside=self.register.holds(cited), relation=relation)


def _rests_on(step: Step) -> dict[str, Literal["orders", "clock"]]:
    """Return the provisions that a step rests on: whose clocks it moves or awaits, and that order it."""
    moved = (*step.starts, *step.stops, *step.pauses, *step.resumes, *step.extends, *step.waits, *step.ahead)
    ordered = (*step.provisions, *(name for record in step.records for name in record.provisions))
    found: dict[str, Literal["orders", "clock"]] = dict.fromkeys(moved, "clock")
    return found | dict.fromkeys(ordered, "orders")
