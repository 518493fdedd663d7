"""The posture of the organisation that the store holds: what the API and the page ask."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from shouxin.duties.posture.service import Judge, Posture
from shouxin.errors import StoreError
from shouxin.law.register import Register

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.duties.posture.stored import StoredOrganisation


class Office:
    """The controls of the register and the organisation in the store behind ``engine``."""

    def __init__(
        self, register: Register, engine: "Engine | None" = None, chosen: Mapping[str, str] | None = None
    ) -> None:
        self.judge = Judge(register, chosen)
        self._engine = engine

    @property
    def store(self) -> "StoredOrganisation":
        """Return the stored organisation; raise ``StoreError`` (store-missing) where there is no store."""
        from shouxin.duties.posture.stored import StoredOrganisation

        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold an organisation",
                remedy="start one with `shouxin serve`",
            )
        return StoredOrganisation(self._engine)

    def posture(self, as_of: date) -> Posture:
        """Return where the organisation stands; errors as ``StoredOrganisation.organisation``."""
        return self.judge.posture(self.store.organisation(), as_of)
