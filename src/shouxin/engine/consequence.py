"""What follows when a provision is reached: sanctions with their ranges, as exact decimal text."""

from collections.abc import Mapping
from fractions import Fraction

from shouxin.engine.local import exactly
from shouxin.law.base import Shape, Words
from shouxin.law.mechanism import Sanction
from shouxin.law.model import Provision


class Consequence(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One sanction or other consequence; ``amount`` is the range's upper end (or value) where it is a share.

    Figures are exact decimal text, or a fraction; ``may`` where the authority need not impose it.
    """

    who: str
    kind: str
    min: str | None
    max: str | None
    unit: str
    provision: str
    may: bool
    of: Words | None = None
    amount: str | None = None
    note: Words | None = None


def consequence(
    provision: Provision, cited: str, sanction: Sanction, known: Mapping[str, object]
) -> Consequence:
    """Return one sanction of a provision with its figures; a share of a known fact with its amount."""
    parameter = next((one for one in provision.parameters if one.name == sanction.parameter), None)
    low = high = amount = of = None
    unit = ""
    if parameter:
        unit = parameter.unit
        of = parameter.of
        low = _text(parameter.min if parameter.value is None else parameter.value)
        high = _text(parameter.max if parameter.value is None else parameter.value)
        base = known.get(sanction.base)
        if base is not None and high is not None:
            share = Fraction(high) / 100 if unit == "percent" else Fraction(high)
            amount = decimal(exactly(base) * share)
    return Consequence(
        who=sanction.who,
        kind=sanction.kind,
        min=low,
        max=high,
        unit=unit,
        provision=cited,
        may=sanction.may or bool(parameter and parameter.discretionary),
        of=of,
        amount=amount,
        note=sanction.note,
    )


def _text(figure: int | str | None) -> str | None:
    return None if figure is None else str(figure)


def decimal(exact: Fraction) -> str:
    """Return an exact number as decimal text where it has one, else as a fraction."""
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(exact)
    digits = 0
    while exact.denominator != 1 and (exact * 10**digits).denominator != 1:
        digits += 1
    scaled = str(int(exact * 10**digits)).rjust(digits + 1, "0")
    return f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled
