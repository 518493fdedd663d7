"""The round that counts answers in advance; without it every figure is the same, and takes longer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shouxin.duties.consent.tally import advance
from shouxin.duties.rounds import Round

if TYPE_CHECKING:
    from sqlalchemy import Engine

EVERY = 5.0
"""Seconds between two looks whether there are new answers."""


class Counter(Round):
    """A round that counts what came since the last look, part by part."""

    def __init__(self, engine: "Engine", say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("counts of consents", self.look, say, every)
        self._engine = engine

    def look(self) -> None:
        """Count until nothing is left, or until it is stopped."""
        while advance(self._engine) and not self._stopping.is_set():
            pass
