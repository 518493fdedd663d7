"""Answers that other systems kept, line by line as reports of ours. Pure.

The forms, and where their fields are described: any CSV by its header; Fides' consent report
(``ConsentReportingSchema`` of its repository); OneTrust's consent receipts (its developer reference, "Create
Consent Receipts"); Didomi's consent events (its developer reference, "Consents / Events"); Usercentrics'
consent history (its support article on requests for information); receipts of the Kantara Initiative,
version 1.1; receipts of ISO/IEC TS 27560 as ``receipt`` writes them; and the reports that the API takes.
"""

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Literal

import msgspec

from shouxin.duties.consent.model import Given
from shouxin.duties.consent.receipt import ACTION_OF_STATUS
from shouxin.duties.consent.service import Line
from shouxin.duties.consent.views import request_name
from shouxin.duties.sheets import unguarded
from shouxin.errors import InputError
from shouxin.law.base import Shape

_LONGEST = 100_000
"""Characters of a value; the limit of ``csv`` belongs to the whole process, and is set elsewhere."""

Form = Literal["csv", "reports", "fides", "onetrust", "didomi", "usercentrics", "kantara", "27560"]
Plain = dict[str, Any]
"""An answer by the names of our fields; those of ``how`` stand beside the others."""

LARGEST = 64 * 1024 * 1024
"""Bytes of one JSON document; a file of JSON lines can be as long as it likes."""

_HOW = ("gesture", "place", "language", "refusable", "preticked")
_LISTS = ("kinds", "categories", "recipients")
FIELDS = (
    *("person", "action", "purpose", "channel", "notice", "at", "until", "request", "evidence", "guardian"),
    *_LISTS,
    *_HOW,
)
"""What a column of a CSV file can be."""

_FIDES = {"opt_in": "give", "opt_out": "refuse"}
_ONETRUST = {
    "CONFIRMED": "give",
    "NOTGIVEN": "refuse",
    "OPT_OUT": "refuse",
    "HARD_OPT_OUT": "refuse",
    "WITHDRAWN": "withdraw",
}
_USERCENTRICS = {"true": "give", "1": "give", "false": "refuse", "0": "refuse"}


class Choice(Shape, frozen=True, kw_only=True):
    """How a file is read: its form, the names of its columns by our fields, what it leaves out, its purposes.

    ``purposes`` gives our purpose for each of theirs; one that is not named keeps its name.
    """

    form: Form = "csv"
    source: str
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    defaults: dict[str, str] = msgspec.field(default_factory=dict)
    purposes: dict[str, str] = msgspec.field(default_factory=dict)


def reports(file: BinaryIO, choice: Choice) -> Iterator[Line]:
    """Yield the answers of a file by the numbers of their lines, or why there is none.

    Raises ``InputError`` (consent-file) where the file as a whole is not of its form.
    """
    taken = _OF_FORM[choice.form]
    for number, item in _items(file, choice):
        if isinstance(item, InputError):
            yield number, item
            continue
        try:
            for plain in taken(item):
                yield number, _given(plain, choice)
        except InputError as wrong:
            yield number, wrong
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            yield number, _no_answer(f"it is not of the form {choice.form}")


def _items(file: BinaryIO, choice: Choice) -> Iterator[tuple[int, Plain | InputError]]:
    """Yield the lines of CSV or of JSON lines, or the parts of one JSON document."""
    start = file.peek(64)[:64].lstrip() if isinstance(file, io.BufferedReader) else b""
    if choice.form == "csv" or not start.startswith((b"{", b"[")):
        yield from _csv(file, choice.columns)
    elif start.startswith(b"["):
        yield from _document(file.read(LARGEST + 1), 1)
    else:
        yield from _json_lines(file)


