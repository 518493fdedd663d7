"""What an operator does with the own account: password, one-time codes, recovery codes."""

from typing import Any

from sqlalchemy import Connection, Engine, select

from shouxin.duties.access import tables
from shouxin.duties.access.codes import Seeds, is_seed, plain, recovery_codes
from shouxin.duties.access.diary import note
from shouxin.duties.access.model import Operator, Principal
from shouxin.duties.access.operators import shown
from shouxin.duties.access.passwords import Passwords
from shouxin.duties.access.sessions import Sessions
from shouxin.duties.access.slowing import Slowing
from shouxin.duties.access.tokens import digest
from shouxin.errors import InputError


class OwnAccount:
    """The account of the operator who asks; what guards it changes only with the password."""

    def __init__(
        self, engine: Engine, passwords: Passwords, seeds: Seeds, sessions: Sessions, slowing: Slowing
    ) -> None:
        self._engine = engine
        self._passwords = passwords
        self._seeds = seeds
        self._sessions = sessions
        self._slowing = slowing

    def account(self, who: Principal) -> Operator:
        """Return the own account as it may be shown."""
        with self._engine.connect() as connection:
            return shown(connection, _row(connection, who))

    def change_password(self, who: Principal, password: str, wanted: str) -> str:
        """Put a new password in place of the old and end every other session; return the new token of this.

        Raises ``InputError``: password-wrong, password-weak, sign-in-slow.
        """
        self._proven(who, password)
        hashed = self._passwords.hash(wanted, who.name)
        with self._engine.begin() as connection:
            _update(connection, who, {"password": hashed})
            self._sessions.end_others(connection, who)
            note(connection, "operator.password_changed", who, "console")
            return self._sessions.renew(connection, who)

    def set_codes(self, who: Principal, password: str, seed: str, code: str) -> tuple[tuple[str, ...], str]:
        """Turn one-time codes on with a seed that an app shows the code of.

        Returns the recovery codes, and the new token of the session.

        Raises ``InputError``: password-wrong, codes-wrong, sign-in-slow.
        """
        self._proven(who, password)
        step = self._seeds.step(seed, code) if is_seed(seed) else None
        if step is None:
            raise InputError(
                "codes-wrong",
                "this is not the code that the app shows now",
                remedy="see whether the clock of the device is right, and type the next code",
            )
        made = recovery_codes()
        with self._engine.begin() as connection:
            sealed = self._seeds.sealed(seed, who.number)
            _update(connection, who, {"seed": sealed, "seed_step": step})
            _forget(connection, who)
            connection.execute(
                tables.recovery.insert(),
                [{"operator_id": who.number, "digest": digest(plain(text))} for text in made],
            )
            self._sessions.end_others(connection, who)
            note(connection, "operator.codes_set", who, "console")
            return made, self._sessions.renew(connection, who)

    def drop_codes(self, who: Principal, password: str) -> str:
        """Turn one-time codes off and return the new token of the session.

        Raises ``InputError``: password-wrong, sign-in-slow.
        """
        self._proven(who, password)
        with self._engine.begin() as connection:
            _update(connection, who, {"seed": None, "seed_step": None})
            _forget(connection, who)
            note(connection, "operator.codes_dropped", who, "console")
            return self._sessions.renew(connection, who)

    def _proven(self, who: Principal, password: str) -> None:
        self._slowing.attempt(f"own {who.id}", who.id)
        with self._engine.connect() as connection:
            kept = _row(connection, who).password
        if not self._passwords.verify(kept, password):
            raise InputError(
                "password-wrong", "this is not the password of the account", remedy="type it again"
            )
        self._slowing.forgive(f"own {who.id}", who.id)


def _row(connection: Connection, who: Principal) -> Any:
    return connection.execute(select(tables.operator).where(tables.operator.c.id == who.number)).one()


def _update(connection: Connection, who: Principal, values: dict[str, Any]) -> None:
    connection.execute(tables.operator.update().where(tables.operator.c.id == who.number).values(values))


def _forget(connection: Connection, who: Principal) -> None:
    connection.execute(tables.recovery.delete().where(tables.recovery.c.operator_id == who.number))
