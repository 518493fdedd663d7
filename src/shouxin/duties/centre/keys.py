"""The keys of services in the store: sealed, found by name, revoked for good."""

import re
import secrets
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from shouxin.duties.centre import tables
from shouxin.duties.centre.model import Algorithm, Claims, KeyLine, Use, digest
from shouxin.duties.centre.tokens import Registered, imported, public_only, read
from shouxin.errors import InputError
from shouxin.protect.envelope import seal, unseal
from shouxin.store.ledger import Actor, Entry, append

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OVER = text("interval '1 minute'")


class ServiceKeys:
    """The keys in the store behind ``engine``, sealed under ``secret``."""

    def __init__(self, engine: "Engine", secret: bytes) -> None:
        self._engine = engine
        self._secret = secret

    def add(
        self, service: str, kid: str, algorithm: Algorithm, material: bytes | None, actor: Actor
    ) -> tuple[KeyLine, str]:
        """Register a key; return it and, where a shared secret was made, the secret this once.

        Of a key pair only the public half is kept. Raises ``InputError``: centre-key, centre-key-known,
        centre-key-name.
        """
        made = ""
        if not _NAME.fullmatch(kid):
            raise InputError(
                "centre-key-name",
                "the name of a key has 1 to 64 letters, digits, dots, lines or underscores",
                remedy="choose another name, such as the month: 2026-11",
            )
        if algorithm == "HS256" and material is not None:
            raise InputError(
                "centre-key",
                "a shared secret is made here and takes no public key",
                remedy="leave the public key out, or name the algorithm of the key pair",
            )
        if material is None:
            if algorithm != "HS256":
                raise InputError(
                    "centre-key",
                    f"a key for {algorithm} is made by the service itself",
                    remedy="give its public half: --public FILE",
                )
            made = secrets.token_urlsafe(32)
            material = made.encode()
        key = imported(Registered(algorithm, material))
        kept = public_only(key) or material
        values = {
            "service": service,
            "kid": kid,
            "algorithm": algorithm,
            "sealed": seal("aes", self._secret, kept, _use(service, kid)),
            "made_by": actor.who,
        }
        with self._engine.begin() as connection:
            adding = insert_once(tables.key).values(values).on_conflict_do_nothing()
            if connection.execute(adding.returning(tables.key.c.id)).first() is None:
                raise InputError(
                    "centre-key-known",
                    f'"{service[:80]}" has a key "{kid}" already',
                    remedy="give every key a name of its own, also after one was revoked",
                )
            _note(connection, actor, "centre.key_added", service, kid)
        return next(one for one in self.list(service) if one.kid == kid), made

    def revoke(self, service: str, kid: str, actor: Actor) -> KeyLine:
        """Revoke a key at once; raise ``InputError`` (centre-key-unknown)."""
        mine = (tables.key.c.service == service) & (tables.key.c.kid == kid)
        with self._engine.begin() as connection:
            change = update(tables.key).where(mine, tables.key.c.revoked_at.is_(None))
            if not connection.execute(change.values(revoked_at=func.now())).rowcount:
                raise InputError(
                    "centre-key-unknown",
                    f'"{service[:80]}" has no key "{kid[:64]}" that could be revoked',
                    remedy="`shouxin centre key list` gives those there are",
                )
            _note(connection, actor, "centre.key_revoked", service, kid)
        return next(one for one in self.list(service) if one.kid == kid)

    def list(self, service: str = "") -> tuple[KeyLine, ...]:
        """Return the keys of a service, or of all, without the keys themselves."""
        asked = select(tables.key).order_by(tables.key.c.service, tables.key.c.id)
        if service:
            asked = asked.where(tables.key.c.service == service)
        with self._engine.connect() as connection:
            return tuple(
                KeyLine(**{name: getattr(row, name) for name in KeyLine.__struct_fields__})
                for row in connection.execute(asked)
            )

    def find(self, service: str, kid: str) -> Registered | None:
        """Return a key that stands; None for one that is not known or was revoked."""
        key = tables.key
        mine = (key.c.service == service) & (key.c.kid == kid) & key.c.revoked_at.is_(None)
        with self._engine.begin() as connection:
            row = connection.execute(select(key.c.algorithm, key.c.sealed).where(mine)).one_or_none()
            if row is None:
                return None
            stale = key.c.used_at.is_(None) | (key.c.used_at < func.now() - _OVER)
            connection.execute(update(key).where(mine, stale).values(used_at=func.now()))
        return Registered(row.algorithm, unseal("aes", self._secret, bytes(row.sealed), _use(service, kid)))

    def vouched(self, service: str, text: str, use: Use) -> Claims:
        """Return what a token says that a key of the service signed for a use; errors as ``tokens.read``."""
        return read(text, service, partial(self.find, service), datetime.now(UTC), use)

    def use(self, connection: "Connection", claims: Claims) -> None:
        """Use a token up; raise ``InputError`` (centre-token-used) where it was used before."""
        token = tables.token
        connection.execute(token.delete().where(token.c.until < func.now() - _OVER))
        values = {
            "digest": digest("token", claims.aud, claims.jti),
            "until": datetime.fromtimestamp(claims.exp, UTC),
        }
        using = insert_once(token).values(values).on_conflict_do_nothing().returning(token.c.digest)
        if connection.execute(using).first() is None:
            raise InputError(
                "centre-token-used",
                "this link from the service was used before",
                remedy="go back to the service and open its privacy centre again",
            )


def _use(service: str, kid: str) -> bytes:
    return f"centre/key/{len(service)}/{service}/{kid}".encode()


def _note(connection: "Connection", actor: Actor, kind: str, service: str, kid: str) -> None:
    what = {"service": service, "key": kid}
    append(connection, [Entry(kind=kind, who=actor.who, origin=actor.origin, what=what)])
