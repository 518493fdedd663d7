"""Reading people from the store: one statement, on a connection that stays at hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shouxin.duties.consent import service as consent
from shouxin.duties.guard.memory import Known
from shouxin.errors import InputError, StoreError
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Reader:
    """Reads people for a guard; safe for threads.

    One connection is kept between questions, and nobody looks before each whether it still stands, which
    would cost as much as the question. Where it does not, the question is asked again on a new one.
    """

    def __init__(self, engine: "Engine", people: People) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._people = people
        self._kept: list[Connection] = []

    def __call__(self, service: str, references: Sequence[str]) -> list[Known]:
        """Return what is on record of people of a service, in the order of their references.

        Raises ``InputError`` (person-reference), ``StoreError`` (store-unreachable).
        """
        try:
            connection = self._kept.pop()
        except IndexError:
            pass
        else:
            try:
                found = self._read(connection, service, references)
            except StoreError:
                _drop(connection)
            except InputError:
                self._keep(connection)
                raise
            except BaseException:  # an answer may still be on its way here
                _drop(connection)
                raise
            else:
                self._keep(connection)
                return found
        return self._anew(service, references)

    def close(self) -> None:
        """Give back the connection that is kept."""
        while self._kept:
            self._kept.pop().close()

    def _anew(self, service: str, references: Sequence[str]) -> list[Known]:
        connection = self._engine.connect()
        try:
            found = self._read(connection, service, references)
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return found

    def _keep(self, connection: "Connection") -> None:
        if self._kept:
            connection.close()
        else:
            self._kept.append(connection)

    def _read(self, connection: "Connection", service: str, references: Sequence[str]) -> list[Known]:
        lookups = self._people.lookups(connection, service, references)
        found = consent.on_record(connection, lookups)
        return [
            Known(one.person.id, one.standings, one.person.commitment, one.limits)
            if (one := found.get(lookup))
            else Known(0, {})
            for lookup in lookups
        ]


def _drop(connection: "Connection") -> None:
    """Give back a connection that is lost."""
    connection.invalidate()
    connection.close()
