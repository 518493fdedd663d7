"""Numbers known in part: a condition is worth exactly what every possible number agrees on."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shouxin.engine.counts import ANY, Range, compared, narrowed
from shouxin.errors import InputError
from shouxin.law.base import Words
from shouxin.law.mechanism import LocalFact

SIGNS = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
LABEL = Words(zh="数", en="number")
RANGES = some.tuples(some.integers(0, 6), some.integers(0, 6)).map(lambda pair: ranged(min(pair), max(pair)))


def ranged(low: int, high: int) -> Range:
    """Return the range between two whole numbers."""
    return Range(Fraction(low), Fraction(high))


def numbers(**more: LocalFact) -> dict[str, LocalFact]:
    """Return two counts, their total, and what else is given."""
    plain = {name: LocalFact(name=name, type="int", label=LABEL) for name in ("one", "two")}
    total = LocalFact(name="total", type="int", label=LABEL, total=("one", "two"))
    return {**plain, "total": total, **more}


@given(RANGES, some.sampled_from(sorted(SIGNS)), RANGES)
def test_a_comparison_is_worth_what_all_numbers_agree_on(left: Range, sign: str, right: Range) -> None:
    """True or false where no pair of numbers differs, open where some do."""
    ends = [range(int(item.low), int(item.high or 0) + 1) for item in (left, right)]
    worths = {SIGNS[sign](a, b) for a, b in itertools.product(*ends)}
    assert compared(left, sign, right) is (worths.pop() if len(worths) == 1 else None)


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_a_number_without_an_end_settles_only_what_it_must(sign: str) -> None:
    """At least five is more than four, and may be anything from five on."""
    assert compared(Range(Fraction(5), None), sign, ranged(4, 4)) is SIGNS[sign](5, 4)
    assert compared(Range(Fraction(5), None), sign, ranged(7, 7)) is None


@given(some.integers(0, 9), some.integers(0, 9), some.sets(some.sampled_from(["one", "two", "total"])))
def test_a_total_and_its_parts_narrow_each_other(one: int, two: int, known: set[str]) -> None:
    """Whatever is left out, the truth lies in the range; two of the three give the third."""
    truth = {"one": one, "two": two, "total": one + two}
    found = narrowed(numbers(), {name: ranged(truth[name], truth[name]) for name in known})
    for name, worth in truth.items():
        here = found[name]
        assert here.low <= worth and (here.high is None or worth <= here.high)
        assert len(known) < 2 or here.exact == worth


def test_what_is_at_most_another_is_never_more() -> None:
    """The distinct ones among five are at most five, and three of them make at least three."""
    few = LocalFact(name="few", type="int", label=LABEL, at_most="total")
    assert narrowed(numbers(few=few), {"total": ranged(5, 5)})["few"] == ranged(0, 5)
    assert narrowed(numbers(few=few), {"few": ranged(3, 3)})["total"] == Range(Fraction(3), None)


@pytest.mark.parametrize("known", [{"one": 3, "total": 2}, {"one": 1, "two": 1, "total": 3}])
def test_numbers_that_cannot_be_are_refused(known: dict[str, int]) -> None:
    """A total less than a part, or other than the sum of all, is a contradiction."""
    with pytest.raises(InputError) as refused:
        narrowed(numbers(), {name: ranged(worth, worth) for name, worth in known.items()})
    assert refused.value.code == "fact-contradiction"


def test_what_is_not_known_stays_open() -> None:
    """Without a fact every number may be anything from nothing up."""
    assert set(narrowed(numbers(), {}).values()) == {ANY}
