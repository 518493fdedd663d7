"""Which items of information are necessary for a basic function: the lists of necessary-pi art. 5.

An item is necessary where the list of the app's category names it and its condition holds. Nothing is
guessed: with a condition unknown an item is neither, and what follows from it stays open.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from shouxin.engine import parser
from shouxin.engine.expression import TRUE, Expression, Facts, atoms, names, reduced, value
from shouxin.law.model import AppCategory
from shouxin.law.wording import FactType

INSTRUMENT = "necessary-pi"
"""Where the lists stand, and the readings that their items depend on."""

OTHER = "other"
"""The category of what belongs to none of the 39."""

_Items = frozenset[str]


class Needed(NamedTuple):
    """When an item of a list is necessary; ``before`` are items of which only one is, and it comes later."""

    condition: Expression
    before: _Items


class Lists:
    """The lists under the readings chosen; an app of the category ``other`` has none (art. 3 decides)."""

    def __init__(
        self, categories: Iterable[AppCategory], readings: Mapping[str, str], types: Mapping[str, FactType]
    ) -> None:
        """Raise ``LawError`` for a condition that cannot be read; ``readings`` are full names and answers."""
        answers = {
            name.partition(":")[2]: answer
            for name, answer in readings.items()
            if name.startswith(f"{INSTRUMENT}:")
        }
        self._lists = {category.key: dict(_needed(category, answers, types)) for category in categories}

    @property
    def facts(self) -> frozenset[str]:
        """Return the facts that the conditions read."""
        every = (need.condition for needs in self._lists.values() for need in needs.values())
        return frozenset(name for condition in every for name in names(condition))

    def beyond_list(self, facts: Facts, _as_of: date | None) -> bool | None:
        """Tell whether items go beyond the list of the category, or of each that the service can be of."""
        items, one, several = _given(facts)
        if not items:
            return None if items is None else False
        found = {
            _any(_not(self._needs(name, item, items, facts)) for item in items)
            for name in _possible(one, several)
        }
        return found.pop() if len(found) == 1 else None

    def beyond_every_list(self, facts: Facts, _as_of: date | None) -> bool | None:
        """Tell whether some item is on none of the lists of the app's categories, taken together."""
        items, several, *_ = facts.values()
        lists = [name for name in several if name in self._lists] if isinstance(several, frozenset) else []
        if not isinstance(items, frozenset) or not lists:
            return False if items == frozenset() else None
        return _any(_not(_any(self._needs(name, item, items, facts) for name in lists)) for item in items)

    def items_beyond(self, facts: Facts, _as_of: date | None) -> _Items | None:
        """Return the items that go beyond the list of the category, once that is known of every item."""
        items, one, several = _given(facts)
        if not items:
            return items
        beyond = set()
        for item in items:
            found = {self._needs(name, item, items, facts) for name in _possible(one, several)}
            if len(found) != 1 or None in found:
                return None
            if False in found:
                beyond.add(item)
        return frozenset(beyond)

    def asks(self, facts: Facts) -> tuple[str, ...]:
        """Return which of the facts that ``beyond_list`` follows from are to be asked for, in order."""
        items_name, category_name, *_ = facts
        items, one, _ = _given(facts)
        if one is None:
            return (category_name,)
        if items is None:
            return (items_name,) if one in self._lists else ()
        open_ = [item for item in sorted(items) if self._needs(one, item, items, facts) is None]
        left = [reduced(self._lists[one][item].condition, facts) for item in open_ if one in self._lists]
        return tuple(dict.fromkeys(atom.name for condition in left for atom in atoms(condition)))

    def _needs(self, category: str, item: str, items: _Items, facts: Facts) -> bool | None:
        """Tell whether ``item`` is necessary for a category where ``items`` are asked for."""
        if category not in self._lists:
            return None
        need = self._lists[category].get(item)
        if need is None or not need.before.isdisjoint(items):
            return False
        return value(need.condition, facts)


def only_category(facts: Facts, _as_of: date | None) -> str | None:
    """Return the category of an app that has one only: ``other`` where it is of none of the 39."""
    (several,) = facts.values()
    if not isinstance(several, frozenset) or len(several) > 1:
        return None
    return next(iter(several), OTHER)


def _needed(
    category: AppCategory, answers: Mapping[str, str], types: Mapping[str, FactType]
) -> Iterator[tuple[str, Needed]]:
    order = [item.key for item in category.necessary]
    for item in category.necessary:
        need = item.need(answers)
        where = f"app categories, {category.key}, {item.key}"
        condition = parser.parse(need.when, types, where=where) if need.when else TRUE
        yield item.key, Needed(condition, frozenset(need.one_of).intersection(order[: order.index(item.key)]))


def _given(facts: Facts) -> tuple[_Items | None, str | None, _Items | None]:
    """Return the items, the category and the categories, which come first among the facts."""
    items, one, several, *_ = facts.values()
    return (
        items if isinstance(items, frozenset) else None,
        one if isinstance(one, str) else None,
        several if isinstance(several, frozenset) else None,
    )


def _possible(one: str | None, several: _Items | None) -> _Items:
    """Return the categories that the service can be of; ``other`` alone decides nothing."""
    return frozenset([one]) if one else several or frozenset([OTHER])


def _any(worths: Iterable[bool | None]) -> bool | None:
    found = set(worths)
    return True if True in found else None if None in found else False


def _not(worth: bool | None) -> bool | None:
    return None if worth is None else not worth
