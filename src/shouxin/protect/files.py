"""Whole files, a piece at a time: text, JSON, JSON lines, CSV and Parquet, written whole or not at all."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from shouxin.errors import InputError, ShouxinError
from shouxin.protect.encodings import Encoding, read_as_utf8, written_from_utf8
from shouxin.protect.findings import Span, spans
from shouxin.protect.plain_data import Walk
from shouxin.protect.protector import Find, Protector

FORMATS = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".tsv":
    "tsv"
}  # fmt: skip
PIECE = 1 << 20
BESIDE = 1 << 12
"""Characters before and behind a piece that are looked through with it."""
LONGEST_LINE = 1 << 26
"""Characters; a longer line is refused, as it could neither be searched whole nor cut without risk."""


_NOTHING_SAYS = "nothing says where the personal information is"


class Job(NamedTuple):
    """How a file is protected: by whom, with what findings or finder, and which column tells people apart."""

    protector: Protector
    find: Find | None = None
    findings: Sequence[Any] | None = None
    person: str | None = None
    restore: bool = False


class Done(NamedTuple):
    """What was done to a file: how many texts, records or rows went through, and how many changes by type."""

    units: int
    changes: dict[str, int]


def format_of(path: Path) -> str:
    """Return the format that a file's name tells; anything else is text."""
    return FORMATS.get(path.suffix.lower(), "text")


def protect_stream(
    source: BinaryIO, target: BinaryIO, job: Job, *, form: str, where: str, encoding: Encoding = "utf-8"
) -> Done:
    """Protect ``source`` into ``target``, both in ``encoding`` (but for Parquet, which has its own).

    Raises ``InputError``: ``protect-file-shape`` where the source is not of its format, ``protect-finding``,
    ``protect-no-finder`` where nothing says what to protect, and what the policy's actions raise.
    """
    work: dict[str, Callable[[BinaryIO, BinaryIO, Job, str], Done]] = {
        "text": _text,
        "json": _json,
        "jsonl": _json_lines,
        "csv": lambda *given: _csv(*given, separator=","),
        "tsv": lambda *given: _csv(*given, separator="\t"),
    }
    try:
        if job.findings is not None and form not in ("text", "json", "jsonl"):
            raise InputError(
                "protect-no-finder",
                "findings by their place in a text do not fit a table",
                where=where,
                remedy="name the columns under fields in the policy",
            )
        if job.restore and form not in ("csv", "tsv", "parquet"):
            raise InputError(
                "protect-irreversible", "only tables are restored", where=where, remedy="give CSV or Parquet"
            )
        if form == "parquet":
            return _parquet(source, target, job, where)
        return work[form](read_as_utf8(source, encoding), written_from_utf8(target, encoding), job, where)
    except (UnicodeError, msgspec.DecodeError, RecursionError) as error:
        kind = encoding.upper() if isinstance(error, UnicodeError) else "JSON"
        raise misshapen(f"this is not {kind}", where) from None


def misshapen(what: str, where: str) -> InputError:
    """Return the error for a file that is not what it should be. It never quotes the file."""
    return InputError(
        "protect-file-shape",
        what,
        where=where,
        remedy="check the file, or say what it is (--format, --encoding)",
    )


def _text(source: BinaryIO, target: BinaryIO, job: Job, where: str) -> Done:
    counts, units = Counter[str](), 0
    reader = io.TextIOWrapper(source, encoding="utf-8", newline="")
    try:
        for piece, found in _pieces(reader, job, where):
            done = job.protector.text(piece, found)
            target.write(done.text.encode())
            units += piece.count("\n")
            counts.update(change.type for change in done.changes)
    finally:
        reader.detach()  # the source is closed by who opened it
    return Done(units, dict(counts))


