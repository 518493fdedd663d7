"""The organisation as it describes itself: services, activities, systems, parties, SDKs.

The file form is in ``docs/organisation.md``; the store keeps the same values. A field that is left out is
unknown: an empty list says that there is none.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from shouxin.connect.model import DatasetMap, Label, Remark
from shouxin.duties.naming import ServiceName, addressable
from shouxin.engine.control import Evidence
from shouxin.law.base import Shape, Text
from shouxin.law.mechanism import Span

Facts = dict[str, Any]
Names = tuple[Label, ...]
Reference = Annotated[str, msgspec.Meta(max_length=200)]
Country = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")]
WebOrigin = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/\s?#@]+$", max_length=200)]
"""Scheme, name and port of pages, without a path: ``https://shop.example``."""

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
PlatformRole = Literal[
    "network_service_provider",
    "telecom_or_internet_provider",
    "internet_information_provider",
    "app_operator",
    "ecommerce_operator",
    "ecommerce_platform",
    "algorithm_provider",
    "microblog_provider",
    "av_provider",
    "news_provider",
]
PartyKind = Literal["entrusted", "processor", "joint", "authority"]
Route = Literal["assessment", "certification", "standard_contract", "other_condition", "treaty"]

HOME = "CN"
"""The country code of the mainland; Hong Kong, Macao and Taiwan have codes of their own."""


class Officer(Shape, frozen=True, kw_only=True):
    """The person responsible for personal information: name, contact, whether published."""

    name: Remark = ""
    contact: Remark = ""
    published: bool = False
    filed_with: Remark = ""


class Pages(Shape, frozen=True, kw_only=True):
    """Where the pages of a service are that the law asks for: addresses, empty where there is none."""

    notice: Remark = ""
    complaint: Remark = ""
    account_closing: Remark = ""
    rights: Remark = ""
    rules: Remark = ""
    licence: Remark = ""
    opt_out: Remark = ""
    algorithm: Remark = ""


class Necessity(Shape, frozen=True, kw_only=True):
    """What the organisation says about purpose and necessity, each with its answer, and why.

    ``sensitive_why`` and what follows it are asked where a category is sensitive.
    """

    why: Remark = ""
    clear_purpose: bool | None = None
    directly_related: bool | None = None
    for_purpose: bool | None = None
    smallest_scope: bool | None = None
    least_impact: bool | None = None
    sensitive_why: Remark = ""
    specific_purpose: bool | None = None
    sufficient: bool | None = None
    strict_protection: bool | None = None


class Automated(Shape, frozen=True, kw_only=True):
    """Automated decisions of an activity: what they are about, and the ways out that are offered."""

    decides: bool
    about: Remark = ""
    pushes: bool | None = None
    trading_terms: bool | None = None
    without_traits: bool | None = None
    easy_refusal: bool | None = None


class Recipient(Shape, frozen=True, kw_only=True):
    """Who receives information from an activity: a party by name, for what, and which categories."""

    party: Label
    purpose: Remark = ""
    categories: Names = ()


class Retention(Shape, frozen=True, kw_only=True):
    """How long an activity keeps information: a time, from which event, and the provision behind it."""

    time: Span
    since: Remark = ""
    because: Remark = ""


class Activity(Shape, frozen=True, kw_only=True):
    """A processing activity: what is done with which information, why, on what basis, and who gets it.

    Whether it needs an impact assessment follows from its facts together with those of its service, by the
    law; what ``needs_assessment`` says stands before that. ``facts`` are stated outright and add to those
    that follow from the fields.
    """

    name: Text
    facts: Facts = msgspec.field(default_factory=dict)
    needs_assessment: bool | None = None
    assessed_on: date | None = None
    reference: Remark = ""
    purpose: Remark = ""
    subjects: Names = ()
    categories: Names | None = None
    basis: tuple[Basis, ...] | None = None
    basis_reference: Remark = ""
    necessity: Necessity = Necessity()
    recipients: tuple[Recipient, ...] | None = None
    published: bool | None = None
    systems: Names | None = None
    retention: Retention | None = None
    automated: Automated | None = None
    children_under_14: bool | None = None


class Sdk(Shape, frozen=True, kw_only=True):
    """A third-party component in an app: whose, what for, what it collects, its permissions."""

    name: Label
    party: Reference = ""
    version: Remark = ""
    purpose: Remark = ""
    categories: Names | None = None
    permissions: Names = ()
    policy: Remark = ""