def _csv(file: BinaryIO, columns: Mapping[str, str]) -> Iterator[tuple[int, Plain | InputError]]:
    """Yield the rows by their header, under the names of our fields where ``columns`` say so."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    read = csv.reader(text, strict=True)
    try:
        header = next(read, [])
        missing = sorted(set(columns.values()) - set(header))
        if not header or missing:
            raise _no_file(f"it has no column {', '.join(missing)}"[:200] if missing else "it has no header")
        ours = {theirs: field for field, theirs in columns.items()}
        names = [ours.get(name, name) for name in header]
        for row in read:
            if max(map(len, row), default=0) > _LONGEST:
                raise _no_file(f"line {read.line_num}: a value has more than {_LONGEST:,} characters")
            if len(row) == len(names):
                yield read.line_num, dict(zip(names, map(unguarded, row), strict=True))
            elif row:
                yield read.line_num, _no_answer(f"it has {len(row)} columns, and the header {len(names)}")
    except UnicodeDecodeError:
        raise _no_file("it is not in UTF-8") from None
    except csv.Error as broken:
        raise _no_file(f"line {read.line_num}: {broken}") from None
    finally:
        text.detach()  # whoever opened the file closes it


def _json_lines(file: BinaryIO) -> Iterator[tuple[int, Plain | InputError]]:
    for number, line in enumerate(iter(lambda: file.readline(LARGEST + 1), b""), 1):
        if number == 1 and line.strip() in (b"{", b"["):
            yield from _document(line + file.read(LARGEST + 1), number)
            return
        if line.strip():
            yield from _document(line, number)


def _document(text: bytes, number: int) -> Iterator[tuple[int, Plain | InputError]]:
    """Yield what one JSON document holds: itself, the items of a list or of a page."""
    if len(text) > LARGEST:
        raise _no_file("one JSON document is larger than 64 MiB: write JSON lines, one answer each")
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield number, _no_answer("it is no JSON")
        return
    if isinstance(found, dict):
        page = found.get("items", found.get("data"))
        found = [found] if page is None else page
    items = found
    for item in items if isinstance(items, list) else (items,):
        yield number, item if isinstance(item, dict) else _no_answer("it is no object")


def _given(plain: Plain, choice: Choice) -> Given:
    """Return an answer as a report; raise ``InputError`` (consent-line)."""
    values: Plain = choice.defaults | {key: value for key, value in plain.items() if value not in ("", None)}
    how = {key: values.pop(key) for key in _HOW if key in values}
    if "gesture" not in how and "how" not in values:
        raise InputError(
            "consent-line",
            "it does not say how the person answered",
            where="gesture",
            remedy="where the system asked in one way only, say in which: --default gesture=checkbox",
        )
    for name in _LISTS:
        if isinstance(values.get(name), str):
            values[name] = [part.strip() for part in values[name].split(";") if part.strip()]
    values.setdefault("how", how)
    values["purpose"] = choice.purposes.get(str(values.get("purpose")), values.get("purpose"))
    parts = [str(values.get(name, "")) for name in ("person", "action", "purpose", "channel", "at")]
    values.setdefault("request", request_name(choice.source, *parts))
    try:
        return msgspec.convert(values, Given, strict=False)
    except msgspec.ValidationError as wrong:
        raise _no_answer(str(wrong)[:200]) from None


def _itself(item: Plain) -> Iterable[Plain]:
    return [item]


def _own_columns(item: Plain) -> Iterable[Plain]:
    """Leave the columns out that are no field of ours."""
    return [{name: item[name] for name in FIELDS if name in item}]


def _fides(item: Plain) -> Iterable[Plain]:
    """Read a line of Fides' consent report; a notice that was only acknowledged is no consent."""
    named = (item.get(name) for name in ("email", "phone_number", "fides_user_device_id"))
    return [
        {
            "person": next((one for one in named if one), None),
            "action": _action(_FIDES, item["preference"]),
            "purpose": item.get("notice_key") or item["privacy_notice_history_id"],
            "at": item["request_timestamp"],
            "place": item.get("request_origin"),
            "request": f"fides-{item['id']}",
        }
    ]


def _onetrust(item: Plain) -> Iterable[Plain]:
    """Read a consent receipt of OneTrust: one identifier, and a transaction for each purpose."""
    purposes = item.get("purposes") or [item]
    for one in purposes:
        withdrawn = one["TransactionType"] == "WITHDRAWN" and item.get("withdrawnDate")
        yield {
            "person": item["identifier"],
            "action": _action(_ONETRUST, one["TransactionType"]),
            "purpose": one.get("Id") or one["id"],
            "at": withdrawn or item.get("consentDate") or item["interactionDate"],
            "language": item.get("language"),
        }


