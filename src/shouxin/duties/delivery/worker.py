"""The round that delivers what the outbox holds."""

from collections.abc import Callable

from shouxin.duties.delivery.service import Deliveries
from shouxin.duties.rounds import Round

EVERY = 15.0
"""Seconds between two looks at the outbox."""


class Postman(Round):
    """A round over the deliveries; a target that fails keeps no other."""

    def __init__(self, deliveries: Deliveries, say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("deliveries", self.look, say, every)
        self._deliveries = deliveries

    def look(self) -> None:
        """Deliver what is due."""
        self._deliveries.deliver()
