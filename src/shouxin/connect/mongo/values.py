"""Values of MongoDB as plain ones, and the values that a text may stand for."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import bson
from bson import json_util
from bson.binary import Binary, UuidRepresentation
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.dbref import DBRef
from bson.decimal128 import Decimal128
from bson.objectid import ObjectId
from bson.raw_bson import RawBSONDocument

from shouxin.connect.noticed import mark_of
from shouxin.connect.rows.source import Key, Record

OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
_KEYS = json_util.JSONOptions(
    json_mode=json_util.JSONMode.CANONICAL, uuid_representation=UuidRepresentation.STANDARD
)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,18})")
_NUMBER = re.compile(r"-?\d{1,30}\.\d{1,30}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){4,}")
_LARGEST = 2**63


def record(raw: RawBSONDocument) -> Record:
    """Return a document as a row: its key is the ``_id`` with its type."""
    found = bson.decode(raw.raw, codec_options=OPTIONS)
    key = json_util.dumps(found["_id"], json_options=_KEYS)
    return Record(key, {name: plain(value) for name, value in found.items()}, mark_of([bytes(raw.raw)]))


def plain(value: Any) -> Any:
    """Return a value in plain Python; what has no like there is its text."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Decimal128):
        return value.to_decimal()
    if isinstance(value, DBRef):
        return plain(value.as_doc())
    if isinstance(value, bytes):
        return UUID(bytes=bytes(value)) if getattr(value, "subtype", 0) == 3 else bytes(value)
    if value is None or isinstance(value, str | bool | int | float | datetime | UUID):
        return value
    return str(value)


def stored(value: Any) -> Any:
    """Return a plain value as MongoDB takes it: it has days as moments, and decimals of its own."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return Decimal128(value) if isinstance(value, Decimal) else value


def id_of(key: Key) -> Any:
    """Return the ``_id`` that a key says."""
    return json_util.loads(key, json_options=_KEYS)


def ways(texts: Iterable[str]) -> list[Any]:
    """Return every value that reads as one of these texts, or might."""
    return [one for text in texts for one in _ways(text)]


def _ways(text: str) -> Iterable[Any]:
    yield text
    if _WHOLE.fullmatch(text) and abs(int(text)) < _LARGEST:
        yield int(text)
        yield Decimal128(text)
    elif _NUMBER.fullmatch(text):
        yield float(text)
        yield Decimal128(text)
    elif text in ("true", "false"):
        yield text == "true"
    if ObjectId.is_valid(text):
        yield ObjectId(text)
    if _HEX.fullmatch(text):
        yield Binary(bytes.fromhex(text))
    for read in (UUID, datetime.fromisoformat):
        try:
            found = read(text)
        except ValueError:
            continue
        yield found
        if isinstance(found, UUID):
            yield Binary(found.bytes, 3)


def field(path: str) -> str:
    """Return a column as MongoDB asks for it: every element of a list is meant without a word."""
    return path.replace("[]", "")


def place(path: str) -> str:
    """Return one place as MongoDB writes it: ``devices[2].mac`` is ``devices.2.mac``."""
    return re.sub(r"\[(\d+)\]", r".\1", path)
