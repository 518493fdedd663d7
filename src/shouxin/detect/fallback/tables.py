"""The issued codes of ``kinds`` as tables by their numbers."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shouxin.detect.fallback.places import Bools, table
from shouxin.detect.kinds import lists


class Codes(NamedTuple):
    """True where a code was issued."""

    provinces: Bools
    mobiles: Bools
    areas: Bools
    networks: Bools
    cards: npt.NDArray[np.uint32]  #: the lengths, as bits, of the cards that begin with six digits


@cache
def codes() -> Codes:
    """Return the tables."""
    listed, cards = lists(), np.zeros(10**6, np.uint32)
    for low, high, lengths in listed.cards:
        cards[low : high + 1] |= sum(1 << length for length in lengths)
    return Codes(
        table(listed.provinces, 100),
        table(listed.mobiles, 1000),
        table(map(int, listed.areas), 10**4),
        table(listed.networks, 100),
        cards,
    )
