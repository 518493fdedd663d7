"""Search over the register: words in Chinese, English and Spanish, ids, and filters.

A query is a few words, all of which must be found, and filters of the form ``key:value``:
``instrument:pipl``, ``addressee:processor``, ``mechanism:clock``, ``modality:right`` and
``deadline:yes``, ``deadline:at_once`` or ``deadline:15days`` (also ``30workingdays``, ``6months``,
``3years``). Letters match without regard to case and accents.
"""

import difflib
import re
import unicodedata
from functools import cache
from typing import NamedTuple, get_args

from shouxin.errors import InputError
from shouxin.law.model import Addressee, Deadline, Mechanism, Modality, Words
from shouxin.law.register import Entry, Register

_CLOSED = {"addressee": get_args(Addressee), "mechanism": get_args(Mechanism), "modality": get_args(Modality)}
FILTERS = ("instrument", *_CLOSED, "deadline")
_LONGEST = 400


class Hit(NamedTuple):
    """A provision that answers a query; the higher ``score`` the better."""

    entry: Entry
    score: int


def search(register: Register, query: str, *, limit: int = 50) -> list[Hit]:
    """Return at most ``limit`` provisions that answer ``query``, best first, then in register order.

    Raises ``InputError``: ``search-empty``, ``search-too-long``, ``search-filter`` for a filter
    whose value cannot occur.
    """
    if len(query) > _LONGEST:
        raise InputError(
            "search-too-long", f"the query has {len(query)} characters", remedy=f"use at most {_LONGEST}"
        )
    words, filters = _parse(register, query)
    if not words and not filters:
        raise InputError(
            "search-empty",
            "the query has no words",
            remedy='give a word, an id or a filter: "mechanism:clock"',
        )
    hits = [
        Hit(entry, score)
        for entry, *fields in _index(register)
        if _passes(entry, filters) and (score := _score(fields, words)) > 0
    ]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def fold(text: str) -> str:
    """Return ``text`` as it is compared: NFKC, lower case, without accents on Latin letters."""
    split = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in split if not "\u0300" <= char <= "\u036f")


def length(deadline: Deadline) -> str:
    """Return the length of a deadline as the filter spells it: ``15days``, ``30workingdays``, ``at_once``."""
    if deadline.at_once:
        return "at_once"
    working = "working" if deadline.kind == "working" else ""
    return f"{deadline.length}{working}{deadline.unit}"


def _parse(register: Register, query: str) -> tuple[list[str], dict[str, str]]:
    words: list[str] = []
    filters: dict[str, str] = {}
    for token in query.split():
        key, colon, value = token.partition(":")
        if colon and key in FILTERS and value:
            filters[key] = _checked(register, key, value)
        else:
            words.append(fold(token))
    return words, filters


def _checked(register: Register, key: str, value: str) -> str:
    if key == "deadline":
        value = fold(value).replace(" ", "")
        singular = re.fullmatch(r"(\d+(?:working)?)(day|month|year)", value)
        if singular:
            return f"{value}s"
        if value not in ("yes", "at_once") and not re.fullmatch(r"\d+((working)?days|months|years)", value):
            raise _bad_filter(key, value, ["yes", "at_once", "15days", "30workingdays", "6months", "3years"])
        return value
    allowed = _CLOSED.get(key) or [item.instrument for item in register.instruments]
    if value not in allowed:
        raise _bad_filter(key, value, list(allowed))
    return value


def _bad_filter(key: str, value: str, allowed: list[str]) -> InputError:
    near = difflib.get_close_matches(value, allowed, n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    shown = ", ".join(sorted(allowed))
    return InputError(
        "search-filter", f'no {key} is called "{value[:60]}"', remedy=f"{hint}use one of: {shown}"
    )


def _passes(entry: Entry, filters: dict[str, str]) -> bool:
    provision = entry.provision
    for key, value in filters.items():
        if key == "instrument" and entry.instrument.instrument != value:
            return False
        if key == "mechanism" and value not in provision.mechanism:
            return False
        if key in ("addressee", "modality") and getattr(provision, key) != value:
            return False
        if key == "deadline" and not _deadline_is(provision.deadline, value):
            return False
    return True


def _deadline_is(deadline: Deadline | None, value: str) -> bool:
    return deadline is not None and (value == "yes" or length(deadline) == value)


def _score(fields: list[str], words: list[str]) -> int:
    """Return 0 where a word is missing; an id weighs most, then the summary, then all the rest."""
    citation, summary, rest = fields
    total = 1
    for word in words:
        if citation == word or citation.endswith(f":{word}"):
            total += 100
        elif f"{citation}__".find(f"{word}__") >= 0:
            total += 50
        elif word in summary:
            total += 10 + (word in summary.split())
        elif word in rest or word in citation:
            total += 3
        else:
            return 0
    return total


@cache
def _index(register: Register) -> list[tuple[Entry, str, str, str]]:
    return [(entry, *_fields(entry)) for entry in register.entries]


def _fields(entry: Entry) -> tuple[str, str, str]:
    """Return what is searched, folded: the citation, the summary, everything else."""
    provision = entry.provision
    texts = [provision.trigger, *provision.needs, provision.why, provision.addressee, provision.modality]
    texts += [*provision.mechanism, *provision.refers_to, _words(entry.instrument.title)]
    texts += [_words(parameter.what) for parameter in provision.parameters]
    if provision.deadline:
        texts += [_words(provision.deadline.event), length(provision.deadline)]
    return str(entry.citation), fold(_words(provision.summary)), fold(" ".join(texts))


def _words(words: Words) -> str:
    return f"{words.zh} {words.en} {words.es}"
