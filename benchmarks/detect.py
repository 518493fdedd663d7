"""Detection: identifiers in text and in columns, beside Presidio, jionlp, ``re`` and hyperscan.

The corpus is made up (``benchmarks.planted``): "dense" holds an identifier of one of eight kinds for
each 128 bytes, with look-alikes between, "sparse" a tenth of that. Figures are megabytes per second of
processor time on one thread; ours and peers read one small text in turns, as a whole and, as peers are
mostly called, document by document. Names and addresses are measured on the annotated sentences of
``tests.detect.names``: "crowded" are those of two files line by line, far fuller of both than most text,
"ordinary" runs sentences together of which a third holds a name. All kinds together are measured on the
corpora of identifiers, too.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import pyarrow as pa
from tests.detect import cases
from tests.detect.made_up import MadeUp
from tests.detect.names.prose import sentences

from benchmarks import detectors, planted
from benchmarks.measure import Row, alternating, call_seconds
from shouxin.detect import Scanner, fallback, identifiers, scan_column

Found = TypeVar("Found")
DENSE, SPARSE = 128, 1280
SIZE = 8_000_000
PROSE_LINES = 20_000
PROSE_SIZE = 1_500_000
ANNOTATED = ("dev", "held_out", "genres", "blind")
NAMED = 1 / 3  # of the sentences of ordinary prose
PEERS_SIZE = 500_000


def speed(work: Callable[[], object], size: int, *, times: int = 7) -> float:
    """Return megabytes per second of processor time."""
    return size / call_seconds(work, times=times) / 1e6


def our_rows() -> Iterator[Row]:
    """Measure running text with both engines."""
    for name, every, goal in (("dense", DENSE, 800), ("sparse", SPARSE, 1500)):
        text = planted.whole(planted.documents(every, SIZE)).encode()
        if identifiers.native_available():
            figure = speed(partial(identifiers.find, text), len(text))
            yield Row(f"identifiers, native, {name}", f"{figure:.0f} MB/s", f"{goal} MB/s")
        part = text[:2_000_000].decode(errors="ignore").encode()
        figure = speed(partial(fallback.scan, part, 0.5), len(part), times=3)
        yield Row(f"identifiers, numpy, {name}", f"{figure:.0f} MB/s", "80 MB/s")


def crowded() -> bytes:
    """Return annotated sentences, one a line: most hold names or addresses."""
    written = [sentence.text for file in ("dev", "held_out") for _, sentence in sentences(file)]
    return "\n".join(MadeUp(5).random.choices(written, k=PROSE_LINES)).encode()


def ordinary() -> bytes:
    """Return running prose: paragraphs of two to six sentences, of which one in three holds a name."""
    chance = MadeUp(9).random
    found = [sentence for file in ANNOTATED for _, sentence in sentences(file)]
    named, plain = ([one.text for one in found if bool(one.names) is held] for held in (True, False))
    return "\n".join(
        "".join(
            chance.choice(named if chance.random() < NAMED else plain) for _ in range(chance.randint(2, 6))
        )
        for _ in range(PROSE_LINES // 4)
    ).encode()


def prose_rows() -> Iterator[Row]:
    """Measure names and addresses in running text, alone and with all other kinds."""
    for name, text, goal in (("ordinary", ordinary(), "60 MB/s"), ("crowded", crowded(), "")):
        for what, kinds in (("names", ["person_name"]), ("addresses", ["address"]), ("all kinds", None)):
            figure = speed(partial(Scanner(kinds).spans, text), len(text))
            yield Row(f"{name} prose: {what}", f"{figure:.0f} MB/s", goal if kinds is None else "")
    for name, every in (("dense", DENSE), ("sparse", SPARSE)):
        text = planted.whole(planted.documents(every, PROSE_SIZE)).encode()
        figure = speed(partial(Scanner().spans, text), len(text))
        yield Row(f"identifiers, {name}: all kinds", f"{figure:.0f} MB/s", "60 MB/s")


def peer_rows() -> Iterator[Row]:
    """Measure ours and the peers on one text, whole and document by document, and what each finds."""
    some = planted.documents(DENSE, PEERS_SIZE)
    texts, text = [document.text for document in some], planted.whole(some)
    data, known, every = text.encode(), Scanner(MadeUp.KINDS), Scanner()
    scan, quiet = detectors.Hyperscan(), detectors.Hyperscan(quiet=True)
    finders: dict[str, detectors.Finder] = {
        "Presidio": detectors.presidio(),
        "jionlp": detectors.jionlp(),
        "re": detectors.regular(checked=True),
        "hyperscan": scan,
    }
    ours: dict[str, Callable[[], object]] = {
        "ours: identifiers as arrays, whole text": partial(identifiers.find, data),
        "ours: identifiers as findings, whole text": partial(known.scan, data),
        "ours: everything as findings, whole text": partial(every.scan, data),
        "ours: identifiers as findings, by document": partial(_each, known.scan, texts),
        "ours: everything as findings, by document": partial(_each, every.scan, texts),
        "ours: identifiers as findings, a list of documents": partial(known.scan_many, texts),
        "ours: everything as findings, a list of documents": partial(every.scan_many, texts),
    }
    peers: dict[str, Callable[[], object]] = {
        **{f"peer: {name}, by document": partial(_each, find, texts) for name, find in finders.items()},
        "peer: re without check digits, whole text": partial(detectors.regular(checked=False), text),
        "peer: re, whole text": partial(finders["re"], text),
        "peer: hyperscan that reports nothing, whole text": partial(quiet.events, data),
        "peer: hyperscan, a callback for each match, whole text": partial(scan.events, data),
        "peer: hyperscan, whole text": partial(scan.places, data),
    }
    seconds = alternating({**ours, **peers})
    for what in seconds:
        against = (
            f"{seconds[f'peer: {name}, by document'] / seconds[what]:,.1f} × {name}" for name in finders
        )
        beside = ("500 × Presidio", ", ".join(against)) if what in ours else ()
        yield Row(what, f"{len(data) / seconds[what] / 1e6:.2f} MB/s", *beside)
    yield from quality_rows(some, {"ours": _ours(known), **finders})


def quality_rows(some: list[planted.Document], finders: dict[str, detectors.Finder]) -> Iterator[Row]:
    """Say of what was planted how much each finds, and of what it finds how much was planted."""
    for name, finder in finders.items():
        kinds = planted.judged(some, _each(finder, [document.text for document in some]))
        by_kind = ", ".join(f"{kind} {quality}" for kind, quality in kinds.items() if kind)
        yield Row(f"precision/recall: {name}", str(kinds[""]), "", by_kind)


def _each(find: Callable[[str], Found], texts: list[str]) -> list[Found]:
    return [find(text) for text in texts]


def _ours(scanner: Scanner) -> detectors.Finder:
    return lambda text: [planted.Place(one.type, one.start, one.end) for one in scanner.scan(text)]


def adversarial_rows() -> Iterator[Row]:
    """Say how exactly the kinds of the adversarial set are found, in what people wrote and in documents."""
    written, made_up = cases.written(), cases.made_up()
    for kind in cases.PROMISED:
        by_set = (
            f"{name} {planted.Quality(tally.precision(kind), tally.recall(kind))} of {tally.wanted(kind)}"
            for name, tally in (("written", written), ("made up", made_up))
        )
        both = written + made_up
        quality = planted.Quality(both.precision(kind), both.recall(kind))
        yield Row(f"adversarial set: {kind}", str(quality), "0.99/0.99", ", ".join(by_set))


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
    yield from adversarial_rows()
    yield from column_rows()
