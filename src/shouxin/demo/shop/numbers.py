"""Numbers that belong to nobody, and yet are written as the real ones are: their check digits are right."""

import random
import uuid
from datetime import date

from shouxin.detect.fallback.checks import DOUBLED, RESIDENT_WEIGHTS

_UNASSIGNED = ("154", "160", "161", "163", "164", "168", "169")
"""Beginnings of mobile numbers that no operator has."""

_TEST_CARDS = "6200000"
"""The range of UnionPay's test cards."""

_DOCUMENTATION = ("192.0.2.", "198.51.100.", "203.0.113.")


class Numbers:
    """Draws numbers by lot; a mobile number never comes twice."""

    def __init__(self, lot: random.Random) -> None:
        self._lot = lot
        self._mobiles: set[str] = set()

    def mobile(self) -> str:
        """Return a mobile number of a beginning that is not assigned."""
        while (made := self._lot.choice(_UNASSIGNED) + self._digits(8)) in self._mobiles:
            pass
        self._mobiles.add(made)
        return made

    def resident(self, county: str, born: date, number: int) -> str:
        """Return a resident identity number; ``county`` is a code that was never issued."""
        body = f"{county}{born:%Y%m%d}{number % 1000:03}"
        total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def card(self) -> str:
        """Return a card number of the range for tests, with its Luhn digit."""
        body = _TEST_CARDS + self._digits(8)
        odd = sum(DOUBLED[int(digit)] for digit in body[::-2])
        even = sum(int(digit) for digit in body[-2::-2])
        return body + str(-(odd + even) % 10)

    def ip(self) -> str:
        """Return an address of the networks for documentation."""
        return self._lot.choice(_DOCUMENTATION) + str(self._lot.randint(1, 254))

    def device(self) -> uuid.UUID:
        """Return the name of a device."""
        return uuid.UUID(int=self._lot.getrandbits(128), version=4)

    def _digits(self, count: int) -> str:
        return "".join(self._lot.choices("0123456789", k=count))
