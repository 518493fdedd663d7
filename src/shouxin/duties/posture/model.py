"""An organisation as it describes itself: its facts, its services, the periods it set, its evidence.

The file form is in ``docs/organisation.md``; the store keeps the same values.
"""

from datetime import date
from typing import Annotated, Any

import msgspec
import yaml

from shouxin.engine.control import Evidence
from shouxin.errors import InputError, LawError
from shouxin.law.base import Shape, Text
from shouxin.law.mechanism import Span
from shouxin.law.yamltext import parse

LARGEST = 8 * 1024 * 1024
"""The largest file that is read, in bytes."""

ServiceName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Officer(Shape, frozen=True, kw_only=True):
    """The person responsible for personal information: name, contact, whether published."""

    name: str = ""
    contact: str = ""
    published: bool = False
    filed_with: str = ""


class Pages(Shape, frozen=True, kw_only=True):
    """Where the pages of a service are that the law asks for: addresses, empty where there is none."""

    notice: str = ""
    complaint: str = ""
    account_closing: str = ""
    rights: str = ""
    rules: str = ""
    licence: str = ""
    opt_out: str = ""
    algorithm: str = ""


class Activity(Shape, frozen=True, kw_only=True):
    """A processing activity that may need an impact assessment, and the one that was made.

    Whether it needs one follows from its ``facts`` together with those of its service, by the law; what
    ``needs_assessment`` says stands before that.
    """

    name: Text
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    needs_assessment: bool | None = None
    assessed_on: date | None = None
    reference: str = ""


class Service(Shape, frozen=True, kw_only=True):
    """One service of the organisation: its facts by name, its pages, how long it keeps things."""

    name: ServiceName
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    pages: Pages = Pages()
    log_retention: Span | None = None
    transaction_retention: Span | None = None
    activities: tuple[Activity, ...] = ()


class Organisation(Shape, frozen=True, kw_only=True):
    """The organisation: facts that hold for all of its services, its officer, dates, and review period.

    ``review`` is how long it lets a proof count where the law sets no time; without it a proof counts
    until its own end.
    """

    name: Text
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    officer: Officer = Officer()
    review: Span | None = None
    last_training: date | None = None
    last_audit: date | None = None
    incident_plan: str = ""
    services: tuple[Service, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two services of one name."""
        names = [service.name for service in self.services]
        if len(set(names)) < len(names):
            raise ValueError("two services have the same name")


class KeptEvidence(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A piece of evidence with its number; ``withdrawn`` says why it counts no more, and is empty else."""

    number: int
    evidence: Evidence
    withdrawn: str


def read(text: bytes, *, where: str) -> Organisation:
    """Return the organisation that a YAML file describes; raise ``InputError`` (organisation-unreadable)."""
    try:
        if len(text) > LARGEST:
            raise ValueError(f"the file is larger than {LARGEST // 1024 // 1024} MiB")
        plain, _ = parse(text.decode("utf-8"), where=where)
        return msgspec.convert(plain, Organisation)
    except LawError as error:
        raise InputError("organisation-unreadable", error.what, where=error.where, remedy=_REMEDY) from None
    except (UnicodeDecodeError, msgspec.ValidationError, ValueError, RecursionError) as error:
        lines = str(error).splitlines() or ["it is no such file"]
        raise InputError(
            "organisation-unreadable",
            f"this does not describe an organisation: {lines[0][:200]}",
            where=where,
            remedy=_REMEDY,
        ) from None


def write(organisation: Organisation) -> str:
    """Return the YAML file that describes an organisation; ``read`` gives it back."""
    plain = msgspec.to_builtins(organisation, builtin_types=(date,))
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110))


_REMEDY = "see docs/organisation.md"