def _didomi(item: Plain) -> Iterable[Plain]:
    """Read a consent event of Didomi: the choices of one moment, on purposes and their channels."""
    user, purposes = item["user"], item["consents"].get("purposes")
    if not purposes:
        raise _no_answer("it holds no choice on a purpose")
    for purpose in purposes:
        if purpose.get("preferences"):
            raise _no_answer("it has preferences below a purpose, which an answer of ours has no place for")
        chosen = [("", purpose), *((channel["id"], channel) for channel in purpose.get("channels") or ())]
        for channel, choice in chosen:
            if choice.get("enabled") is not None:
                yield {
                    "person": user.get("organization_user_id") or user["id"],
                    "action": "give" if choice["enabled"] is True else "refuse",
                    "purpose": purpose["id"],
                    "channel": channel,
                    "at": item["created_at"],
                }


def _usercentrics(item: Plain) -> Iterable[Plain]:
    """Read a line of Usercentrics' consent history: a choice on one service in one browser."""
    return [
        {
            "person": item["Controller ID"],
            "action": _action(_USERCENTRICS, item["Consent Given"].strip().lower()),
            "purpose": item["Data Processing Service ID"],
            "at": item["Timestamp"],
            "place": item.get("Consent Action"),
        }
    ]


def _kantara(item: Plain) -> Iterable[Plain]:
    """Read a receipt of the Kantara Initiative: consent to each purpose of each service."""
    at = datetime.datetime.fromtimestamp(int(item["consentTimestamp"]), datetime.UTC).isoformat()
    for number, purpose in enumerate(one for service in item["services"] for one in service["purposes"]):
        yield {
            "person": item["piiPrincipalId"],
            "action": "give",
            "purpose": purpose["purpose"],
            "at": at,
            "place": item.get("collectionMethod"),
            "request": f"{item['consentReceiptID']}-{number}",
        }


def _iso(item: Plain) -> Iterable[Plain]:
    """Read a receipt of ISO/IEC TS 27560, or one record of it, as JSON-LD in the terms of DPV."""
    for record in item.get("dct:hasPart", [item]):
        process, notice = record["dpv:hasProcess"], record["dpv:hasNotice"]
        yield {
            "person": record["dpv:hasDataSubject"]["dct:identifier"],
            "action": ACTION_OF_STATUS[record["dpv:hasConsentStatus"]["@id"]],
            "purpose": process["dpv:hasPurpose"]["dct:identifier"],
            "notice": notice["@id"].removeprefix("urn:sha256:"),
            "language": notice.get("dct:language"),
            "categories": [one["dct:identifier"] for one in process["dpv:hasPersonalData"]],
            "recipients": [one["dct:identifier"] for one in process.get("dpv:hasRecipient", ())],
            "gesture": record["dpv:hasIndicationMethod"],
            "at": record["dpv:isIndicatedAtTime"],
            "until": record.get("dpv:hasDuration", {}).get("rdf:value"),
            "channel": record.get("shouxin:channel"),
            "kinds": record.get("shouxin:kinds"),
            "evidence": record.get("shouxin:evidence"),
        }


_OF_FORM: dict[Form, Callable[[Plain], Iterable[Plain]]] = {
    "csv": _own_columns,
    "reports": _itself,
    "fides": _fides,
    "onetrust": _onetrust,
    "didomi": _didomi,
    "usercentrics": _usercentrics,
    "kantara": _kantara,
    "27560": _iso,
}


def _action(known: Mapping[str, str], word: object) -> str:
    if str(word) not in known:
        raise _no_answer(f'"{str(word)[:40]}" is neither consent nor a refusal')
    return known[str(word)]


def _no_answer(what: str) -> InputError:
    return InputError("consent-line", f"the line is no answer: {what}", remedy="see docs/consent.md")


def _no_file(what: str) -> InputError:
    return InputError(
        "consent-file", f"the file cannot be read: {what}", remedy="see docs/consent.md, Importing"
    )
