"""How often an operator looks persons up: so many times an hour, counted in the ledger itself."""

from typing import TYPE_CHECKING

from sqlalchemy import text

from shouxin.errors import InputError
from shouxin.store.ledger import Entry, append

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shouxin.duties.consent.kept import Teller

SEARCHES = 60
"""Searches by person that an operator can make in an hour, where nothing else is set."""

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('consent.search ' || :who, 0))")
_DONE = text("""
select count(*) as done, ceil(extract(epoch from min(at) + interval '1 hour' - now()) / 60)::int as minutes
from (
    select at from shouxin.ledger_entry
    where who = :who and kind = 'read' and outcome = 'done'
        and what->>'of' in ('consent.standing', 'consent.history') and at > now() - interval '1 hour'
    order by number desc limit :most
) as lately
""")


def allow(connection: "Connection", teller: "Teller", most: int) -> None:
    """Let an operator look a person up; keys of applications are not counted.

    Raises ``InputError`` (consent-searches) for one search too many in an hour, which is written into the
    ledger and committed before. Searches of one operator at the same moment wait for each other, so that
    none slips by.
    """
    if not teller.who.startswith("operator:"):
        return
    connection.execute(_ALONE, {"who": teller.who})
    row = connection.execute(_DONE, {"who": teller.who, "most": most}).one()
    if row.done < most:
        return
    what = {"of": "consent.search", "most": most}
    entry = Entry(kind="read", who=teller.who, origin=teller.origin, what=what, outcome="refused")
    append(connection, [entry])
    connection.commit()
    raise InputError(
        "consent-searches",
        f"you looked {most} persons up within an hour, and more are not looked up",
        remedy=f"wait {max(row.minutes, 1)} minutes; the setting person_searches says how many there may be",
    )
