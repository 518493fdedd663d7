"""Notices for whoever asks: checked by the law, published, compared; what consent needs of them."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import yaml

from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Organisation, facts_of, facts_within, organisation_within
from shouxin.duties.notice import stored
from shouxin.duties.notice.compare import Comparison, compare
from shouxin.duties.notice.complete import Form, Lack, forms, lacks
from shouxin.duties.notice.draft import Draft, draft
from shouxin.duties.notice.kept_drafts import KeptDrafts, gone
from shouxin.duties.notice.model import Address, Notice, Offered, OfferedPurpose
from shouxin.duties.notice.stored import Published, Publisher
from shouxin.errors import InputError, LawError, StoreError
from shouxin.law.base import Shape
from shouxin.law.yamltext import parse

if TYPE_CHECKING:
    import builtins

    from sqlalchemy import Connection, Engine

    from shouxin.duties.passages import Passage

__all__ = [
    "Address",
    "Notice",
    "Notices",
    "Offered",
    "OfferedPurpose",
    "Offering",
    "Published",
    "Publisher",
    "content",
    "in_force",
    "offers",
    "read",
    "write",
]

LARGEST = 2 * 1024 * 1024
"""The largest notice that is read, in bytes."""

SHORTEST = 8
"""Digits of an address that name it at least."""


class Checked(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the law makes of a notice: the items it lacks, and the forms of consent its purposes need."""

    service: str
    address: str
    complete: bool
    lacks: tuple[Lack, ...]
    forms: tuple[Form, ...]


class Notices:
    """The notices of a store, under the law and the readings chosen."""

    def __init__(self, decider: Decider, law_version: str, engine: "Engine | None" = None) -> None:
        self._decider = decider
        self._law = law_version
        self._engine = engine

    def check(self, notice: Notice, on: date, facts: Mapping[str, Any] | None = None) -> Checked:
        """Return what the law makes of a notice; ``facts`` are known of the organisation and the service.

        Raises ``InputError`` for facts that cannot be used.
        """
        known = facts or {}
        lacking = lacks(notice, self._decider, known)
        return Checked(
            service=notice.service,
            address=notice.address,
            complete=not lacking,
            lacks=lacking,
            forms=forms(notice, self._decider, known, on),
        )

    def publish(
        self,
        notice: Notice,
        publisher: Publisher,
        on: date,
        *,
        dry_run: bool = False,
        draft: int = 0,
    ) -> tuple[Checked, bool]:
        """Publish a notice; return what the law makes of it, and whether it is a new version.

        The ``draft`` that it comes of goes with it.

        With ``dry_run`` everything is done and taken back. Raises ``InputError`` (notice-incomplete) where
        it lacks something and no reason is given, and as ``check``.
        """
        checked = self.check(notice, on, self.known(notice.service))
        if checked.lacks and not publisher.why.strip():
            raise InputError(
                "notice-incomplete",
                f"the notice lacks {len(checked.lacks)} items, the first by {checked.lacks[0].provision}",
                where=", ".join(dict.fromkeys(one.item for one in checked.lacks))[:200],
                remedy="`shouxin notice check` lists them; to publish all the same, give a reason",
            )
        seal = (checked.complete, checked.forms, self._law)
        with self._store.connect() as connection:
            if draft:
                gone(connection, draft)
            new = stored.publish(connection, notice, seal, publisher)
            if not dry_run:
                connection.commit()
        return checked, new

    @property
    def drafts(self) -> KeptDrafts:
        """Return the drafts that are kept; raise ``StoreError`` (store-missing) where there is no store."""
        return KeptDrafts(self._store)

    def known(self, service: str) -> Mapping[str, Any]:
        """Return the facts of a service that the organisation recorded; none without a store or a record."""
        if self._engine is None:
            return {}
        with self._engine.connect() as connection:
            return facts_within(connection, service)

    def in_force(self, service: str) -> tuple[Published, Notice]:
        """Return the version of a service that is in force; raise ``InputError`` (notice-none)."""
        with self._store.connect() as connection:
            newest = stored.publications(connection, service, limit=1) if service else []
            if newest:
                return stored.found(connection, newest[0].address)[0]
        raise InputError(
            "notice-none",
            f'no notice of a service "{service[:80]}" was published',
            remedy="`shouxin notice list` gives those that were",
        )

    def standing(self, service: str, on: date) -> Checked | None:
        """Return what the law makes of the version that is in force now, None where there is none."""
        try:
            _, notice = self.in_force(service)
        except InputError:
            return None
        return self.check(notice, on, self.known(service))

    def draft(self, organisation: Organisation, service: str) -> Draft:
        """Return a draft from an inventory; raise ``InputError`` (service-unknown)."""
        return draft(organisation, service, self._decider, facts_of(organisation, service))

    def inventory(self) -> Organisation:
        """Return the organisation in the store; raise ``InputError`` (organisation-none)."""
        with self._store.connect() as connection:
            return organisation_within(connection)

    def list(
        self,
        service: str = "",
        *,
        limit: int | None = 200,
        superseded: bool | None = None,
        before: int | None = None,
    ) -> list[Published]:
        """Return what was published, newest first; the list goes on ``before`` the number of one.

        ``superseded`` leaves those alone whose place another took, or those that are in force.
        """
        with self._store.connect() as connection:
            return stored.publications(connection, service, limit, superseded=superseded, before=before)

    def services(self) -> "builtins.list[str]":
        """Return the services that a notice was published of, that of the newest first."""
        with self._store.connect() as connection:
            return stored.services(connection)

    def searched(self, words: Sequence[str], limit: int) -> "builtins.list[Passage]":
        """Return the versions in whose texts every word stands, the newest first."""
        with self._store.connect() as connection:
            return stored.searched(connection, words, limit)

    def show(self, address: str) -> tuple[Published, Notice]:
        """Return a version by its address or the beginning of one; raise ``InputError`` (notice-unknown)."""
        start = address.strip().lower()
        hexadecimal = len(start) >= SHORTEST and not set(start) - set("0123456789abcdef")
        with self._store.connect() as connection:
            matches = stored.found(connection, start) if hexadecimal else []
        if len(matches) != 1:
            which = "several notices have" if matches else "no published notice has"
            raise InputError(
                "notice-unknown",
                f'{which} the address "{start[:64]}"',
                remedy="`shouxin notice list` gives the addresses",
            )
        return matches[0]

    def compare(self, old: str, new: str | Notice, on: date) -> Comparison:
        """Return what changed from a version to another, or to a draft, and who is asked again.

        Errors as ``show``, for a draft as ``check``, and notice-services.
        """
        before, one = self.show(old)
        if isinstance(new, Notice):
            other, needed = new, self.check(new, on, self.known(new.service)).forms
        else:
            after, other = self.show(new)
            needed = after.forms
        return compare(one, other, (_kinds(before.forms), _kinds(needed)))

    @property
    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold notices",
                remedy="start one with `shouxin serve`",
            )
        return self._engine


