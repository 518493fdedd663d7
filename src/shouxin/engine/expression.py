"""Conditions as values: facts compared with literals, joined by AND, OR and NOT.

A condition is worth True, False or None, and None means that the facts given do not decide it:
Kleene's strong three-valued logic, which is also SQL's. ``value`` here is the reference that every
compiled form must agree with.
"""

from collections.abc import Iterator, Mapping

import msgspec


class _Node(msgspec.Struct, frozen=True, tag_field="op"):
    """Common habits of all conditions: immutable, hashable, tagged for storage."""


class Fact(_Node, frozen=True, tag="fact"):
    """A boolean fact that must hold."""

    name: str


class Compare(_Node, frozen=True, tag="compare"):
    """A fact compared with a literal by ``=``, ``<>``, ``<``, ``<=``, ``>`` or ``>=``."""

    name: str
    sign: str
    literal: int | str


class Among(_Node, frozen=True, tag="among"):
    """A fact that is one of several literals."""

    name: str
    literals: tuple[int | str, ...]


class Not(_Node, frozen=True, tag="not"):
    """The opposite of a condition."""

    item: "Expression"


class All(_Node, frozen=True, tag="all"):
    """Every one of several conditions; none at all is true."""

    items: tuple["Expression", ...]


class AnyOf(_Node, frozen=True, tag="any"):
    """At least one of several conditions; none at all is false."""

    items: tuple["Expression", ...]


Expression = Fact | Compare | Among | Not | All | AnyOf
Atom = Fact | Compare | Among
Facts = Mapping[str, object]

TRUE = All(())
FALSE = AnyOf(())


def value(expression: Expression, facts: Facts) -> bool | None:
    """Return what ``expression`` is worth; a fact that is absent or None is unknown."""
    match expression:
        case Fact(name):
            known = facts.get(name)
            return known if isinstance(known, bool) else None
        case Compare(name, sign, literal):
            return _compared(facts.get(name), sign, literal)
        case Among(name, literals):
            known = facts.get(name)
            return None if known is None else known in literals
        case Not(item):
            worth = value(item, facts)
            return None if worth is None else not worth
        case All(items):
            worths = [value(item, facts) for item in items]
            return False if False in worths else None if None in worths else True
        case AnyOf(items):
            worths = [value(item, facts) for item in items]
            return True if True in worths else None if None in worths else False


def atoms(expression: Expression) -> Iterator[Atom]:
    """Yield every comparison and fact in ``expression``, in order, repeated where it is."""
    match expression:
        case Not(item):
            yield from atoms(item)
        case All(items) | AnyOf(items):
            for item in items:
                yield from atoms(item)
        case Fact() | Compare() | Among():
            yield expression


def names(expression: Expression) -> set[str]:
    """Return the names of the facts that ``expression`` reads."""
    return {atom.name for atom in atoms(expression)}


def both(*items: Expression) -> Expression:
    """Return the conjunction of ``items``, flat, without what is always true."""
    flat: list[Expression] = []
    for item in items:
        flat += item.items if isinstance(item, All) else (item,)
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else All(unique)


def either(*items: Expression) -> Expression:
    """Return the disjunction of ``items``, flat, without what is always false."""
    flat: list[Expression] = []
    for item in items:
        flat += item.items if isinstance(item, AnyOf) else (item,)
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else AnyOf(unique)


def reduced(expression: Expression, facts: Facts) -> Expression:
    """Return what is left of ``expression`` once ``facts`` are put in: what is unknown and still matters."""
    match expression:
        case Not(item):
            inner = reduced(item, facts)
            return FALSE if inner == TRUE else TRUE if inner == FALSE else Not(inner)
        case All(items):
            parts = [reduced(item, facts) for item in items]
            return FALSE if FALSE in parts else both(*parts)
        case AnyOf(items):
            parts = [reduced(item, facts) for item in items]
            return TRUE if TRUE in parts else either(*parts)
        case _:
            worth = value(expression, facts)
            return expression if worth is None else TRUE if worth else FALSE


def normal(expression: Expression, *, negated: bool = False) -> Expression:
    """Return ``expression`` (or its opposite) with every NOT directly before an atom, and flat."""
    match expression:
        case Not(item):
            return normal(item, negated=not negated)
        case All(items):
            parts = tuple(normal(item, negated=negated) for item in items)
            return either(*parts) if negated else both(*parts)
        case AnyOf(items):
            parts = tuple(normal(item, negated=negated) for item in items)
            return both(*parts) if negated else either(*parts)
        case _:
            return Not(expression) if negated else expression


def _compared(known: object, sign: str, literal: int | str) -> bool | None:
    if known is None:
        return None
    if sign == "=":
        return known == literal
    if sign == "<>":
        return known != literal
    if isinstance(known, str) != isinstance(literal, str):
        return None
    if sign == "<":
        return known < literal  # type: ignore[operator]
    if sign == "<=":
        return known <= literal  # type: ignore[operator]
    return known > literal if sign == ">" else known >= literal  # type: ignore[operator]
