"""Scanning a text for personal information, and saying why something was found."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from shouxin.detect import categories, identifiers, prose, thresholds, written
from shouxin.detect.categories import terms
from shouxin.detect.detector import detector
from shouxin.detect.finding import Finding
from shouxin.detect.kinds import KINDS, NUMBER, SOURCE, SOURCES, TOLD, kinds
from shouxin.detect.overlaps import kept
from shouxin.detect.spans import Spans
from shouxin.detect.thresholds import SURE
from shouxin.errors import InputError

MIN_SCORE: Final = SURE


class Scanner:
    """Finds the kinds asked for that score at least ``min_score``.

    Names, addresses and what only words tell are read only where they are asked for. Of what overlaps, an
    identifier stays before a name or an address, which does not reach into it, and the longer before the
    shorter; what scores less than 0.5 gives way to what does not. No score depends on ``min_score``.
    """

    def __init__(self, kinds: Iterable[str] | None = None, *, min_score: float = MIN_SCORE) -> None:
        """Take the ids of the kinds to report, all of them by default.

        Raises ``InputError``: ``detect-kind`` for an id that does not exist, ``detect-score`` for a score
        that is not between 0 and 1.
        """
        wanted = list(KINDS if kinds is None else kinds)
        if unknown := [kind for kind in wanted if kind not in NUMBER]:
            raise InputError(
                "detect-kind",
                f'there is no kind "{unknown[0][:60]}"',
                remedy=f"choose from: {', '.join(KINDS)}",
            )
        if not 0 < min_score <= 1:
            raise InputError(
                "detect-score",
                f"the lowest score to report is {min_score}",
                remedy="give a number above 0 and up to 1",
            )
        self.min_score = min_score
        self._kinds = frozenset(wanted)
        self._wanted = np.zeros(len(KINDS), np.bool_)
        self._wanted[[NUMBER[kind] for kind in wanted]] = True

    def spans(self, text: str | bytes) -> Spans:
        """Return what is found as arrays, by offsets in the UTF-8 bytes of the text."""
        if (compiled := self._compiled()) is not None:
            return Spans(*compiled.spans(encoded(text)))
        return self._found(encoded(text)).spans

    def scan(self, text: str | bytes) -> list[Finding]:
        """Return what is found, in the order of the text."""
        data = encoded(text)
        if (compiled := self._compiled()) is not None:
            found: list[Finding] = compiled.findings(data)
            return found
        spans = self._found(data).spans
        edges = np.stack((spans.start, spans.end), 1).ravel()
        places = zip(*[iter(identifiers.characters(data, edges).tolist())] * 2, strict=True)
        columns = (spans.kind.tolist(), spans.start.tolist(), spans.end.tolist(), spans.score.tolist())
        return [
            Finding(
                type=KINDS[kind],
                start=start,
                end=end,
                byte_start=byte_start,
                byte_end=byte_end,
                score=round(score, 4),
                source=SOURCES.get(KINDS[kind], SOURCE),
            )
            for (start, end), kind, byte_start, byte_end, score in zip(places, *columns, strict=True)
        ]

    def scan_many(self, texts: Iterable[str | bytes]) -> list[list[Finding]]:
        """Return what ``scan`` finds in each of many texts, which have nothing to do with each other."""
        if (compiled := self._compiled()) is None:
            return [self.scan(text) for text in texts]
        found: list[list[Finding]] = compiled.many([encoded(text) for text in texts])
        return found

    def explain(self, text: str | bytes, finding: Finding) -> Mapping[str, float]:
        """Return what each piece of evidence added to a finding of ``scan`` on this text.

        The parts of an identifier and of an address add up to the score, those of a name to tenths of the
        natural logarithm of its odds. Names are read again in Python, at about a megabyte a second.
        """
        data = encoded(text)
        found = self._found(data)
        at = np.flatnonzero((found.spans.start == finding.byte_start) & (found.spans.end == finding.byte_end))
        if not len(at) or KINDS[found.spans.kind[at[0]]] != finding.type:
            return {}
        if finding.source != SOURCES.get(finding.type, SOURCE):
            return {}
        if finding.source == SOURCE:
            return kinds()[finding.type].parts(int(found.evidence[at[0]]))
        if finding.source == categories.SOURCE:
            return self._told(data, finding)
        reasons = prose.explain(data, finding.type, finding.byte_start, finding.score)
        return reasons or self._told(data, finding)

    def identified(self, data: bytes) -> identifiers.Found:
        """Return the identifiers of a text; what is sure, also of kinds that were not asked for."""
        found = thresholds.find(data, self.min_score, self._wanted)
        if not self._asked(*written.KINDS):
            return found
        more = written.find(data)
        return thresholds.joined(thresholds.where(found, thresholds.apart(found.spans, more.spans)), more)

    def _compiled(self) -> Any:
        """Return what finds all of it in one call, or nothing where Python has to."""
        if identifiers._native is None or self.min_score < SURE:
            return None
        return _detector(self._kinds, self.min_score)

    def _found(self, data: bytes) -> identifiers.Found:
        found = self.identified(data)
        if self._asked(*SOURCES):
            found = self._with_prose(data, found)
        return thresholds.where(found, self._reported(found.spans))

    def _with_prose(self, data: bytes, found: identifiers.Found) -> identifiers.Found:
        read = self._read(data, found.spans)
        parts = [found.spans]
        for kind, stretches in (("person_name", read.names), ("address", read.addresses)):
            if self._asked(kind):
                parts.append(_spans(kind, stretches))
        if self._asked("person_name", *TOLD):
            parts.append(categories.find(data, *_around(read), self._kinds & terms.EVERY).spans)
        joined = Spans(*map(np.concatenate, zip(*parts, strict=True)))
        evidence = np.zeros(len(joined.start), np.uint16)
        evidence[: len(found.evidence)] = found.evidence
        identified = np.arange(len(joined.start)) < len(found.evidence)
        rank = np.where(joined.score < MIN_SCORE, 2, np.where(identified, 0, 1))
        order = np.argsort(joined.start, kind="stable")
        chosen = (joined.score >= min(self.min_score, MIN_SCORE)) & (identified | self._wanted[joined.kind])
        order = order[chosen[order]]
        joined = joined.where(order)
        return thresholds.where(identifiers.Found(joined, evidence[order]), kept(joined, rank[order]))

    def _reported(self, spans: Spans) -> npt.NDArray[np.bool_]:
        chosen: npt.NDArray[np.bool_] = (spans.score >= np.float32(self.min_score)) & self._wanted[spans.kind]
        return chosen

    def _told(self, data: bytes, finding: Finding) -> Mapping[str, float]:
        read = self._read(data, self.identified(data).spans)
        told = categories.find(data, *_around(read), self._kinds & terms.EVERY)
        return categories.explain(told, finding.type, finding.byte_start, finding.byte_end)

    def _asked(self, *kinds: str) -> bool:
        return bool(self._wanted[[NUMBER[kind] for kind in kinds]].any())

    def _read(self, data: bytes, inside: Spans) -> prose.Prose:
        """Read names and addresses as far as they are asked for or tell of others."""
        inside = inside.where(inside.score >= MIN_SCORE)
        return prose.read(
            data, (inside.start, inside.end),
            names=self._asked("person_name", *TOLD), addresses=self._asked("address", "organisation"),
        )  # fmt: skip


def _around(read: prose.Prose) -> tuple[tuple[prose.Ints, prose.Ints], prose.Ints]:
    """Return the names that are likely ones, and where addresses begin."""
    likely = read.names.score >= np.float32(MIN_SCORE)
    return (read.names.start[likely], read.names.end[likely]), read.addresses.start


def _spans(kind: str, read: prose.Stretches) -> Spans:
    return Spans(np.full(len(read.start), NUMBER[kind], np.uint8), *read)


_detector = lru_cache(64)(detector)


def encoded(text: str | bytes) -> bytes:
    """Return the bytes of a text; a lone surrogate becomes a question mark, so that offsets stay true.

    Raises ``InputError`` (detect-text) for anything else.
    """
    if isinstance(text, bytes):
        return text
    if isinstance(text, str):
        return text.encode("utf-8", "replace")
    raise InputError(
        "detect-text",
        f'only a text or bytes can be looked through, and this is of the type "{type(text).__name__}"',
        remedy="give the value as text: str(value)",
    )


def scan(text: str | bytes) -> list[Finding]:
    """Return all personal information in a text, in its order: every kind, from a score of 0.5 on.

    ``text`` is a text, or bytes that are taken for UTF-8, broken ones too. A finding counts in characters and
    in bytes of the text as given, and holds no value: ``text[found.start : found.end]`` is it. ``Scanner``
    takes a choice of kinds and another lowest score, ``shouxin.detect.kinds.kinds()`` says what each kind is
    and by which standard. Raises ``InputError`` (``detect-text``) for what is neither text nor bytes.

    >>> [(found.type, found.start, found.end) for found in scan("请拨打138-0013-8000")]
    [('mobile', 3, 16)]
    """
    return _every().scan(text)


@cache
def _every() -> Scanner:
    return Scanner()
