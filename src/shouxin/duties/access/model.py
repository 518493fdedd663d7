"""The shapes of access: who is here, accounts, sessions, keys, approvals."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from shouxin.duties.access.permissions import EVERYONE, SYSTEM, held
from shouxin.errors import InputError
from shouxin.law.base import Shape

Kind = Literal["operator", "key", "system"]
Origin = Literal["api", "console", "cli", "sdk", "system"]
Operation = Literal["export", "copy", "destruction"]
State = Literal["asked", "given", "refused", "withdrawn"]

OPERATIONS: tuple[Operation, ...] = ("export", "copy", "destruction")
"""What Order 24 art. 13(3) puts under review where it is done in bulk."""

MOST = 2**53
"""The highest count that JSON carries exactly."""

Count = Annotated[int, msgspec.Meta(ge=1, le=MOST)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Principal(Shape, frozen=True, kw_only=True):
    """Who asks: an operator, a key, or the system's own key.

    ``id`` is what the ledger keeps (``operator:3``, ``key:7``, ``system``) and never a name; ``scopes`` are
    the permissions of a key; ``session`` is the number of the session that an operator came with.
    """

    id: str
    kind: Kind
    name: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    session: int = 0

    @property
    def permissions(self) -> frozenset[str]:
        """Return everything that this one may do now."""
        if self.kind == "key":
            return self.scopes
        return held(self.roles | {EVERYONE if self.kind == "operator" else SYSTEM})

    def may(self, permission: str) -> bool:
        """Tell whether this one may do something."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Let pass who may do something; raise ``InputError`` (permission-missing)."""
        if not self.may(permission):
            raise InputError(
                "permission-missing",
                f'this needs the permission "{permission}"',
                remedy="ask a privacy officer for a role or a key that has it",
            )

    @property
    def number(self) -> int:
        """Return the number of the account or key; 0 for the system."""
        return int(self.id.partition(":")[2] or 0)


SYSTEM_KEY = Principal(id="system", kind="system", name="system")
"""Who comes with the API token of the data folder, or works at the command line."""


class Role(Shape, frozen=True, kw_only=True):
    """A role that an operator has, and until when; ``None`` is without an end."""

    role: str
    until: datetime | None = None


class Operator(Shape, frozen=True, kw_only=True):
    """An account as it may be shown."""

    id: int
    name: str
    roles: tuple[Role, ...] = ()
    disabled: bool = False
    password: bool = False
    one_time_codes: bool = False
    subject: str = ""
    made_at: datetime


class Session(Shape, frozen=True, kw_only=True):
    """A session as its owner sees it."""

    id: int
    made_at: datetime
    seen_at: datetime
    until: datetime
    address: str
    agent: str


class KeyLine(Shape, frozen=True, kw_only=True):
    """A key as it may be shown: everything but the key."""

    id: int
    prefix: str
    name: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    until: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None


class Ask(Shape, frozen=True, kw_only=True):
    """What is asked for: the operation, which information, what for, how many people, how many a day."""

    operation: Operation
    scope: Reason
    purpose: Reason
    people: Count
    per_day: Count | None = None


class Approval(Shape, frozen=True, kw_only=True):
    """An operation in bulk that one person asked for and another decides."""

    id: int
    operation: Operation
    scope: str
    purpose: str
    people: int
    per_day: int | None = None
    state: State
    asked_by: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    measures: str = ""
    until: datetime | None = None
    used: int = 0
    used_today: int = 0


class Limit(Shape, frozen=True, kw_only=True):
    """What the organisation set for one operation; ``None`` is not set.

    ``bulk_from`` is the number of people from which the operation needs an approval; not set, every one
    does. ``people`` and ``per_day`` are the most that one approval may cover.
    """

    operation: Operation
    bulk_from: Count | None = None
    people: Count | None = None
    per_day: Count | None = None
