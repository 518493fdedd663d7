"""What access writes into the ledger: the one place that knows its form."""

from typing import TYPE_CHECKING, Any, Literal

from shouxin.duties.access.model import Origin, Principal

if TYPE_CHECKING:
    from sqlalchemy import Connection

Outcome = Literal["done", "refused", "failed"]


def note(
    connection: "Connection",
    kind: str,
    who: Principal | str,
    origin: Origin,
    *,
    what: dict[str, Any] | None = None,
    whose: bytes = b"",
    why: str = "",
    outcome: Outcome = "done",
) -> None:
    """Append one entry in the caller's transaction; ``what`` holds no names and no secrets."""
    from shouxin.store.ledger import Entry, append

    name = who if isinstance(who, str) else who.id
    entry = Entry(kind=kind, who=name, origin=origin, what=what or {}, whose=whose, why=why, outcome=outcome)
    append(connection, [entry])
