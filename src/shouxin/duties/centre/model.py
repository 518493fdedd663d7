"""The shapes of the centre: who sits at it, what a service signs, what a page shows. Pure."""

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

import msgspec

from shouxin.duties.consent.views import Stand
from shouxin.duties.notice.model import Purpose
from shouxin.errors import InputError
from shouxin.law.base import Shape

Algorithm = Literal["Ed25519", "ES256", "HS256"]
"""The algorithms of signed tokens: ``Ed25519`` is also written ``EdDSA``, its older name."""

Method = Literal["session", "code"]
Kid = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]

Use = Literal["centre", "widget"]
"""What a token is for: to sign in to the centre, once; or to say in a page whose answers a widget sends.

Every script of a page can read the second, so it opens nothing and shows nobody's data.
"""

LONGEST: Mapping[Use, datetime.timedelta] = {
    "centre": datetime.timedelta(minutes=10),
    "widget": datetime.timedelta(hours=12),
}
"""How long a token of a service may be good at most."""

CODE_LASTS = datetime.timedelta(minutes=15)
DIGITS, TRIES = 8, 5
"""Figures of a code, and tries at it."""

IDLE, WHOLE = datetime.timedelta(minutes=30), datetime.timedelta(hours=4)
"""When a session ends: so long after it was last used, and so long after it began."""

INSTANT = ("recommendation_off", "explanation", "decision_explanation")
"""The rights that are carried out at once when their person asks: nobody has anything to judge."""

COPIES = ("access", "copy")
"""The rights that end in a copy, which the person takes away."""

DESTROYS = ("deletion", "account_closing", "recommendation_tags")
"""The rights that take something away for good: they ask whether that is meant."""

ASKED = (
    *("access", "copy", "transfer", "correction", "completion", "deletion", "account_closing"),
    *("restriction", "explanation", "recommendation_off", "recommendation_tags"),
    *("decision_explanation", "decision_refusal"),
)
"""The rights that are asked for here; consent is withdrawn among the choices."""

SAID: Mapping[str, Mapping[str, bool]] = {
    "decision_explanation": {"act.major_effect": True},
    "decision_refusal": {"act.major_effect": True, "by_machine_alone": True},
}
"""What a person says by asking for a right, as its page puts it; whether it is so, the office finds out."""

ARTICLES: Mapping[str, str] = {
    "access": "pipl:art_45",
    "copy": "pipl:art_45",
    "transfer": "pipl:art_45",
    "correction": "pipl:art_46",
    "completion": "pipl:art_46",
    "deletion": "pipl:art_47",
    "account_closing": "miit-24:art_9__para_4",
    "restriction": "pipl:art_44",
    "explanation": "pipl:art_48",
    "recommendation_off": "algorithm-recommendation:art_17",
    "recommendation_tags": "algorithm-recommendation:art_17",
    "decision_explanation": "pipl:art_24",
    "decision_refusal": "pipl:art_24",
}
"""The article that gives each right."""


class Claims(Shape, frozen=True, kw_only=True):
    """What a service signs of somebody who is signed in to it.

    ``sub`` is what the service calls them, ``aud`` the service as the inventory names it; ``exp`` is a Unix
    time in seconds; at the centre ``jti`` is used once. ``use`` is what it is for. ``name`` is how the page
    greets them. ``identities`` says how its stores know them. ``child`` is a child under 14 whose guardian
    the service verified, ``child_until`` the last day before the child is 14; ``under_14`` says that
    ``sub`` is such a child.
    """

    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^(?!widget:)[^\x00]*$")]
    aud: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    exp: int
    use: Use = "centre"
    jti: Annotated[str, msgspec.Meta(pattern=r"^$|^.{8,200}$")] = ""
    name: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    identities: Annotated[dict[str, Reference], msgspec.Meta(max_length=20)] = msgspec.field(
        default_factory=dict
    )
    child: Annotated[str, msgspec.Meta(max_length=200)] = ""
    child_until: datetime.date | None = None
    under_14: bool = False


class KeyLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A key of a service, without the key itself."""

    service: str
    kid: str
    algorithm: str
    made_at: datetime.datetime
    revoked_at: datetime.datetime | None
    used_at: datetime.datetime | None


class Known(Shape, frozen=True, kw_only=True):
    """How a service and its stores know a person: kept sealed under the person's key."""

    reference: str
    identities: dict[str, str]
    name: str = ""


class Seat(NamedTuple):
    """Who sits at the centre of a service: signed in, and for which child if any."""

    token: str
    service: str
    person: int
    known: Known
    method: Method
    under_14: bool
    child: int | None = None

    @property
    def form_token(self) -> str:
        """Return what every form of this seat sends along."""
        return form_token(self.token)


class Whose(NamedTuple):
    """Whose information it is about: the person who sits there, or the child for whom they answer.

    ``alone`` tells that this is a child under 14 without a guardian at hand.
    """

    service: str
    person: int
    reference: str
    identities: Mapping[str, str]
    method: Method
    guardian: str = ""
    alone: bool = False


class Child(NamedTuple):
    """A child for whom somebody answers, by its number here and what the service calls it."""

    person: int
    reference: str
    until: datetime.date


class Choice(NamedTuple):
    """A purpose that rests on consent, by channel where it has channels, and where the person stands.

    ``forms`` are the forms of consent that the law asks for; ``written`` cannot be given here.
    """

    purpose: Purpose
    channel: str
    stand: Stand | None
    forms: frozenset[str]
    withdrawable: bool

    @property
    def status(self) -> str:
        """Return the status, ``none`` where nothing was answered."""
        return self.stand.status if self.stand else "none"

    @property
    def after(self) -> int:
        """Return the number of the answer that the page showed, 0 where there is none."""
        return self.stand.number if self.stand else 0

    @property
    def again(self) -> bool:
        """Tell whether the notice in force goes beyond what was agreed to."""
        return bool(self.stand and self.stand.ask_again)


class Receiver(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Who receives personal information of a service, as anybody may know it; texts in one language."""

    name: str
    kind: str
    purpose: str
    categories: str
    contact: str
    country: str
    policy: str


class Look(NamedTuple):
    """How somebody wants the pages to look: in large type, in strong contrast."""

    large: bool = False
    contrast: bool = False

    @property
    def classes(self) -> str:
        """Return the classes of the page."""
        return " ".join(name for name in self._fields if getattr(self, name))


def look(text: str) -> Look:
    """Return the look that a cookie or an address asks for; unknown words say nothing."""
    words = set(text.split("."))
    return Look("large" in words, "contrast" in words)


def digest(*parts: str) -> bytes:
    """Return what is kept of a secret that somebody holds: it cannot be led back to it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def form_token(session: str) -> str:
    """Return what a form of this session must send along; only who holds its cookie can know it."""
    return hmac.new(session.encode(), b"centre form", hashlib.sha256).hexdigest()


_ORIGIN = re.compile(r"^(https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?)$")


def origins(text: str) -> tuple[str, ...]:
    """Return the origins that may frame a centre; raise ``InputError`` (settings-value) for another word."""
    found = tuple(text.split())
    for one in found:
        if not _ORIGIN.match(one):
            raise InputError(
                "settings-value",
                f'the setting "centre_frames" cannot be used: "{one[:100]}" is no origin',
                where='setting "centre_frames"',
                remedy="write each as https://host or https://host:port, without a path, separated by spaces",
            )
    return found
