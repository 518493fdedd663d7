"""Links that the terminal shows and that sign in once: for accounts whose password nobody knows."""

from sqlalchemy import Engine, select

from shouxin.duties.access import tables
from shouxin.duties.access.diary import note
from shouxin.duties.access.operators import principal
from shouxin.duties.access.sessions import Sessions
from shouxin.duties.access.slowing import Slowing
from shouxin.duties.access.tokens import digest, token
from shouxin.errors import InputError


class Links:
    """The links that one process gave out; they end with it, and nothing of them is stored."""

    def __init__(self, engine: Engine, sessions: Sessions, slowing: Slowing) -> None:
        self._engine = engine
        self._sessions = sessions
        self._slowing = slowing
        self._good: dict[bytes, int] = {}

    def any(self) -> bool:
        """Tell whether a link was given out that nobody used yet."""
        return bool(self._good)

    def make(self, operator: int) -> str:
        """Return a new code that signs an account in, once."""
        made = token()
        self._good[digest(made)] = operator
        return made

    def use(self, code: str, address: str, agent: str, before: str) -> str:
        """Return the token of a new session; raise ``InputError`` (sign-in-link, sign-in-slow)."""
        self._slowing.attempt("sign-in link", address)
        operator, table = self._good.pop(digest(code), 0), tables.operator
        with self._engine.begin() as connection:
            row = connection.execute(
                select(table).where(table.c.id == operator, table.c.disabled_at.is_(None))
            ).first()
            if row is None:
                raise InputError(
                    "sign-in-link",
                    "this link was used already, or was never given out",
                    remedy="take another one from the terminal; a new start prints new ones",
                )
            made = self._sessions.begin(connection, row.id, address, agent, before)
            who = principal(connection, row)
            note(connection, "operator.signed_in", who, "console", what={"by": "link"})
        self._slowing.forgive("sign-in link", address)
        return made
