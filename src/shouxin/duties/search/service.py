"""The search: each source is asked that the reader may see, and never for a person."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from shouxin.detect import Scanner
from shouxin.duties.access.service import Principal
from shouxin.duties.search.model import KINDS, LONGEST, Asked, Found, Group, Hit
from shouxin.errors import InputError

SHOWN = 6
"""Hits of one kind that are shown."""

IDENTIFIERS = (
    *("resident_id", "resident_id_15", "residence_permit_hmt", "foreign_permanent_resident", "mobile"),
    *("phone_hmt", "phone_abroad", "bank_card", "passport", "hk_macao_permit", "taiwan_permit"),
    *("military_licence", "driving_licence", "licence_plate", "vin", "email", "ipv4", "ipv6", "mac"),
    *("imei", "imsi", "iccid", "qq", "wechat", "account_name", "landline", "person_name"),
)
"""What names one person or a device of theirs; who looks for that looks for a person."""


class Source(NamedTuple):
    """Where one kind of thing is found: the permission that reading it needs, "" for none, and how."""

    kind: str
    needs: str
    find: Callable[[Asked, int], Sequence[Hit]]


class Search:
    """One search over many sources."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sorted(sources, key=lambda one: KINDS.index(one.kind))

    def find(self, text: str, language: str, reader: Principal | None) -> Found:
        """Return what stands for all words in what the reader may see; nothing else is looked at or counted.

        Raises ``InputError``: search-empty, search-too-long, search-short, and search-personal where the
        query is a person's identifier or name; what was asked for is not repeated in any of them.
        """
        asked = asked_for(text, language)
        groups = []
        for source in self._sources:
            if source.needs and not (reader and reader.may(source.needs)):
                continue
            if hits := source.find(asked, SHOWN + 1):
                groups.append(Group(kind=source.kind, hits=tuple(hits[:SHOWN]), more=len(hits) > SHOWN))
        return Found(groups=tuple(groups))


def personal(text: str) -> bool:
    """Tell whether a text holds what names one person."""
    return bool(_scanner().scan(text))


@cache
def _scanner() -> Scanner:
    return Scanner(IDENTIFIERS)


def asked_for(text: str, language: str) -> Asked:
    """Return a query; errors as ``Search.find``."""
    words = tuple(dict.fromkeys(text.split()))
    if not words:
        raise InputError("search-empty", "the query has no words", remedy="give a word, a number or an id")
    if len(text) > LONGEST:
        raise InputError(
            "search-too-long", f"the query has {len(text)} characters", remedy=f"use at most {LONGEST}"
        )
    if any(word.isascii() and len(word) < 2 and not word.isdigit() for word in words):  # a gram
        raise InputError(
            "search-short", "a word of the query is one letter", remedy="give two letters or more"
        )
    if personal(text):
        raise InputError(
            "search-personal",
            "the query names a person, and a person is looked for with a reason",
            remedy="use the search by person at /consents, or `shouxin consent show`",
        )
    return Asked(words, language)
