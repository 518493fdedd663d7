"""Answers as files for others, pure: CSV to import again, no cell a formula, or receipts, a person a line."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from shouxin.duties.consent.importing import FIELDS
from shouxin.duties.consent.model import Transaction
from shouxin.duties.consent.receipt import receipt
from shouxin.duties.sheets import guarded

Form = Literal["csv", "27560"]
People = Iterable[tuple[str, list[Transaction]]]
"""The reference of each person, with their answers in order."""


def written(people: People, form: Form, made: datetime.datetime) -> Iterator[bytes]:
    """Yield a file in parts, one person each."""
    if form == "csv":
        yield _row(FIELDS)
        for reference, answers in people:
            yield b"".join(_row(_columns(reference, one)) for one in answers)
    else:
        for reference, answers in people:
            yield msgspec.json.encode(receipt(reference, answers, made, {}, {})) + b"\n"


def _columns(reference: str, one: Transaction) -> list[str]:
    values = {
        "person": reference,
        **{
            name: getattr(one, name)
            for name in ("action", "purpose", "channel", "notice", "request", "evidence")
        },
        "at": one.at.isoformat(),
        "until": one.until.isoformat() if one.until else "",
        **{name: ";".join(sorted(getattr(one, name))) for name in ("kinds", "categories", "recipients")},
        **{name: getattr(one.how, name) for name in ("gesture", "place", "language")},
        "refusable": "" if one.how.refusable is None else str(one.how.refusable).lower(),
        "preticked": "true" if one.how.preticked else "",
    }
    return [values.get(name, "") for name in FIELDS]


def _row(values: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(guarded(value) for value in values)
    return line.getvalue().encode()
