"""The round that makes packs again whose maker was cut off."""

from collections.abc import Callable

from shouxin.duties.inspection.service import Inspections
from shouxin.duties.rounds import Round

EVERY = 60.0
"""Seconds between two looks."""


class Packer(Round):
    """A round that makes broken packs again, each a few times at most."""

    def __init__(self, inspections: Inspections, say: Callable[[str], None], every: float = EVERY) -> None:
        super().__init__("broken packs", self.look, say, every, first=min(every, 5.0))
        self._inspections = inspections

    def look(self) -> None:
        """Make what is broken again; errors as ``Inspections.mend``."""
        for one in self._inspections.mend():
            self._say(f"pack {one.number} of inspection {one.inspection} was made again: {one.state}")
