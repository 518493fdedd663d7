"""Access: who signs in, who comes with what, and what reading a person's information leaves behind."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, func, select, text

from shouxin.duties.access import tables
from shouxin.duties.access.approvals import Approvals
from shouxin.duties.access.codes import Seeds, plain
from shouxin.duties.access.diary import note
from shouxin.duties.access.keys import ApiKeys
from shouxin.duties.access.model import SYSTEM_KEY, Approval, Ask, Limit, Origin, Principal
from shouxin.duties.access.once import Links
from shouxin.duties.access.operators import Operators, first_done, names, principal
from shouxin.duties.access.own import OwnAccount
from shouxin.duties.access.passwords import LONGEST, Passwords
from shouxin.duties.access.remembered import Remembered
from shouxin.duties.access.sessions import Lifetime, Sessions
from shouxin.duties.access.slowing import Patience, Slowing
from shouxin.duties.access.tokens import digest, same, token
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.duties.access.oidc import Provider

__all__ = [
    "SYSTEM_KEY",
    "Access",
    "Approval",
    "Approvals",
    "Ask",
    "Lifetime",
    "Limit",
    "Origin",
    "Patience",
    "Principal",
    "Slowing",
    "names",
]

_FLOW = text("interval '10 minutes'")
_LONGEST_NAME = 200


class Visitor(NamedTuple):
    """Where someone comes from: the address, the browser, and the session it had before."""

    address: str
    agent: str = ""
    before: str = ""


class Access:
    """Everything about access in the store behind ``engine``.

    ``secret`` is the key that seals seeds; ``provider`` an identity provider;
    ``hasher`` and ``clock`` replace argon2's usual costs and the time of one-time codes.
    """

    def __init__(
        self,
        engine: Engine,
        secret: bytes,
        *,
        lifetime: Lifetime | None = None,
        provider: "Provider | None" = None,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._passwords = Passwords(hasher)
        self._seeds = Seeds(secret, clock)
        self._slowing = Slowing(engine)
        self.first = b""
        self.provider = provider
        self.operators = Operators(engine, self._passwords)
        self.sessions = Sessions(engine, lifetime or Lifetime())
        self.remembered = Remembered(engine)
        self.keys = ApiKeys(engine, self.remembered)
        self.approvals = Approvals(engine)
        self.links = Links(engine, self.sessions, self._slowing)
        self.own = OwnAccount(engine, self._passwords, self._seeds, self.sessions, self._slowing)

    def sign_in(self, name: str, password: str, code: str, visitor: Visitor) -> str:
        """Return the token of a new session; the answer to every wrong attempt is the same.

        Raises ``InputError``: sign-in-refused, sign-in-slow.
        """
        return self._proven(name, password, code, visitor, "console")[1]

    def prove(self, name: str, password: str, code: str) -> Principal:
        """Return who works at the command line, without a session; errors as ``sign_in``."""
        return self._proven(name, password, code, None, "cli")[0]

    def looked(self, who: Principal, method: str, path: str) -> None:
        """Write down that an inspector opened a page; what was asked of it behind ``?`` is left out."""
        with self._engine.begin() as connection:
            note(connection, "inspector.looked", who, "console", what={"method": method, "path": path[:500]})

    def sign_out(self, who: Principal) -> None:
        """End the session at hand."""
        self.sessions.end(who, who.session)

    def first_code(self) -> str | None:
        """Return a new one-time code for the first account, or None where there is one already."""
        if self.operators.any():
            return None
        made = token()
        self.first = digest(made)
        return made

    def begin(self, code: str, name: str, password: str, visitor: Visitor) -> str:
        """Make the first account with the code from the terminal; return the token of its session.

        Raises ``InputError``: first-operator-code, first-operator-done, sign-in-slow, operator-name,
        password-weak.
        """
        if self.operators.any():
            raise first_done()
        self._slowing.attempt("first operator", visitor.address)
        if not self.first or not same(self.first, digest(code.strip())):
            raise InputError(
                "first-operator-code",
                "this is not the code that `shouxin serve` printed",
                remedy="copy it from the terminal; a new start prints a new one",
            )
        made = self.operators.first(name, password)
        self.first = b""
        self._slowing.forgive("first operator", visitor.address)
        with self._engine.begin() as connection:
            return self.sessions.begin(connection, made.id, visitor.address, visitor.agent, visitor.before)

    def reading(
        self,
        who: Principal,
        whose: bytes,
        reason: str,
        *,
        origin: Origin,
        what: dict[str, Any] | None = None,
        connection: Connection | None = None,
    ) -> None:
        """Write down that someone reads personal information, before it is shown, and why.

        ``whose`` is the commitment of the person. Raises ``InputError`` (reading-reason).
        """
        if not reason.strip() or len(reason) > 2000:
            raise InputError(
                "reading-reason",
                "personal information is read for a reason, and none is given",
                remedy="say why in a sentence, without naming the person",
            )
        if connection is not None:
            note(connection, "read", who, origin, what=what, whose=whose, why=reason.strip())
            return
        with self._engine.begin() as own:
            note(own, "read", who, origin, what=what, whose=whose, why=reason.strip())

    def start_flow(self, back: str) -> tuple[str, str]:
        """Return where the identity provider is, and the state that the browser must come back with.

        Raises ``InputError``: oidc-none, oidc-unreachable.
        """
        start = self._provider().start(back)
        values = {"state": digest(start.state), "nonce": start.nonce, "verifier": start.verifier}
        with self._engine.begin() as connection:
            old = tables.flow.c.made_at < func.now() - _FLOW
            connection.execute(tables.flow.delete().where(old))
            connection.execute(tables.flow.insert().values(values))
        return start.address, start.state

    def finish_flow(self, given: tuple[str, str, str], back: str, visitor: Visitor) -> str:
        """Return the token of a session for whom the provider vouches for.

        ``given`` is the state of the address, the state of the cookie, and the code. A state is good once
        and for ten minutes. Raises ``InputError``: oidc-none, oidc-state, oidc-refused, oidc-unreachable,
        oidc-nobody.
        """
        state, remembered, code = given
        provider = self._provider()
        with self._engine.begin() as connection:
            flow = tables.flow
            mine = (flow.c.state == digest(state)) & (flow.c.made_at > func.now() - _FLOW)
            row = connection.execute(flow.delete().where(mine).returning(flow)).first()
        if row is None or not same(digest(state), digest(remembered)):
            raise InputError(
                "oidc-state", "this sign-in was not begun here, or is over", remedy="begin again at /sign-in"
            )
        subject = provider.subject(code, back, row.nonce, row.verifier)
        with self._engine.begin() as connection:
            found = connection.execute(
                select(tables.operator)
                .where(tables.operator.c.issuer == provider.issuer, tables.operator.c.subject == subject)
                .with_for_update()
            ).first()
            if found is not None and found.disabled_at is None:
                made = self.sessions.begin(
                    connection, found.id, visitor.address, visitor.agent, visitor.before
                )
                note(connection, "operator.signed_in", principal(connection, found), "console")
                return made
            known = f"operator:{found.id}" if found else "unknown"
            note(connection, "operator.signed_in", known, "console", outcome="failed")
        raise InputError(
            "oidc-nobody",
            "the identity provider knows you, and there is no account for you here",
            remedy="ask a privacy officer for one, and give them the subject by which the provider knows you",
        )

    def _provider(self) -> "Provider":
        if self.provider is None:
            raise InputError("oidc-none", "no identity provider is set up", remedy="sign in with a password")
        return self.provider

    def _proven(
        self, name: str, password: str, code: str, visitor: Visitor | None, origin: Origin
    ) -> tuple[Principal, str]:
        name, address = " ".join(name[:_LONGEST_NAME].split()), visitor.address if visitor else "terminal"
        self._slowing.attempt(name, address)
        operator = tables.operator
        wanted = operator.c.name_key == name.casefold().replace("\0", "")
        with self._engine.connect() as connection:
            row = connection.execute(select(operator).where(wanted)).first()
        kept = row.password if row and row.disabled_at is None else None
        right = self._passwords.verify(kept, password[: LONGEST + 1])
        made = ""
        with self._engine.begin() as connection:
            now = connection.execute(select(operator).where(wanted).with_for_update()).first()
            right = right and now is not None and now.disabled_at is None and now.password == kept
            if now is None or not right or not self._second(connection, now, code):
                known = f"operator:{row.id}" if row else "unknown"
                note(connection, "operator.signed_in", known, origin, outcome="failed")
                found = None
            else:
                if self._passwords.outdated(now.password):
                    renewed = self._passwords.renewed(password)
                    connection.execute(
                        operator.update().where(operator.c.id == now.id).values(password=renewed)
                    )
                if visitor:
                    made = self.sessions.begin(
                        connection, now.id, visitor.address, visitor.agent, visitor.before
                    )
                found = principal(connection, now)
                note(connection, "operator.signed_in", found, origin)
        if found is None:
            raise InputError(
                "sign-in-refused",
                "the name, the password or the one-time code is wrong",
                remedy="try again; a privacy officer can reset the account",
            )
        self._slowing.forgive(name, address)
        return found, made

    def _second(self, connection: Connection, row: Any, code: str) -> bool:
        """Tell whether the second factor is right where one is set up; each code is good once."""
        if row.seed is None:
            return True
        step = self._seeds.step(self._seeds.opened(row.seed, row.id), code)
        if step is not None:
            operator = tables.operator
            fresh = func.coalesce(operator.c.seed_step < step, True)  # SQL
            return bool(
                connection.execute(
                    operator.update().where(operator.c.id == row.id, fresh).values(seed_step=step)
                ).rowcount
            )
        recovery = tables.recovery
        mine = (recovery.c.operator_id == row.id) & (recovery.c.digest == digest(plain(code)))
        return bool(connection.execute(recovery.delete().where(mine)).rowcount)
