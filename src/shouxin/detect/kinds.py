"""The kinds of personal information: what each is, how it is known, and its number in arrays.

The entries are the YAML files of ``kinds/``; the tables in ``kinds/lists.yaml`` hold the codes that
were issued and the words that speak against a number.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import yaml

from shouxin.detect.evidence import PATTERNS, Evidence

#: Every kind by its stable id; the place in this tuple is its number in arrays of ``uint8``.
KINDS: Final = (
    *("resident_id", "resident_id_15", "residence_permit_hmt", "foreign_permanent_resident"),
    *("mobile", "landline", "phone_hmt", "phone_abroad", "bank_card", "uscc", "passport"),
    *("hk_macao_permit", "taiwan_permit", "military_licence", "driving_licence", "licence_plate"),
    *("vin", "email", "ipv4", "ipv6", "mac", "imei", "imsi", "iccid", "coordinates", "birth_date"),
    *("qq", "wechat", "account_name", "password", "secret", "url_token"),
    *("person_name", "address", "organisation", "minor_age"),
    *("biometric", "religion", "specific_identity", "medical", "financial_account", "whereabouts"),
    "under_14",
)

NUMBER: Final = {kind: number for number, kind in enumerate(KINDS)}
SOURCE: Final = "identifiers"
#: What only words tell: organisations, and the matters of PIPL art. 28.
TOLD: Final = (
    *("organisation", "minor_age", "biometric", "religion", "specific_identity", "medical"),
    *("financial_account", "whereabouts", "under_14"),
)
#: The recognisers of what no number shows, by kind.
SOURCES: Final = {"person_name": "names", "address": "addresses", **dict.fromkeys(TOLD, "categories")}
FOLDER: Final = Path(__file__).parent / "kinds"
LANGUAGES: Final = ("zh", "en", "es")


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind: in words for people, and in weights and words of context for the recognisers.

    ``source`` names the standard, ``check`` the checksum, ``mistaken`` its known false friends,
    ``categories`` those of PIPL art. 28 that it always belongs to. ``weights`` says what each piece
    of evidence adds to the score; ``against`` names groups of words in ``lists.yaml``.
    """

    label: dict[str, str]
    what: dict[str, str]
    issuer: dict[str, str]
    source: str
    check: str
    mistaken: dict[str, str]
    categories: list[str]
    example: str
    weights: dict[str, float] = {}
    context: list[str] = []
    against: list[str] = []

    def score(self, found: int) -> float:
        """Return the score of a candidate with this evidence, between 0 and 1."""
        return min(max(sum(self.parts(found).values()), 0.0), 1.0)

    def parts(self, found: int) -> Mapping[str, float]:
        """Return what each piece of this evidence adds to the score."""
        base = {"base": self.weights["base"]} if "base" in self.weights else {}
        names = (str(bit.name).lower() for bit in Evidence if bit & found)
        return base | {name: self.weights.get(name, 0.0) for name in names}


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind by its id, in the order of ``KINDS``."""
    entries: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem != "lists":
            entries |= yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: msgspec.convert(entries[name], Kind, strict=False) for name in KINDS}


class Lists(msgspec.Struct, frozen=True):
    """What ``lists.yaml`` holds, with ranges written out."""

    provinces: list[int]
    mobiles: list[int]
    areas: list[str]
    countries: list[int]
    networks: list[int]
    cards: list[tuple[int, int, frozenset[int]]]
    plates: str
    against: dict[str, list[str]]
    behind: dict[str, list[str]]
    closing: dict[str, list[str]]


def _written_out(ranges: Iterable[int | str]) -> list[str]:
    """Return each number of ``[130-132, 141]`` with its leading zeros."""
    numbers = []
    for item in map(str, ranges):
        low, _, high = item.partition("-")
        numbers += [str(number).zfill(len(low)) for number in range(int(low), int(high or low) + 1)]
    return numbers


@cache
def lists() -> Lists:
    """Return the issued codes and the words against."""
    raw = yaml.load((FOLDER / "lists.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Lists(
        provinces=raw["provinces"],
        mobiles=[int(item) for item in _written_out(raw["mobiles"])],
        areas=_written_out(raw["areas"]),
        countries=[int(item) for item in _written_out(raw["countries"])],
        networks=[int(item) for item in _written_out(raw["networks"])],
        cards=[(card["from"], card["to"], frozenset(card["lengths"])) for card in raw["cards"]],
        plates=raw["plates"],
        against=raw["against"],
        behind=raw["behind"],
        closing=raw["closing"],
    )


@cache
def scores() -> npt.NDArray[np.float32]:
    """Return the score of every kind (row) under every set of evidence (column)."""
    bits = np.array([[bool(found & bit) for bit in Evidence] for found in range(PATTERNS)], np.float64)
    rows = []
    for kind in kinds().values():
        weights = np.array([kind.weights.get(str(bit.name).lower(), 0.0) for bit in Evidence])
        rows.append(np.clip(kind.weights.get("base", 0.0) + bits @ weights, 0, 1))
    return np.array(rows, np.float32).round(4)


@cache
def words() -> dict[bytes, tuple[int, int]]:
    """Return each word of context, lowered, with the kinds (as bits) that it announces and speaks against."""
    found: dict[bytes, tuple[int, int]] = {}
    for name, kind in kinds().items():
        bit = 1 << NUMBER[name]
        if not kind.weights:
            continue
        for word in kind.context:
            announces, against = found.get(word.lower().encode(), (0, 0))
            found[word.lower().encode()] = (announces | bit, against)
        for word in (word for group in kind.against for word in lists().against[group]):
            announces, against = found.get(word.lower().encode(), (0, 0))
            found[word.lower().encode()] = (announces, against | bit)
    return {word: (announces, against & ~announces) for word, (announces, against) in found.items()}


@cache
def units() -> dict[bytes, tuple[int, bool]]:
    """Return each word that speaks against kinds (as bits) right behind a number, the longest first.

    With it comes whether it does so only where no further Han character follows.
    """
    against = {
        group: sum(1 << NUMBER[name] for name, kind in kinds().items() if group in kind.against)
        for group in lists().against
    }
    found: dict[bytes, tuple[int, bool]] = {}
    for groups, closes in ((lists().behind, False), (lists().closing, True)):
        for group, listed in groups.items():
            for word in listed:
                found[word.encode()] = (found.get(word.encode(), (0, closes))[0] | against[group], closes)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