class Service(Shape, frozen=True, kw_only=True):
    """One service of the organisation: what it is, its pages, what it does, how long it keeps logs.

    ``categories`` are those of the 39 of necessary-pi art. 5 (or ``other``); ``users`` counts accounts;
    ``origins`` are where its pages are served from, which alone may send answers of the consent widget.
    """

    name: ServiceName
    facts: Facts = msgspec.field(default_factory=dict)
    pages: Pages = Pages()
    log_retention: Span | None = None
    transaction_retention: Span | None = None
    activities: tuple[Activity, ...] = ()
    about: Remark = ""
    categories: Names | None = None
    roles: tuple[PlatformRole, ...] = ()
    users: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] | None = None
    sdks: tuple[Sdk, ...] | None = None
    origins: tuple[WebOrigin, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a name that no address can hold, and two activities or two SDKs of one name."""
        addressable(self.name)
        once("activities", (one.name for one in self.activities))
        once("SDKs", (one.name for one in self.sdks or ()))


class System(Shape, frozen=True, kw_only=True):
    """Where information lies: a system, its country, and the maps of its stores."""

    name: Label
    about: Remark = ""
    country: Country = ""
    operator: Reference = ""
    datasets: tuple[DatasetMap, ...] = ()


class Contract(Shape, frozen=True, kw_only=True):
    """An agreement with a party and which of the matters of pipl art. 21 para. 1 it settles."""

    reference: Remark = ""
    signed: date | None = None
    until: date | None = None
    purpose: bool | None = None
    duration: bool | None = None
    method: bool | None = None
    categories: bool | None = None
    measures: bool | None = None
    rights_and_duties: bool | None = None


class Oversight(Shape, frozen=True, kw_only=True):
    """One look at how a party keeps to the agreement."""

    on: date
    how: Remark = ""
    reference: Remark = ""


class Party(Shape, frozen=True, kw_only=True):
    """Somebody the organisation entrusts, provides to, or processes with: who, where, and on what terms.

    ``at_end`` says what becomes of the information when the agreement ends. ``route`` is the way of pipl
    art. 38 by which information may go to a party abroad.
    """

    name: Label
    kind: PartyKind
    contact: Remark = ""
    country: Country = ""
    scope: Remark = ""
    contract: Contract | None = None
    at_end: Literal["return", "delete", ""] = ""
    sub_entrusting: Literal["none", "agreed", "not_agreed", ""] = ""
    oversight: tuple[Oversight, ...] = ()
    route: Route | None = None
    route_reference: Remark = ""

    @property
    def abroad(self) -> bool | None:
        """Tell whether it is outside the mainland; None where its country is not given."""
        return None if not self.country else self.country != HOME


class Organisation(Shape, frozen=True, kw_only=True):
    """The organisation: facts that hold for all of its services, its officer, dates, and all it describes.

    ``profile`` names one of the law's profiles of assumptions: a guard takes what nobody states as that has
    it; without one it stays unknown. ``review`` is how long it lets a proof count where the law sets no time;
    without it a proof counts until its own end.
    """

    name: Text
    facts: Facts = msgspec.field(default_factory=dict)
    profile: Reference = ""
    officer: Officer = Officer()
    review: Span | None = None
    last_training: date | None = None
    last_audit: date | None = None
    incident_plan: Remark = ""
    services: tuple[Service, ...] = ()
    systems: tuple[System, ...] = ()
    parties: tuple[Party, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two services, systems or parties of one name."""
        once("services", (one.name for one in self.services))
        once("systems", (one.name for one in self.systems))
        once("parties", (one.name for one in self.parties))

    @property
    def maps(self) -> tuple[DatasetMap, ...]:
        """Return the dataset maps of all systems."""
        return tuple(one for system in self.systems for one in system.datasets)


class Author(NamedTuple):
    """Who changes the inventory, from where, and why."""

    who: str
    origin: Literal["api", "console", "cli", "sdk", "system"]
    why: str = ""


class Version(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The head of one version: who made it, when, from where and why; ``undoes`` names one brought back."""

    number: int
    who: str
    origin: str
    why: str
    undoes: int | None
    made_at: datetime


def once(kind: str, names: Iterable[str]) -> None:
    """Raise ``ValueError`` where two of a kind bear one name."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f'two {kind} have the same name: "{twice[0][:80]}"')
