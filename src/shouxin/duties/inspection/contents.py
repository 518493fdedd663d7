"""What a pack says: controls in the order of the articles and of a checklist, with what shows them. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from shouxin.duties.inspection.model import Item, Matter, Pack, Source
from shouxin.duties.posture.service import STATES, Posture, PostureItem
from shouxin.engine.control import Evidence, Shown
from shouxin.law.base import Shape, Words
from shouxin.law.register import Register

LANGUAGES = ("zh", "en", "es")
Entry = Callable[[Evidence], int | None]
"""Returns the entry of the ledger that holds a piece of evidence, None where no checkpoint covers one."""


class Heading(Shape, frozen=True, kw_only=True):
    """A matter of the checklist as its file has it."""

    title: dict[str, str]
    provisions: tuple[str, ...]


def items(
    found: Posture, register: Register, services: Sequence[str], entry: Entry, *, references: bool = True
) -> tuple[Item, ...]:
    """Return the controls in the order of the instruments and their articles.

    With ``services`` only those of the organisation and of these; without ``references`` nothing says where
    evidence lies, as is right for a report that everybody reads.
    """
    order = {str(one.citation): number for number, one in enumerate(register.entries)}
    chosen = (one for one in found.items if not services or one.service in ("", *services))
    listed = sorted(chosen, key=lambda one: (order.get(one.provision, len(order)), one.number, one.service))
    return tuple(_item(one, entry, references=references) for one in listed)


def counts(found: Iterable[Item]) -> dict[str, int]:
    """Return how many items there are in each state."""
    counted = Counter(one.state for one in found)
    return {state: counted[state] for state in STATES}


def by_checklist(found: Sequence[Item]) -> tuple[Matter, ...]:
    """Return the matters of the checklist, each with the positions of its items; each belongs to one."""
    left = dict(enumerate(found))
    matters = []
    for heading in checklist():
        mine = [at for at, one in left.items() if not heading.provisions or _under(one, heading.provisions)]
        for at in mine:
            del left[at]
        matters.append(Matter(title=heading.title, provisions=heading.provisions, items=tuple(mine)))
    return tuple(matters)


def instruments(found: Iterable[Item], register: Register) -> dict[str, dict[str, str]]:
    """Return the titles of the instruments of the items, in their order."""
    names = dict.fromkeys(one.instrument for one in found)
    return {name: said(register.instrument(name).title) for name in names}


def said(words: Words) -> dict[str, str]:
    """Return a text in every language."""
    return {code: words.text(code) for code in LANGUAGES}


@cache
def checklist() -> tuple[Heading, ...]:
    """Return the matters of ``checklist.yaml``; the last one takes what belongs to no other."""
    text = files("shouxin.duties.inspection").joinpath("checklist.yaml").read_text("utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), tuple[Heading, ...])


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return what a pack says beside the law, by language."""
    text = files("shouxin.duties.inspection").joinpath("words.yaml").read_text("utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), dict[str, dict[str, str]])


def _under(one: Item, provisions: Iterable[str]) -> bool:
    return any(
        one.provision == name or one.provision.startswith((f"{name}:", f"{name}__")) for name in provisions
    )


def _item(one: PostureItem, entry: Entry, *, references: bool) -> Item:
    return Item(
        provision=one.provision,
        instrument=one.provision.partition(":")[0],
        summary=said(one.summary),
        service=one.service,
        state=one.state,
        sources=tuple(
            _source(shown, entry, references=references) for shown in one.elements if shown.evidence
        ),
        lacking=tuple(said(step.text) for step in one.next),
        due=one.due,
    )


def _source(shown: Shown, entry: Entry, *, references: bool) -> Source:
    assert shown.evidence
    one = shown.evidence
    return Source(
        element=shown.element,
        kind=one.kind,
        reference=one.reference if references else "",
        on=one.on,
        until=shown.until,
        shown=one.shown,
        entry=entry(one) if references else None,
    )


def cited(pack: Pack) -> list[int]:
    """Return the entries whose proofs a pack needs, in order."""
    sources = (source.entry for item in pack.items for source in item.sources)
    return sorted({one for one in (*sources, *(told.entry for told in pack.notices)) if one is not None})
