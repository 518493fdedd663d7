"""A notice as a value: what a service tells people, purpose by purpose, and the address of its content."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from shouxin.duties.naming import ServiceName, addressable
from shouxin.law.base import Shape

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Basis = Literal[
    "consent",
    "contract",
    "staff_management",
    "statutory_duty",
    "public_health_emergency",
    "urgent_protection",
    "news_in_public_interest",
    "public_information",
    "other_law",
]
Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""A text that says something."""

Address = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]

MOST = 200
"""Purposes of a notice, or parts of one of a kind, at most."""

MANY = msgspec.Meta(max_length=MOST)
"""More than anyone reads: as many purposes, and as many parts of one, a notice can have."""


class Said(Shape, frozen=True, kw_only=True):
    """A text as people read it: Chinese, and translations where there are."""

    zh: Text
    en: str = ""
    es: str = ""

    def text(self, language: str) -> str:
        """Return the text in a language, or in Chinese where it was not translated."""
        return {"en": self.en, "es": self.es}.get(language) or self.zh

    def language(self, wanted: str) -> str:
        """Return the language in which ``text(wanted)`` is written."""
        return wanted if {"en": self.en, "es": self.es}.get(wanted) else "zh"


class Contact(Shape, frozen=True, kw_only=True):
    """Somebody and how to reach them."""

    name: Said
    contact: Said | None = None


class Category(Shape, frozen=True, kw_only=True):
    """A category of personal information: its key in the inventory, and what people read."""

    key: Key
    name: Said


class Sensitive(Shape, frozen=True, kw_only=True):
    """What is said besides where a purpose uses sensitive information."""

    necessity: Said | None = None
    effect: Said | None = None


class Recipient(Shape, frozen=True, kw_only=True):
    """Who gets information of a purpose; ``rights`` says how to exercise rights against one abroad."""

    key: Key
    name: Said
    kind: Literal["processor", "entrusted"] = "processor"
    abroad: bool = False
    contact: Said | None = None
    purpose: Said | None = None
    method: Said | None = None
    categories: tuple[Key, ...] = ()
    rights: Said | None = None


class Purpose(Shape, frozen=True, kw_only=True):
    """One purpose: why, how, with which information, how long, on what basis, and what refusing means.

    ``facts`` are facts of the law about it, by name, beside those that follow from its fields; ``channels``
    are those of commercial messages, each permitted by itself.
    """

    key: Key
    purpose: Said | None = None
    method: Said | None = None
    categories: Annotated[tuple[Category, ...], MANY] = ()
    keeping: Said | None = None
    basis: tuple[Basis, ...] = ("consent",)
    sensitive: Sensitive | None = None
    recipients: Annotated[tuple[Recipient, ...], MANY] = ()
    automated: Said | None = None
    channels: tuple[Key, ...] = ()
    refusal: Said | None = None
    facts: dict[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse two categories, recipients or channels of one key."""
        _once(f"categories of {self.key}", (one.key for one in self.categories))
        _once(f"recipients of {self.key}", (one.key for one in self.recipients))
        _once(f"channels of {self.key}", self.channels)

    @property
    def by_consent(self) -> bool:
        """Tell whether it rests on consent."""
        return "consent" in self.basis

    @property
    def uses_sensitive(self) -> bool:
        """Tell whether it uses sensitive information: it says so, or states the fact."""
        return self.sensitive is not None or self.facts.get("data.sensitive") is True

    @property
    def scope(self) -> str:
        """Return the digest of purpose, method and categories (pipl art. 14 para. 2)."""
        return digest((self.purpose, self.method, sorted(one.key for one in self.categories)))[:16]


class Rights(Shape, frozen=True, kw_only=True):
    """How people exercise their rights."""

    way: Said | None = None
    steps: Said | None = None
    query: Said | None = None


class Notice(Shape, frozen=True, kw_only=True):
    """The rules of processing of a service."""

    service: ServiceName
    title: Said
    processor: Contact | None = None
    officer: Contact | None = None
    summary: Said | None = None
    purposes: Annotated[tuple[Purpose, ...], MANY] = ()
    rights: Rights = Rights()
    complaint: Said | None = None
    further: Annotated[tuple[Said, ...], MANY] = ()

    def __post_init__(self) -> None:
        """Refuse a service that no address can name, and two purposes of one key."""
        addressable(self.service)
        _once("purposes", (one.key for one in self.purposes))

    @property
    def address(self) -> str:
        """Return the SHA-256 of the content, in hex."""
        return digest(self)


class OfferedPurpose(Shape, frozen=True, kw_only=True):
    """A purpose of a version of a notice, as far as consent to it goes.

    ``scope`` is the digest of purpose, method and categories: where it changes, people are asked again
    (pipl art. 14 para. 2). ``kinds`` are the forms that the law asks for; ``channels`` those of messages.
    """

    key: str
    scope: str
    categories: frozenset[str]
    recipients: frozenset[str] = frozenset()
    kinds: frozenset[Literal["separate", "written"]] = frozenset()
    channels: tuple[str, ...] = ()


class Offered(Shape, frozen=True, kw_only=True):
    """What a published version of a notice offers to consent to; in force from one moment to another.

    ``complete`` tells whether it held everything that a notice must.
    """

    service: str
    address: Address
    published: datetime.datetime
    superseded: datetime.datetime | None = None
    complete: bool = True
    purposes: Mapping[str, OfferedPurpose]


def digest(value: object) -> str:
    """Return the SHA-256 of a value in its one form as JSON."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()


def _once(what: str, keys: Iterable[str]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f'the {what} hold "{twice[0]}" twice')
