"""What posture keeps beside the inventory: evidence with its number."""

from shouxin.engine.control import Evidence
from shouxin.law.base import Shape


class KeptEvidence(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A piece of evidence with its number; ``withdrawn`` says why it counts no more, and is empty else."""

    number: int
    evidence: Evidence
    withdrawn: str
