"""The peers of detection: the same eight patterns in ``re``, Presidio and hyperscan, and what jionlp offers.

Each is driven as its users drive it. What they count as found passes the check digits in Python, where a
peer has none of its own; jionlp's extractors stay as they are.
"""

import contextlib
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.planted import Place
from shouxin.detect.fallback import checks

# < and > stand for "no letter or digit before" and "none behind", which each engine spells its own way.
PATTERNS: Final = {
    "resident_id": r"<[1-9]\d{5} ?(?:18|19|20)\d{2}[01]\d[0-3]\d ?\d{3}[\dXx]>",
    "mobile": r"<(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}>",
    "bank_card": r"<[3-6]\d{3}(?: ?\d{4}){3}(?: ?\d{1,3})?>",
    "uscc": r"<[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}>",
    "licence_plate": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁]"
    r"[A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6}>",
    "vin": r"<[A-HJ-NPR-Z0-9]{17}>",
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "ipv4": r"<(?:\d{1,3}\.){3}\d{1,3}>",
}
KINDS: Final = tuple(PATTERNS)
CHECKS: Final[dict[str, Callable[[bytes], bool]]] = {
    "resident_id": checks.resident,
    "bank_card": checks.luhn,
    "uscc": checks.uscc,
    "vin": checks.vin,
}
Finder = Callable[[str], list[Place]]


def passes(kind: str, value: str) -> bool:
    """Return whether a value has the check digit of its kind, if the kind has one."""
    check = CHECKS.get(kind)
    return check is None or check(re.sub(r"[^0-9A-Z]", "", value.upper()).encode())


def spelt(pattern: str) -> str:
    """Return a pattern with ASCII boundaries for engines that can look around; ``\\b`` fails beside Han."""
    return pattern.replace("<", "(?<![0-9A-Za-z])").replace(">", "(?![0-9A-Za-z])")


def regular(*, checked: bool) -> Finder:
    """Return the patterns of ``re``, one after the other."""
    compiled = [(kind, re.compile(spelt(pattern))) for kind, pattern in PATTERNS.items()]

    def find(text: str) -> list[Place]:
        return [
            Place(kind, *match.span())
            for kind, pattern in compiled
            for match in pattern.finditer(text)
            if not checked or passes(kind, match[0])
        ]

    return find


def presidio() -> Finder:
    """Return Presidio's analyser with the patterns and checks as recognisers, and no language model."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Checked(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool | None:
            kind = self.supported_entities[0]
            return passes(kind, pattern_text) if kind in CHECKS else None

    blank = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    setattr(blank, "nlp", {"zh": spacy.blank("zh")})  # noqa: B010
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    recognisers = [
        Checked(kind, supported_language="zh", patterns=[Pattern(kind, spelt(pattern), 0.6)])
        for kind, pattern in PATTERNS.items()
    ]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=["zh"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["zh"])
    return lambda text: [
        Place(one.entity_type, one.start, one.end) for one in engine.analyze(text, "zh") if one.score > 0
    ]


def jionlp() -> Finder:
    """Return the seven extractors of jionlp for identifiers.

    It knows no cards, credit codes and VIN, and of resident numbers only those of counties on its list, which
    most of the made-up ones are not.
    """
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import jionlp as jio
    extractors = {
        "ipv4": jio.extract_ip_address,
        "resident_id": jio.extract_id_card,
        "licence_plate": jio.extract_motor_vehicle_licence_plate,
        "qq": jio.extract_qq,
        "wechat": jio.extract_wechat_id,
        "mobile": jio.extract_phone_number,
    }

    def find(text: str) -> list[Place]:
        found = [
            Place(kind if one.get("type") != "landline_phone" else "landline", *one["offset"])
            for kind, extract in extractors.items()
            for one in extract(text, detail=True)
        ]
        # With ``detail`` the extractor of e-mail raises on image@2x.png.
        at = 0
        for one in jio.extract_email(text):
            at = text.index(one, at)
            found.append(Place("email", at, at + len(one)))
        return found

    return find


class Hyperscan:
    """The patterns in one database of the hyperscan package, in block mode on bytes."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Compile; ``quiet`` reports nothing at all, which leaves the bare scan."""
        import hyperscan

        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        way = hyperscan.HS_FLAG_QUIET if quiet else hyperscan.HS_FLAG_SOM_LEFTMOST
        expressions = [pattern.replace("<", r"\b").replace(">", r"\b") for pattern in PATTERNS.values()]
        flags = [way | (0 if pattern.isascii() else hyperscan.HS_FLAG_UTF8) for pattern in PATTERNS.values()]
        self._database.compile(
            expressions=[one.encode() for one in expressions],
            ids=range(len(expressions)),
            elements=len(expressions),
            flags=flags,
        )

    def events(self, text: bytes) -> list[tuple[int, int, int]]:
        """Return what is reported: pattern, start and each end, as the callback gets them."""
        found: list[tuple[int, int, int]] = []

        def matched(one: int, start: int, end: int, _flags: int, _context: object) -> None:
            found.append((one, start, end))

        self._database.scan(text, match_event_handler=matched)
        return found

    def places(self, text: bytes) -> list[Place]:
        """Return what a user gets, by bytes: the longest end of each start, with its check digit."""
        longest: dict[tuple[int, int], int] = {}
        for one, start, end in self.events(text):
            longest[one, start] = max(end, longest.get((one, start), 0))
        return list(self._checked(text, longest))

    @staticmethod
    def _checked(text: bytes, longest: dict[tuple[int, int], int]) -> Iterator[Place]:
        reached = [0] * len(KINDS)
        for (one, start), end in sorted(longest.items(), key=lambda item: item[0][1]):
            if start >= reached[one] and passes(KINDS[one], text[start:end].decode()):
                reached[one] = end
                yield Place(KINDS[one], start, end)

    def __call__(self, text: str) -> list[Place]:
        """Return what a user gets of a document, by characters."""
        data = text.encode()
        return [
            Place(kind, len(data[:start].decode()), len(data[:end].decode()))
            for kind, start, end in self.places(data)
        ]