def _pieces(source: io.TextIOWrapper, job: Job, where: str) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield pieces that end with a line and cut no finding, each with its findings."""
    if job.findings is None:
        if job.find is None:
            raise InputError(
                "protect-no-finder",
                _NOTHING_SAYS,
                where=where,
                remedy="give --findings FILE, or name fields in the policy for JSON and tables",
            )
        yield from _searched(_lines(source, where), job.find)
        return
    given = sorted(spans(job.findings, 1 << 62), key=lambda span: (span.start, span.end))
    at = number = 0
    held = ""
    for piece in chain(_lines(source, where), [""]):
        held += piece
        end = at + len(held)
        mine: list[Span] = []
        while number < len(given) and given[number].start < end:
            mine.append(given[number])
            number += 1
        if mine and max(span.end for span in mine) > end and piece:
            number -= len(mine)
            continue
        yield held, [span._replace(start=span.start - at, end=span.end - at) for span in mine]
        at, held = end, ""
    if number < len(given):
        raise InputError(
            "protect-finding",
            f"{len(given) - number} findings lie beyond the end of the text",
            where=where,
            remedy="give findings of exactly this text, in characters",
        )


def _searched(pieces: Iterator[str], find: Find) -> Iterator[tuple[str, list[Span]]]:
    """Yield a text in pieces with what is found in them.

    Each is looked through together with what stands beside it, for a number may be broken where two pieces
    meet, and ends before a finding that goes on in the next.
    """
    before = held = ""
    for piece, following in pairwise(chain(pieces, [""])):
        text = before + held + piece + following[:BESIDE]
        low, high = len(before), len(before) + len(held) + len(piece)
        found = [span for span in spans(find(text), len(text)) if low < span.end and span.start < high]
        cut = high
        while crossing := [span.start for span in found if span.start < cut < span.end]:
            cut = max(low, min(crossing))
            if cut == low:
                break
        mine = [span for span in found if span.end <= cut]
        yield (
            text[low:cut],
            [span._replace(start=max(span.start, low) - low, end=span.end - low) for span in mine],
        )
        before, held = text[max(0, cut - BESIDE) : cut], text[cut:high]


def _lines(source: io.TextIOWrapper, where: str) -> Iterator[str]:
    while piece := source.read(PIECE):
        parts = [piece]
        while not parts[-1].endswith("\n") and (more := source.readline(PIECE)):
            parts.append(more)
            if len(parts) * PIECE > LONGEST_LINE:
                raise misshapen(f"a line has more than {LONGEST_LINE} characters", where)
        yield "".join(parts)


def _json(source: BinaryIO, target: BinaryIO, job: Job, where: str) -> Done:
    value, changes = _json_value(_reader().decode(source.read()), job, where)
    target.write(msgspec.json.format(_WRITER.encode(value), indent=2) + b"\n")
    return Done(1, dict(changes))


def _json_lines(source: BinaryIO, target: BinaryIO, job: Job, where: str) -> Done:
    reader, units, counts = _reader(), 0, Counter[str]()
    for number, line in enumerate(iter(lambda: source.readline(LONGEST_LINE), b""), 1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        try:
            value, changes = _json_value(reader.decode(line), job, place)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise misshapen("this line is not JSON", place) from None
        target.write(_WRITER.encode(value) + b"\n")
        counts += changes
        units += 1
    return Done(units, dict(counts))


def _json_value(value: Any, job: Job, where: str) -> tuple[Any, Counter[str]]:
    if job.findings is not None or (job.find is None and not job.protector.rules.policy.fields):
        what = (
            "findings by their place in a text do not fit JSON" if job.findings is not None else _NOTHING_SAYS
        )
        raise InputError("protect-no-finder", what, where=where, remedy="name the fields in the policy")
    person = value.get(job.person) if job.person is not None and isinstance(value, dict) else None
    walk = Walk(job.protector, job.find, None if person is None else str(person))
    try:
        return walk.value(value), walk.changes
    except ShouxinError as error:
        place = ", ".join(filter(None, (where, error.where)))
        raise type(error)(error.code, error.what, where=place, remedy=error.remedy) from None


def _csv(source: BinaryIO, target: BinaryIO, job: Job, where: str, *, separator: str) -> Done:
    from shouxin.protect.arrow_files import csv

    return csv(source, target, job, where, separator=separator)


def _parquet(source: BinaryIO, target: BinaryIO, job: Job, where: str) -> Done:
    from shouxin.protect.arrow_files import parquet

    return parquet(source, target, job, where)


def _reader() -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(float_hook=Decimal)


_WRITER = msgspec.json.Encoder(decimal_format="number")
