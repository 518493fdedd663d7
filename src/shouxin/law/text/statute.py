"""Putting a statute together: units, asides in order, dates, remarks."""

from typing import NamedTuple

from shouxin.law.text import dates
from shouxin.law.text.layout import Fragment, clean
from shouxin.law.text.model import Aside, Statute, Unit
from shouxin.law.text.outline import Offsets
from shouxin.law.text.regions import Source
from shouxin.law.text.sequence import Run

_LAST_UNITS = 6


class Beside(NamedTuple):
    """What is not a unit: asides with kinds, Markdown signs, unexplained spans, the listing block."""

    asides: list[tuple[str, Fragment]]
    markup: list[Offsets]
    unplaced: list[Offsets]
    listing: Offsets


def assemble(
    source: Source, title: str, articles: int, units: tuple[Unit, ...], beside: Beside, run: Run | None
) -> Statute:
    """Return the statute; neighbouring asides of one kind become one, with a line each."""
    asides = _asides(source, beside)
    said = {
        kind: [a.text for a in asides if a.kind == kind] for kind in ("adoption", "promulgation", "signature")
    }
    formal = said["adoption"] + said["promulgation"]
    return Statute(
        title=title,
        language=source.language,
        articles=articles,
        units=units,
        asides=asides,
        unplaced=tuple(clean(source.text[start:end]) for start, end in sorted(beside.unplaced)),
        missing=tuple(run.missing) if run else (),
        remarks=tuple(run.remarks) if run else (),
        adopted=dates.adopted(formal),
        promulgated=dates.only_date(said["signature"]),
        effective=dates.effective([u.text for u in units[-_LAST_UNITS:]] + formal),
    )


def _asides(source: Source, beside: Beside) -> tuple[Aside, ...]:
    """Return the asides in the order of the text, neighbours of one kind together."""
    spans = [(fragment.start, fragment.end, kind) for kind, fragment in beside.asides]
    spans += [(start, end, "markup") for start, end in beside.markup]
    if beside.listing[1]:
        spans.append((*beside.listing, "listing"))
    joined: list[tuple[int, int, str, list[str]]] = []
    for start, end, kind in sorted(spans):
        lines = [clean(line) for line in source.text[start:end].splitlines() if clean(line)]
        if joined and joined[-1][2] == kind and not source.search[joined[-1][1] : start].strip():
            first, _, _, before = joined[-1]
            joined[-1] = (first, end, kind, before)
            before += lines
        else:
            joined.append((start, end, kind, lines))
    return tuple(Aside(kind, "\n".join(lines), start) for start, _, kind, lines in joined)