def offers(connection: "Connection", addresses: frozenset[str]) -> dict[str, Offered]:
    """Return what published versions offer to consent to, by their addresses; unknown ones are left out."""
    return {
        address: Offered(
            service=notice.service,
            address=address,
            published=first,
            superseded=last.superseded,
            complete=last.complete,
            purposes=offered(notice, last.forms),
        )
        for address, (first, last, notice) in stored.by_address(connection, addresses).items()
    }


def in_force(connection: "Connection", service: str) -> Offered | None:
    """Return what the notice of a service that is in force offers; None where none was published."""
    newest = stored.publications(connection, service, limit=1)
    return offers(connection, frozenset({newest[0].address}))[newest[0].address] if newest else None


def processors(connection: "Connection", addresses: frozenset[str]) -> dict[str, dict[str, str]]:
    """Return who processes by published versions, as receipts name them, by their addresses."""
    found = stored.by_address(connection, addresses)
    return {
        address: {
            "dpv:hasName": notice.processor.name.zh,
            "dpv:hasContact": notice.processor.contact.zh if notice.processor.contact else "",
        }
        for address, (_, _, notice) in found.items()
        if notice.processor
    }


class Offering:
    """What published versions offer, remembered until another is published; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._known: dict[str, Offered] = {}
        self._in_force: dict[str, Offered | None] = {}

    def __call__(self, connection: "Connection", addresses: frozenset[str]) -> dict[str, Offered]:
        """Return what ``offers`` returns."""
        with self._lock:
            self._forget(connection)
            if missing := addresses - self._known.keys():
                self._known |= offers(connection, missing)
            return {one: self._known[one] for one in addresses if one in self._known}

    def in_force(self, connection: "Connection", service: str) -> Offered | None:
        """Return what the notice of a service that is in force offers, None where it has none."""
        with self._lock:
            self._forget(connection)
            if service not in self._in_force:
                newest = stored.publications(connection, service, limit=1)
                found = offers(connection, frozenset(one.address for one in newest))
                if not found:
                    return None
                self._in_force[service] = next(iter(found.values()))
            return self._in_force[service]

    def _forget(self, connection: "Connection") -> None:
        last = stored.last(connection)
        if last != self._last:
            self._last = last
            self._known.clear()
            self._in_force.clear()


def offered(notice: Notice, needed: tuple[Form, ...]) -> dict[str, OfferedPurpose]:
    """Return the purposes of a notice to which people consent."""
    kinds = _kinds(needed)
    return {
        one.key: OfferedPurpose(
            key=one.key,
            scope=one.scope,
            categories=frozenset(category.key for category in one.categories),
            recipients=frozenset(recipient.key for recipient in one.recipients),
            kinds=kinds.get(one.key, frozenset()),
            channels=one.channels,
        )
        for one in notice.purposes
        if one.by_consent
    }


def read(text: bytes, *, where: str) -> Notice:
    """Return the notice that a YAML or JSON file holds; raise ``InputError`` (notice-unreadable)."""
    try:
        if len(text) > LARGEST:
            raise ValueError(f"the file is larger than {LARGEST // 1024 // 1024} MiB")
        plain, _ = parse(text.decode("utf-8"), where=where)
        return msgspec.convert(plain, Notice)
    except LawError as error:
        raise InputError("notice-unreadable", error.what, where=error.where, remedy=_REMEDY) from None
    except (UnicodeDecodeError, msgspec.ValidationError, ValueError, RecursionError) as error:
        first = (str(error).splitlines() or ["it is no such file"])[0]
        raise InputError(
            "notice-unreadable", f"this is no notice: {first[:200]}", where=where, remedy=_REMEDY
        ) from None


def content(notice: Notice) -> bytes:
    """Return the bytes whose SHA-256 is the address of the notice."""
    return msgspec.json.encode(notice, order="deterministic")


def write(notice: Notice) -> str:
    """Return the YAML file of a notice; ``read`` gives it back."""
    plain = msgspec.to_builtins(notice)
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110))


def _kinds(needed: tuple[Form, ...]) -> dict[str, frozenset[Literal["separate", "written"]]]:
    purposes = {one.purpose for one in needed}
    return {key: frozenset(one.kind for one in needed if one.purpose == key) for key in purposes}


_REMEDY = "see docs/notices.md"
