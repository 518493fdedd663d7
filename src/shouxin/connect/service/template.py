"""Requests from their descriptions: only values that the person has, each encoded for where it stands."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from shouxin.connect.person import MOST
from shouxin.connect.service.model import Call
from shouxin.errors import InputError

Values = Mapping[str, Any]
"""What stands for each place: ``email``, ``row.id``, ``job``, ``values``."""

_PLACE = re.compile(r"\{([A-Za-z_][^{}\s]*)\}")


class Request(NamedTuple):
    """A request as it goes out; ``target`` is path and query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


def places(call: Call) -> frozenset[str]:
    """Return the places of a request."""
    texts = [call.path, *call.query.values(), *call.headers.values(), *_texts(call.body)]
    return frozenset(name for text in texts for name in _PLACE.findall(text))


def combinations(call: Call, known: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Return the values of each request that has to be made; none where the person lacks an identity.

    Raises ``InputError`` (person-too-many).
    """
    names = sorted(name for name in places(call) if name in known)
    found = [dict(zip(names, values, strict=True)) for values in product(*(known[name] for name in names))]
    if len(found) > MOST:
        raise InputError(
            "person-too-many",
            f"{len(found):,} requests would have to be made for one person",
            where=call.path,
            remedy="ask by one identity alone",
        )
    return found


def filled(call: Call, values: Values) -> Request:
    """Return a request with its places filled; raise ``InputError`` (service-value).

    In a path no value may be empty or mean another place, and none may end a header.
    """
    path = _PLACE.sub(lambda at: _segment(call, at[1], values), call.path)
    query = urlencode({name: _plain(text, values) for name, text in call.query.items()}, quote_via=quote)
    headers = {name: _header(call, text, values) for name, text in call.headers.items()}
    body = None
    if call.body is not None:
        body = msgspec.json.encode(_body(call.body, values), enc_hook=str)
        headers = {"Content-Type": "application/json", **headers}
    return Request(call.method, f"{path}?{query}" if query else path, headers, body)


def _segment(call: Call, name: str, values: Values) -> str:
    text = str(values[name])
    if not text.strip(". ") or not text.isprintable():
        raise _unfit(call, name, "would lead elsewhere in a path")
    return quote(text, safe="")


def _header(call: Call, text: str, values: Values) -> str:
    filled_in = _plain(text, values)
    if not filled_in.isascii() or not filled_in.isprintable():
        raise _unfit(call, text, "cannot stand in a header")
    return filled_in


def _unfit(call: Call, name: str, why: str) -> InputError:
    return InputError(
        "service-value",
        f"a value {why}",
        where=f'{call.path}, "{name[:60]}"',
        remedy="ask by another identity, or put it into the query or the body",
    )


def _plain(text: str, values: Values) -> str:
    return _PLACE.sub(lambda at: str(values[at[1]]), text)


def _body(part: Any, values: Values) -> Any:
    if isinstance(part, str):
        whole = _PLACE.fullmatch(part)
        return values[whole[1]] if whole else _plain(part, values)
    if isinstance(part, dict):
        return {name: _body(one, values) for name, one in part.items()}
    return [_body(one, values) for one in part] if isinstance(part, list) else part


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _texts(one)
