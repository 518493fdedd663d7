"""Acts as people write them: JSON, JSON lines, or ``fact=value`` words."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from shouxin.errors import InputError
from shouxin.law.wording import Fact

LONGEST = 1024 * 1024
"""Characters that one act may have."""

NO_ITEM = "none"
"""How the empty set is written as a word."""

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?\Z")

_HALF = re.compile("[\ud800-\udfff]")


def from_lines(lines: Iterable[str], *, where: str) -> Iterator[dict[str, Any]]:
    """Yield the acts of ``lines``: one JSON object a line, or one that spans all of them.

    Raises ``InputError``: act-json, act-duplicate-key, act-too-long, act-missing, with the line.
    """
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    for number, line in numbered:
        place = f"{where}, line {number}"
        if _is_whole(line):
            yield _object(line, place)
        else:
            rest, length = [line], len(line)
            for _, more in numbered:
                rest.append(more)
                length += len(more)
                if length > LONGEST:
                    raise _too_long(place)
            yield from _one_or_many("".join(rest), place)


def from_json(body: bytes, *, where: str) -> dict[str, Any]:
    """Return the one JSON object that ``body`` holds in UTF-8.

    Raises ``InputError``: act-json, act-duplicate-key, act-too-long.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("act-json", "this is not UTF-8", where=where, remedy="send JSON in UTF-8") from None
    return _object(text, where)


def from_words(words: Iterable[str], facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Return the act that ``fact=value`` words write, each value read in the type of its fact.

    Raises ``InputError`` (act-word) for a word without "=" or a fact given twice.
    """
    act: dict[str, Any] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or name in act:
            what = "is given twice" if sign else "is no fact=value"
            raise InputError(
                "act-word", f'"{word[:80]}" {what}', remedy='write, for example, "data.sensitive=true"'
            )
        act[name] = _read(text, facts.get(name))
    return act


def _read(text: str, fact: Fact | None) -> object:
    kind = fact.type if fact else "enum"
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "set":
        return [item for item in text.split(",") if item] if text != NO_ITEM else []
    if kind in ("int", "decimal") and _NUMBER.match(text):
        return int(text) if kind == "int" and "." not in text else Decimal(text)
    return text


def _is_whole(line: str) -> bool:
    """Tell whether a line is an object of its own, and not the beginning of one that goes on."""
    stripped = line.strip()
    return len(line) > LONGEST or not stripped.startswith(("{", "[")) or stripped.endswith("}")


def _one_or_many(text: str, place: str) -> Iterator[dict[str, Any]]:
    found = _loaded(text, place)
    for item in found if isinstance(found, list) else [found]:
        if not isinstance(item, dict):
            raise _no_object(place)
        yield item


def _object(line: str, place: str) -> dict[str, Any]:
    found = _loaded(line, place)
    if not isinstance(found, dict):
        raise _no_object(place)
    return found


def _loaded(text: str, place: str) -> Any:
    if len(text) > LONGEST:
        raise _too_long(place)
    try:
        return json.loads(text, object_pairs_hook=_once(place), parse_constant=_no_number(place))
    except (ValueError, RecursionError) as error:
        what = getattr(error, "msg", "") or "nested too deep"
        raise InputError(
            "act-json",
            f"this is not JSON: {what}",
            where=place,
            remedy='write {"act": "collect", …}, one a line',
        ) from None


def _once(place: str) -> Any:
    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise InputError(
                "act-duplicate-key",
                f'"{twice[:80]}" is given twice',
                where=place,
                remedy="keep one of the two",
            )
        if any(isinstance(text, str) and _HALF.search(text) for pair in pairs for text in pair):
            raise InputError(
                "act-json", "a text holds half a character", where=place, remedy="mend the escape \\uD800"
            )
        return found

    return keep


def _no_number(place: str) -> Any:
    def refuse(text: str) -> NoReturn:
        raise InputError(
            "act-json", f"{text} is no number", where=place, remedy="leave the fact out if it is unknown"
        )

    return refuse


def _no_object(place: str) -> InputError:
    return InputError(
        "act-json", "an act is a JSON object", where=place, remedy='write {"act": "collect", …}'
    )


def _too_long(place: str) -> InputError:
    return InputError(
        "act-too-long",
        f"an act has more than {LONGEST} characters",
        where=place,
        remedy="write one act a line",
    )
