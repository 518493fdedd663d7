"""Statute texts coming in: read, matched to the register, reported, compared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shouxin.duties.library.model import (
    ArticleChange,
    DiffReport,
    ImportedInstrument,
    Span,
)
from shouxin.errors import InputError
from shouxin.law.register import Register
from shouxin.law.text import Matched, Statute, decode, diff, match, provisions, read_statutes


class Known(NamedTuple):
    """What the matcher knows of an instrument of the register."""

    id: str
    titles: Mapping[str, str]
    articles: int
    provision_ids: Sequence[str]


def known(register: Register) -> list[Known]:
    """Return every instrument of ``register`` as the matcher sees it."""
    return [
        Known(
            item.instrument,
            {language: item.title.text(language) for language in ("zh", "en", "es")},
            item.articles,
            [provision.id for provision in item.everything],
        )
        for item in register.instruments
    ]


def read(
    register: Register, data: bytes, *, name: str, encoding: str | None
) -> list[tuple[Statute, Matched]]:
    """Return the statutes in ``data`` with their places in the register; raise ``InputError`` (text-…)."""
    instruments = known(register)
    statutes = read_statutes(decode(data, encoding=encoding, where=name), where=name)
    return [(statute, match(statute, instruments)) for statute in statutes]


def report(statute: Statute, matched: Matched, *, version: int | None, stored: bool) -> ImportedInstrument:
    """Return what is told about one imported statute."""
    asides: Counter[str] = Counter()
    for aside in statute.asides:
        asides[aside.kind] += len(aside.text)
    in_text = {top(unit.eid) for unit in statute.units}
    matched_articles = {top(placed.eid) for placed in matched.placed} & in_text
    return ImportedInstrument(
        instrument=matched.instrument,
        title=statute.title,
        language=statute.language,
        articles=statute.articles,
        matched=sum(not is_beside(eid) for eid in matched_articles),
        unplaced=statute.unplaced,
        without_text=matched.without_text,
        without_provision=matched.without_id,
        enclosing=tuple(placed.id for placed in matched.placed if placed.how == "enclosing"),
        gaps=statute.missing,
        set_aside=tuple(asides.items()),
        version=version,
        stored=stored,
    )


def top(eid: str) -> str:
    """Return the article or numbered point that a unit belongs to: ``art_9``, ``sec_2__point_4``."""
    parts = eid.split("__")
    return "__".join(parts[:2]) if parts[0].startswith("sec_") else parts[0]


def is_beside(eid: str) -> bool:
    """Tell whether a unit is no article or numbered point: the issuing notice, an unnumbered opening."""
    return eid.startswith("notice") or eid.endswith("__intro")


def compare(register: Register, old: Statute, new: Statute, *, names: tuple[str, str]) -> DiffReport:
    """Compare two statutes and name the provisions of the register that need another look."""
    instruments = known(register)
    instrument = match(new, instruments).instrument or match(old, instruments).instrument
    ids = next((item.provision_ids for item in instruments if item.id == instrument), ())
    changes = tuple(
        ArticleChange(
            kind=change.kind,
            old=change.old,
            new=change.new,
            spans=tuple(Span(kind=span.kind, text=span.text) for span in change.spans),
            provisions=tuple(f"{instrument}:{eid}" for eid in provisions(change, ids)),
        )
        for change in diff(old, new)
    )
    review = dict.fromkeys(eid for change in changes if change.kind != "same" for eid in change.provisions)
    return DiffReport(
        instrument=instrument,
        old=names[0],
        new=names[1],
        counts=dict(Counter(change.kind for change in changes)),
        changes=changes,
        review=tuple(review),
    )


def pair(register: Register, old: Sequence[Statute], new: Sequence[Statute]) -> tuple[Statute, Statute]:
    """Return the one statute of each side that is the same instrument on both; raise text-several."""
    if len(old) == len(new) == 1:
        return old[0], new[0]
    instruments = known(register)
    left = {match(statute, instruments).instrument: statute for statute in old}
    right = {match(statute, instruments).instrument: statute for statute in new}
    both = [name for name in left if name is not None and name in right]
    if len(both) != 1:
        raise InputError(
            "text-several",
            f"the two sides hold {len(old)} and {len(new)} instruments, {len(both)} of them on both sides",
            remedy="give a file, or the number of a kept version, that holds one instrument",
        )
    return left[both[0]], right[both[0]]
