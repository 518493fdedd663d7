"""Detection: identifiers in text and in columns, native and numpy, beside patterns of ``re`` and Presidio.

The corpus is made up (``tests.detect.made_up``): "dense" holds an identifier of one of eight kinds for
each 128 bytes, with look-alikes between, "sparse" a tenth of that. Figures are megabytes per second of
processor time on one thread; peers read a small part of the same text. Names and addresses are measured
on the annotated sentences of ``tests.detect.names``, far fuller of both than most text.
"""

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial

import pyarrow as pa
from tests.detect.made_up import MadeUp
from tests.detect.names.prose import sentences

from benchmarks.measure import Row, call_seconds
from shouxin.detect import Scanner, fallback, identifiers, scan_column

DENSE, SPARSE = 128, 1280
SIZE = 8_000_000
PROSE_LINES = 20_000
PATTERNS = {
    "CN_ID": r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![0-9A-Za-z])",
    "CN_MOBILE": r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])",
    "CN_BANK_CARD": r"(?<![0-9A-Za-z])[3-6]\d{3}(?: ?\d{4}){3}(?: ?\d{1,3})?(?![0-9A-Za-z])",
    "CN_USCC": r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])",
    "CN_PLATE": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁][A-HJ-NP-Z]·?"
    r"[A-HJ-NP-Z0-9]{5,6}(?![0-9A-Za-z])",
    "CN_VIN": r"(?<![0-9A-Za-z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z])",
    "CN_EMAIL": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "CN_IPV4": r"(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z.])",
}


def corpus(every: int, size: int = SIZE) -> bytes:
    """Return made-up Chinese text with an identifier for about each ``every`` bytes."""
    made, parts, length = MadeUp(every), list[str](), 0
    kinds = MadeUp.KINDS
    while length < size:
        kind = made.random.choice(kinds)
        part = made.written(kind, made.identifier(kind))
        if made.random.random() < 0.25:
            part += "，" + made.look_alike()
        while len(part.encode()) < every:
            part = made.filler() + made.random.choice("，。：；、") + part
        parts.append(part + made.random.choice("，。\n"))
        length += len(parts[-1].encode())
    return "".join(parts).encode()


def speed(work: Callable[[], object], size: int, *, times: int = 7) -> float:
    """Return megabytes per second of processor time."""
    return size / call_seconds(work, times=times) / 1e6


def presidio() -> Callable[[str], object]:
    """Return Presidio's analyser with the same patterns and no language model."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    blank = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    setattr(blank, "nlp", {"zh": spacy.blank("zh")})  # noqa: B010
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    recognisers = [
        PatternRecognizer(name, supported_language="zh", patterns=[Pattern(name, pattern, 0.6)])
        for name, pattern in PATTERNS.items()
    ]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=["zh"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["zh"])
    return lambda text: engine.analyze(text, "zh")


def our_rows() -> Iterator[Row]:
    """Measure running text with both engines."""
    for name, every, goal in (("dense", DENSE, 800), ("sparse", SPARSE, 1500)):
        text = corpus(every)
        if identifiers.native_available():
            figure = speed(partial(identifiers.find, text), len(text))
            yield Row(f"identifiers, native, {name}", f"{figure:.0f} MB/s", f"{goal} MB/s")
        part = text[:2_000_000].decode(errors="ignore").encode()
        figure = speed(partial(fallback.scan, part, 0.5), len(part), times=3)
        yield Row(f"identifiers, numpy, {name}", f"{figure:.0f} MB/s", "80 MB/s")


def prose_rows() -> Iterator[Row]:
    """Measure names and addresses in running text, alone and with the identifiers."""
    chance = MadeUp(5).random
    written = [sentence.text for file in ("dev", "held_out") for _, sentence in sentences(file)]
    text = "\n".join(chance.choices(written, k=PROSE_LINES)).encode()
    for what, kinds, goal in (
        ("names", ["person_name"], ""),
        ("addresses", ["address"], ""),
        ("identifiers, names and addresses", None, "60 MB/s"),
    ):
        figure = speed(partial(Scanner(kinds).spans, text), len(text))
        yield Row(f"prose: {what}", f"{figure:.0f} MB/s", goal)


def peer_rows() -> Iterator[Row]:
    """Measure patterns of ``re`` and Presidio on the documents of a small text."""
    text = corpus(DENSE, 60_000).decode()
    documents, size, analyse = text.split("\n"), len(text.encode()), presidio()
    patterns = [re.compile(pattern) for pattern in PATTERNS.values()]
    large = corpus(DENSE)
    ours = speed(partial(identifiers.find, large), len(large))
    for name, work in (
        ("re, 8 patterns without checksums, dense", lambda: [list(one.finditer(text)) for one in patterns]),
        ("Presidio, the same patterns, dense", lambda: [analyse(document) for document in documents]),
    ):
        figure = speed(work, size, times=3)
        yield Row(name, f"{figure:.2f} MB/s", "", f"ours {ours / figure:,.0f} times")


def column_rows() -> Iterator[Row]:
    """Measure the columns of a table."""
    made = MadeUp(3)
    kinds = ("resident_id", "mobile", "bank_card", "uscc", "email", "ipv4", "licence_plate")
    columns = [[made.identifier(kind) for _ in range(20_000)] for kind in kinds]
    columns += [
        [str(1_700_000_000_000 + 7 * i) for i in range(20_000)],
        [made.filler() for _ in range(20_000)],
    ]
    table = [pa.array(cells * 5) for cells in columns]
    cells = sum(map(len, table))
    seconds = call_seconds(lambda: [scan_column(column) for column in table])
    goal = "10 M cells/s" if identifiers.native_available() else ""
    yield Row("columns, 9 of 100,000 cells", f"{cells / seconds / 1e6:.1f} M cells/s", goal)


def rows() -> Iterator[Row]:
    """Yield every measurement of this subject."""
    yield from our_rows()
    if identifiers.native_available():
        yield from prose_rows()
    yield from peer_rows()
    yield from column_rows()
