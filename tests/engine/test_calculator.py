"""Thresholds: exact, never reached or missed by what is not known, and nothing impossible is taken."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shouxin.engine.calculator import Calculated, Calculators
from shouxin.engine.engines import Engines
from shouxin.errors import InputError
from shouxin.law.register import register

DAY = date(2025, 6, 3)
HOME = "judicial-interpretation-2019-15"
CLASSES = {"class_1_records": 500, "class_2_records": 5000, "class_3_records": 50000}
COUNTS = some.one_of(some.integers(0, 60), some.integers(0, 60000))
ARTICLES = {
    "art_3": ("illegal_videos", "other_illegal_items", "accounts_reached", "actual_clicks"),
    "art_4": ("track", "credit", "class_1_records", "health", "class_2_records", "class_3_records"),
    "art_10": ("sites", "groups", "items_published", "illegal_gains", "registered_accounts"),
    "art_12": ("recipients_helped", "settlement_amount", "funds_given", "illegal_gains"),
}


@cache
def law(*answers: tuple[str, str]) -> Calculators:
    """Return the calculators of the installed law, under some other answers to readings."""
    engines = Engines(register())
    return engines.calculating({f"{HOME}:{reading}": answer for reading, answer in answers})


def ask(unit: str, known: Mapping[str, object], *answers: tuple[str, str], on: date = DAY) -> Calculated:
    """Return what the calculators under a unit of the interpretation come to."""
    return law(*answers).calculate(f"{HOME}:{unit}", known, on)


def refused(unit: str, known: Mapping[str, object], on: date = DAY) -> str:
    """Return the code with which a question is refused."""
    with pytest.raises(InputError) as caught:
        ask(unit, known, on=on)
    assert caught.value.what and caught.value.remedy
    return caught.value.code


def test_three_fifths_and_two_fifths_are_one() -> None:
    """300 tracks of 500 and 2,000 stays of 5,000 reach the threshold, by the rule and exactly."""
    found = ask("art_4", {"track": "300", "accommodation": "2000"})
    assert (found.reached, found.sum, found.decided_by) == (True, "1", "rule")
    assert [part.sum for part in found.parts if part.provision == f"{HOME}:art_4__item_4"] == ["1"]


@given(some.fixed_dictionaries({name: some.integers(0, per) for name, per in CLASSES.items()}))
def test_the_sum_is_the_exact_fraction(counts: dict[str, int]) -> None:
    """No rounding: the sum of the shares is compared as it is."""
    found = ask("art_4", counts)
    total = sum((Fraction(counts[name], per) for name, per in CLASSES.items()), Fraction(0))
    assert found.sum == str(total)
    assert (found.reached is True) == (total >= 1)


@given(some.integers(0, 600), some.integers(0, 600))
def test_part_of_a_total_is_a_lower_bound(track: int, credit: int) -> None:
    """What is known already may reach the figure; what is not known never makes it missed."""
    found = ask("art_4__item_1", {"track": track, "credit": credit})
    assert found.reached is (True if track + credit >= 500 else None)


def full(article: str, draw: Callable[[some.SearchStrategy[int]], int]) -> dict[str, object]:
    """Draw facts of an article, all of its numbers known and every other thing not so."""
    judged = {item.fact: False for item in law().asks(f"{HOME}:{article}") if item.judgement}
    counts: dict[str, object] = {}
    for name in ARTICLES[article]:
        worth = draw(COUNTS)
        trial = {**counts, name: worth}
        try:
            ask(article, trial)
        except InputError:
            continue
        counts = trial
    return {**judged, **counts}


@given(some.data())
def test_no_answer_is_changed_by_what_was_not_known(data: some.DataObject) -> None:
    """P2: with facts left out, the answer is the same or open, and it names what is missing."""
    article = data.draw(some.sampled_from(sorted(ARTICLES)))
    known = full(article, data.draw)
    whole = ask(article, known).reached
    hidden = data.draw(some.sets(some.sampled_from(sorted(known)))) if known else set()
    part = ask(article, {name: worth for name, worth in known.items() if name not in hidden})
    assert part.reached in (whole, None)
    assert part.reached is not None or part.missing


@given(some.data())
def test_more_of_a_count_never_undoes_what_was_reached(data: some.DataObject) -> None:
    """What is reached stays reached when a count grows."""
    article = data.draw(some.sampled_from(sorted(ARTICLES)))
    known = full(article, data.draw)
    grown = data.draw(some.sampled_from([name for name in ARTICLES[article] if name in known]))
    more = {**known, grown: int(str(known[grown])) + data.draw(COUNTS)}
    try:
        after = ask(article, more)
    except InputError as error:
        assert error.code == "fact-contradiction"
    else:
        assert after.reached is True or ask(article, known).reached is not True


def test_a_provision_after_others_gives_way_to_them() -> None:
    """Once item 1 is reached by itself, item 4 is not; the article stays reached."""
    whole = {"class_1_records": 300, "class_2_records": 2000, "class_3_records": 0}
    assert ask("art_4__item_4", whole).reached is True
    assert ask("art_4__item_4", {"track": 300, "accommodation": 2000}).reached is None
    assert ask("art_4__item_4", {"track": 500, "accommodation": 2000}).reached is False
    assert ask("art_4", {"track": 500, "accommodation": 2000}).reached is True


@pytest.mark.parametrize(
    "worth",
    [-1, "-1", "1.5", 1.5, "1e9", "abc", "", "1,5", "1/0", "1/3", True, "9" * 61, [], {}, math.nan, math.inf],
)
def test_what_is_no_count_is_refused(worth: object) -> None:
    """Negative, broken, endless or of another type: refused, and never read as something else."""
    assert refused("art_4", {"track": worth}) == "fact-type"


@pytest.mark.parametrize("digits", [61, 5000])
def test_a_number_of_too_many_digits_is_refused(digits: int) -> None:
    """No count is that long, and none takes long to refuse."""
    assert refused("art_4", {"track": 10**digits}) == "fact-type"


@pytest.mark.parametrize("worth", ["500", " 500 ", 500, 500.0, "1000/2", "500.0"])
def test_a_whole_number_may_be_written_in_several_ways(worth: object) -> None:
    """What is written differently counts the same."""
    assert ask("art_4__item_1", {"track": worth}).reached is True


def test_thousands_may_be_set_apart() -> None:
    """A comma stands between thousands, and nowhere else."""
    assert ask("art_4__item_2", {"class_2_records": "4,999"}).reached is False
    assert ask("art_12__para_1__item_4", {"illegal_gains": "9,999.99"}).reached is False


@pytest.mark.parametrize(
    ("unit", "known", "code"),
    [
        ("art_4", {"trakc": 1}, "fact-unknown"),
        ("art_4", {"": 1}, "fact-unknown"),
        ("art_4", {"harm_to_person": "perhaps"}, "fact-type"),
        ("art_4", {"harm_to_person": 1}, "fact-type"),
        ("art_5", {"evidence_of": "theft"}, "fact-type"),
        ("art_5", {"evidence_of": ["terrorism"]}, "fact-type"),
        ("art_6", {"first_order_on": "2025-02-30"}, "fact-type"),
        ("art_6", {"first_order_on": "soon"}, "fact-type"),
        ("art_4", {"class_1_records": 100, "track": 101}, "fact-contradiction"),
        ("art_3", {"group_member_accounts": 5, "distinct_group_member_accounts": 6}, "fact-contradiction"),
        ("art_16", {"not_dealt_with": True, "penalised": True}, "fact-contradiction"),
        ("art_99", {}, "law-unknown-provision"),
        ("art_1", {}, "calculator-unknown"),
    ],
)
def test_a_wrong_question_is_refused_with_its_reason(unit: str, known: dict[str, object], code: str) -> None:
    """An unknown fact, a wrong type, numbers that cannot be, a provision that calculates nothing."""
    assert refused(unit, known) == code


def test_nothing_is_calculated_before_the_text_took_effect() -> None:
    """The day before the commencement is refused, the day itself is not."""
    assert refused("art_4", {"track": 500}, date(2019, 10, 31)) == "calculator-not-in-force"
    assert ask("art_4", {"track": 500}, on=date(2019, 11, 1)).reached is True


def test_a_person_decides_only_where_the_rule_does_not() -> None:
    """An open term decides until a count does; the answer says what the text tells to weigh."""
    judged = ask("art_4", {"harm_to_person": True})
    assert (judged.reached, judged.decided_by) == (True, "person")
    assert ask("art_4", {"harm_to_person": True, "track": 500}).decided_by == "rule"
    open_ = ask("art_4__item_5", {})
    assert (open_.reached, open_.decided_by) == (None, "person")
    assert open_.missing[0].judgement and open_.missing[0].weigh


def test_only_what_is_missing_is_asked_for() -> None:
    """A total that is given needs none of its parts, and a part that is given is not asked again."""
    assert [item.fact for item in ask("art_4__item_1", {"track": 1, "credit": 1}).missing] == [
        "communication_content",
        "property",
    ]
    asked = {item.fact for item in ask("art_4__item_4", {"class_1_records": 1}).missing}
    assert "track" not in asked and "accommodation" in asked


def test_five_times_the_standard_is_five_times_the_standard() -> None:
    """The figures worked out for art. 12 para. 2 are five times those of para. 1."""
    provisions = {entry.provision.id: entry.provision for entry in register().find(HOME)}
    derived = {item.name: item.min for item in provisions["art_12__para_2__cl_1"].parameters}
    for item in ("item_2", "item_3", "item_4"):
        (standard,) = provisions[f"art_12__para_1__{item}"].parameters
        assert int(str(derived[standard.name])) == 5 * int(str(standard.min))


def test_another_answer_to_a_reading_changes_the_result_and_is_named() -> None:
    """Ten records of each of 400 persons are 4,000 records, or 400."""
    known = {"class_1_records": 4000, "class_1_persons": 400}
    assert ask("art_4__item_1", known).reached is True
    other = ask("art_4__item_1", known, ("record-unit", "person-per-class"))
    assert other.reached is False
    assert f"{HOME}:record-unit" in other.readings


def test_every_reading_of_the_interpretation_has_what_runs_under_each_answer() -> None:
    """Each alternative brings in a calculator, or another meaning of a fact."""
    (home,) = (item for item in register().instruments if item.instrument == HOME)
    used = [block.readings for p in home.provisions for block in p.calculator]
    used += [meaning.readings for fact in home.facts for meaning in fact.means]
    for reading in home.readings:
        for option in reading.alternatives:
            assert any(one.get(reading.id) == option.id for one in used), (reading.id, option.id)
