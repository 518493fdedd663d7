"""Inspections for whoever asks: asked for, decided by another, packed, and the accounts of inspectors."""

import hmac
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from shouxin.duties.access.model import Role
from shouxin.duties.access.service import SYSTEM_KEY, Access, Principal, names
from shouxin.duties.access.tokens import token
from shouxin.duties.days import end_of, over, start_of
from shouxin.duties.inspection import bundle, contents, kept, pictures, reading, stored
from shouxin.duties.inspection.model import (
    ARCHIVE,
    FILES,
    Account,
    Asked,
    EntryLine,
    Inspection,
    Made,
    Pack,
    PackLine,
)
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.posture.office import Office
from shouxin.errors import InputError, ShouxinError, StoreError
from shouxin.law import citation
from shouxin.law.mechanism import Span
from shouxin.store.ledger import SYSTEM, Actor
from shouxin.store.ledger.bundle import entry_proof
from shouxin.store.ledger.checkpoint import last_note, note_of
from shouxin.store.ledger.note import read_note

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

OWED = {"self-check": "pipl:art_54", "social-report": "pipl:art_58__item_4"}
"""By which provision the organisation itself owes a report."""


ALL = "inspections.read"
"""The permission of those who see every inspection; an inspector sees what their account was made for."""


class Whole(NamedTuple):
    """An inspection, its packs and accounts, and what the accounts that acted are called."""

    inspection: Inspection
    packs: tuple[PackLine, ...]
    accounts: tuple[Account, ...]
    names: Mapping[str, str]


class Inspections:
    """The inspections in the store behind ``engine``; ``secret`` makes the pseudonyms of a pack.

    ``time`` is how long a pack is kept, None for good.
    """

    def __init__(
        self,
        engine: "Engine | None",
        office: Office,
        ledger: Ledger,
        secret: bytes = b"",
        time: Span | None = None,
    ) -> None:
        self._engine = engine
        self._office = office
        self._ledger = ledger
        self._secret = secret
        self.time = time

    def ask(self, asked: Asked, actor: Actor) -> Inspection:
        """Take down what is to be made. A self-check stays inside and needs nobody else's word.

        Raises ``InputError``: inspection-basis, inspection-days, inspection-authority, service-unknown,
        organisation-none.
        """
        checked = self.checked(asked)
        state = "given" if checked.kind == "self-check" else "asked"
        with self._store().begin() as connection:
            return kept.one(connection, kept.add(connection, checked, state, actor))

    def checked(self, asked: Asked) -> Asked:
        """Return what is asked for with the basis that its kind has by itself; errors as ``ask``."""
        filled = msgspec.structs.replace(asked, basis=asked.basis.strip() or OWED.get(asked.kind, ""))
        if asked.kind == "inspection" and not asked.authority.strip():
            raise InputError(
                "inspection-authority", "no authority is named", remedy="say which authority inspects"
            )
        register = self._office.judge.register
        try:
            register.find(str(citation.parse(filled.basis)))
        except InputError:
            raise InputError(
                "inspection-basis",
                f'"{filled.basis[:80]}" is no provision of the register, so nothing may be given out by it',
                where="basis",
                remedy="name the provision, such as pipl:art_63__para_1__item_2: shouxin law search",
            ) from None
        if asked.since > asked.until:
            raise InputError(
                "inspection-days", "the first day comes after the last", remedy="give the earlier day first"
            )
        known = {one.name for one in self._office.store.organisation().services}
        if unknown := sorted(set(asked.services) - known):
            raise InputError(
                "service-unknown",
                f'there is no service "{unknown[0][:80]}" here',
                remedy=f"those there are: {', '.join(sorted(known)) or 'none'}",
            )
        return filled

    def decide(self, number: int, by: Principal, actor: Actor, *, give: bool, reason: str) -> Inspection:
        """Approve an inspection or refuse it, by another person than who asked, with a reason.

        Raises ``InputError``: permission-missing, inspection-unknown, inspection-decided, inspection-own,
        inspection-reason.
        """
        by.require("inspection.approve")
        if not reason.strip():
            raise InputError("inspection-reason", "no reason is given", remedy="say why you decide so")
        with self._store().begin() as connection:
            found = kept.one(connection, number, held=True)
            if found.state != "asked":
                raise InputError(
                    "inspection-decided",
                    f"inspection {number} is decided already",
                    remedy="ask for a new one",
                )
            if by.kind != "operator" or found.asked_by == by.id:
                raise InputError(
                    "inspection-own",
                    f"inspection {number} must be decided by another person than the one who asked",
                    remedy="let a second person with the permission inspection.approve look at it",
                )
            values = {"state": "given" if give else "refused", "decided_by": by.id, "reason": reason.strip()}
            kept.decide(connection, number, values, actor)
            return kept.one(connection, number)

    def list(self, by: Principal) -> tuple[Inspection, ...]:
        """Return the inspections, the newest first; for an inspector those their account was made for."""
        with self._store().connect() as connection:
            return kept.all_(connection, None if by.may(ALL) else by.number)

    def show(self, number: int, by: Principal) -> Whole:
        """Return an inspection with its packs and accounts; raise ``InputError`` (inspection-unknown).

        An inspector gets those of their own account, what is whole, and no other account.
        """
        with self._store().connect() as connection:
            found = self._seen(connection, number, by)
            packs = tuple(kept.dated(one, self.time) for one in kept.packs(connection, number))
            accounts = kept.accounts(connection, number)
            called = names(connection, {found.asked_by, found.decided_by, *(one.who for one in packs)})
        if not by.may(ALL):
            packs = tuple(one for one in packs if one.state == "whole")
            accounts = tuple(one for one in accounts if one.operator == by.number)
        return Whole(found, packs, accounts, called)

    def fetch(self, number: int, pack: int, name: str, by: Principal, actor: Actor) -> Iterator[bytes]:
        """Return a pack that is whole, or a file of it; that it was taken is in the ledger before.

        Raises ``InputError``: inspection-unknown, inspection-pack, inspection-removed.
        """
        with self._store().begin() as connection:
            self._seen(connection, number, by)
            one = kept.pack(connection, number, pack)
            if one.state == "removed":
                raise InputError(
                    "inspection-removed",
                    f"pack {pack} was removed when its keeping time was over",
                    remedy=f"make a new one on the page of inspection {number}",
                )
            if one.state != "whole":
                raise InputError(
                    "inspection-pack",
                    f"pack {pack} is not whole",
                    remedy=f"make it on the page of inspection {number}",
                )
            content = None
            if name != ARCHIVE and name in FILES:
                content = stored.member(connection, pack, one.size, name)
            if content is None and name != ARCHIVE:
                raise InputError(
                    "inspection-pack",
                    f"pack {pack} holds no such file",
                    remedy=f"fetch {ARCHIVE}: it is all of it",
                )
            kept.taken(connection, one, name, actor)
        return iter([content]) if content is not None else stored.pieces(self._store(), pack, one.size)

    def like(self, asked: Asked, who: str) -> Inspection | None:
        """Return the newest inspection that somebody asked for in these very words, unless it was refused."""
        wanted = self.checked(asked)
        for one in self.list(SYSTEM_KEY):
            if one.asked == wanted and one.asked_by == who and one.state != "refused":
                return one
        return None

    def preview(self, number: int, checkpoint: int | None = None) -> Pack:
        """Return what a pack would hold, and write nothing down; errors as ``write``."""
        with self._reading(number, checkpoint) as (connection, found, note):
            return self._pack(connection, found, note)[0]

    def make(self, number: int, language: str, actor: Actor, checkpoint: int | None = None) -> PackLine:
        """Make the pack of an inspection and keep it, whole or not at all.

        It is made under the newest checkpoint, which is signed first, or under that of so many entries.
        Raises ``InputError``: inspection-unknown, inspection-undecided, ledger-unsigned, organisation-none.
        """
        with self._reading(number, checkpoint) as (connection, found, note), ExitStack() as holding:
            values = {"inspection": number, "entries": read_note(note)[0].size, "language": language}
            with self._store().begin() as own:
                pack = kept.begun(own, values, actor)
                holding.enter_context(stored.held(self._store(), pack))
            try:
                return self._made(connection, found, note, pack, language, actor)
            except BaseException:
                with self._store().begin() as own:
                    kept.forget(own, pack)
                raise

    def again(self, number: int, pack: int, actor: Actor) -> PackLine:
        """Make a pack that was broken off, under its checkpoint; one that is whole or gone stays as it is.

        Raises ``InputError``: inspection-pack, inspection-making, and those of ``make``.
        """
        with self._store().connect() as connection:
            entries = kept.pack(connection, number, pack).entries
        with self._reading(number, entries) as (connection, found, note), stored.held(self._store(), pack):
            one = kept.pack(connection, number, pack)
            if one.state in ("whole", "removed"):
                return one
            with self._store().begin() as own:
                kept.tried(own, pack)
            return self._made(connection, found, note, pack, one.language, actor)

    def mend(self) -> Iterator[PackLine]:
        """Make broken packs again, each up to ``ATTEMPTS`` times, and yield what became of them.

        What fails stands on the page with its code; one that somebody else makes meanwhile is left alone.
        """
        with self._store().connect() as connection:
            waiting = kept.broken(connection)
        for one in waiting:
            try:
                yield self.again(one.inspection, one.number, SYSTEM)
            except ShouxinError as error:
                if error.code == "inspection-making":
                    continue
                with self._store().begin() as own:
                    kept.tried(own, one.number, again=False, problem=error.code)
                    line = kept.pack(own, one.inspection, one.number)
                yield line

    def write(
        self, number: int, file: BinaryIO, language: str, actor: Actor, checkpoint: int | None = None
    ) -> PackLine:
        """Make a pack, and write it to a file too; errors as ``make``."""
        made = self.make(number, language, actor, checkpoint)
        file.writelines(stored.pieces(self._store(), made.number, made.size))
        return made

    def admit(self, number: int, name: str, until: str, access: Access, by: Principal, actor: Actor) -> Made:
        """Make an inspector's account until a day; its password is returned this once.

        Raises ``InputError``: inspection-undecided and those of ``Operators.add``.
        """
        with self._store().connect() as connection:
            self._given(kept.one(connection, number))
        last = end_of(until)
        if last is None:
            raise InputError(
                "role-until", "an inspector is one for a limited time", remedy="say until when the role holds"
            )
        password = token()
        roles = (Role(role="inspector", until=last),)
        made = access.operators.add(by, actor.origin, name, password=password, roles=roles)
        with self._store().begin() as connection:
            kept.admit(connection, number, made.id, made.name, last)
        return Made(name=made.name, password=password, until=last)

    def end(self, number: int, operator: int, access: Access, by: Principal, actor: Actor) -> None:
        """End an inspector's account and its sessions; raise ``InputError`` (inspection-account)."""
        with self._store().connect() as connection:
            mine = [one for one in kept.accounts(connection, number) if one.operator == operator]
        if not mine:
            raise InputError(
                "inspection-account", "this inspection has no such account", remedy="open its page again"
            )
        access.operators.disable(by, actor.origin, mine[0].name)
        with self._store().begin() as connection:
            kept.end(connection, operator)

    @contextmanager
    def _reading(self, number: int, checkpoint: int | None) -> "Iterator[tuple[Connection, Inspection, str]]":
        """Give one unchanging view of the store, an inspection that may be packed, and the checkpoint."""
        if checkpoint is None:
            self._ledger.checkpoint()
        options = {"isolation_level": "REPEATABLE READ"}
        with self._store().connect().execution_options(**options) as connection:
            found = kept.one(connection, number)
            self._given(found)
            note = last_note(connection) if checkpoint is None else note_of(connection, checkpoint)
            if note is None:
                raise InputError(
                    "ledger-unsigned",
                    "there is no checkpoint of the ledger over so many entries",
                    remedy="leave the checkpoint out: a new one is signed",
                )
            yield connection, found, note

    def _made(
        self,
        connection: "Connection",
        found: Inspection,
        note: str,
        number: int,
        language: str,
        actor: Actor,
    ) -> PackLine:
        """Make a pack whose number is held, on the disk first, then at once in the store."""
        pack, drawn, entries = self._pack(connection, found, note, language)
        proofs = ((one, entry_proof(connection, one, note)) for one in contents.cited(pack))
        with TemporaryFile() as file:
            digest, size = bundle.write(file, pack, drawn, proofs, entries, language)
            file.seek(0)
            with self._store().begin() as own:
                stored.put(own, number, file)
                kept.packed(own, number, digest, size, actor)
                return kept.pack(own, found.number, number)

    def _seen(self, connection: "Connection", number: int, by: Principal) -> Inspection:
        """Return an inspection that somebody may see; to others it is as unknown as one that is not there."""
        seen = by.may(ALL) or kept.admitted(connection, number, by.number)
        return kept.one(connection, number if seen else 0, shown=number)

    def _given(self, found: Inspection) -> None:
        if found.state != "given":
            raise InputError(
                "inspection-undecided",
                f"inspection {found.number} was not approved by a second person",
                remedy=f"`shouxin inspect approve {found.number} --as NAME`, or /inspections/{found.number}",
            )

    def _pack(
        self, connection: "Connection", found: Inspection, note: str, code: str = "en"
    ) -> "tuple[Pack, Mapping[str, str], Iterator[EntryLine] | None]":
        asked, signed = found.asked, read_note(note)[0]
        organisation, register = self._office.store.organisation(), self._office.judge.register
        posture = self._office.judge.posture(organisation, asked.until)
        span = reading.Span(signed.size, start_of(asked.since), over(asked.until))
        holding = reading.Holding(connection, signed.size, self._office.store.all_evidence())
        public = asked.kind == "social-report"
        called = names(connection, (found.asked_by, found.decided_by))
        listed = contents.items(posture, register, asked.services, holding.entry, references=not public)
        key = hmac.digest(self._secret, b"inspection\0" + str(found.number).encode(), "sha256")
        pack = Pack(
            inspection=found.number,
            asked=asked,
            asked_by="" if public else found.asked_by,
            asker="" if public else called.get(found.asked_by, ""),
            approved_by="" if public else found.decided_by,
            approver="" if public else called.get(found.decided_by, ""),
            approved_at=found.decided_at,
            organisation=organisation.name,
            law_version=posture.law_version,
            ledger=signed.origin,
            entries=signed.size,
            checkpoint=note,
            counts=contents.counts(listed),
            instruments=contents.instruments(listed, register),
            items=listed,
            checklist=contents.by_checklist(listed),
            figures=reading.figures(connection, span),
            notices=reading.notices(connection, span, asked.services),
        )
        words = contents.words()[code]
        drawn = {"posture": str(pictures.standing(listed, pack.instruments, words, code))}
        if not public:
            drawn["flows"] = str(pictures.flowing(organisation, words))
        entries = reading.entries(connection, span, key) if "ledger" in asked.parts and not public else None
        return pack, drawn, entries

    def _store(self) -> "Engine":
        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold inspections",
                remedy="start `shouxin serve`",
            )
        return self._engine
