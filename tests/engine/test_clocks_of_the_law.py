"""What holds of every clock of the law, on any day, with pauses and extensions, however its readings go."""

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import assume, given
from hypothesis import strategies as some

from shouxin.engine.calendar import official
from shouxin.engine.clock import Clocks
from shouxin.engine.engines import Engines
from shouxin.errors import InputError
from shouxin.law.mechanism import Pause
from shouxin.law.register import register

ENGINES = Engines(register())
DAYS = some.dates(date(2018, 12, 1), date(2026, 3, 1))


class Forms(NamedTuple):
    """A clock under one answer to its readings, and what lengthens it."""

    clocks: Clocks
    provision: str
    extensions: tuple[str, ...]


def forms() -> list[Forms]:
    """Return every clock with a figure under every answer to its readings."""
    found = []
    for entry in register().entries:
        for clock in entry.provision.clock:
            clocks = ENGINES.under(entry.instrument.instrument, clock.readings).clocks
            timer = clocks.timers[str(entry.citation)]
            longer = tuple(
                other.provision
                for other in clocks.timers.values()
                if timer.provision in other.extends and other.span
            )
            if timer.span and not timer.extends:
                found.append(Forms(clocks, timer.provision, longer))
    return found


FORMS = forms()
WORKING = [
    form for form in FORMS if (span := form.clocks.timers[form.provision].span) and span.kind == "working"
]


@some.composite
def pauses(draw: some.DrawFn, start: date) -> tuple[Pause, ...]:
    """Draw up to three pauses, one after the other."""
    found, day = [], start
    for _ in range(draw(some.integers(0, 3))):
        begins = day + timedelta(days=draw(some.integers(0, 20)))
        day = begins + timedelta(days=draw(some.integers(0, 30)))
        found.append(Pause(begins=begins, ends=day))
    return tuple(found)


def last(form: Forms, start: date, still: tuple[Pause, ...] = (), extended_by: tuple[str, ...] = ()) -> date:
    """Return the last day of a clock."""
    found = form.clocks.due(form.provision, start, official(), pauses=still, extended_by=extended_by).due
    assert found is not None
    return found


def test_there_are_clocks_to_look_at() -> None:
    """Those of working days are among them, also one that counts them under another reading only."""
    assert {form.provision for form in WORKING} >= {
        "cybersecurity-review:art_9",
        "algorithm-recommendation:art_25__cl_1",
        "news-staff:art_16__para_3__cl_2",
        "miit-24:art_12__cl_4",
    }
    assert len(FORMS) > 25


@given(some.sampled_from(WORKING), DAYS, some.data())
def test_a_working_day_clock_of_the_law_ends_on_a_working_day(
    form: Forms, start: date, data: some.DataObject
) -> None:
    """Whatever pauses it had and whatever lengthened it, the last day is a working day."""
    still = data.draw(pauses(start))
    assert official().working(last(form, start, still, form.extensions))


@given(some.sampled_from(FORMS), DAYS, some.data())
def test_a_pause_or_an_extension_never_shortens(form: Forms, start: date, data: some.DataObject) -> None:
    """Time that is left out, a longer pause, or an extension never brings the end forward."""
    assume(form.clocks.timers[form.provision].direction != "before")
    still = data.draw(pauses(start))
    plain = last(form, start)
    held = last(form, start, still)
    assert plain <= held <= last(form, start, still, form.extensions)
    if still:
        longer = Pause(begins=still[-1].begins, ends=still[-1].ends + timedelta(days=1))
        assert held <= last(form, start, (*still[:-1], longer))


@given(some.sampled_from(FORMS), DAYS)
def test_a_clock_of_the_law_that_starts_later_never_ends_earlier(form: Forms, start: date) -> None:
    """A day later at the start is no earlier end, counted forwards or back."""
    assert last(form, start) <= last(form, start + timedelta(days=1))


@given(some.sampled_from(FORMS), DAYS, some.integers(-3, 3), some.integers(-3, 3))
def test_a_pause_that_cannot_be_is_refused(form: Forms, start: date, begins: int, ends: int) -> None:
    """A pause that ends before it begins, or begins before its clock, is an error with a code."""
    still = (Pause(begins=start + timedelta(days=begins), ends=start + timedelta(days=ends)),)
    try:
        last(form, start, still)
    except InputError as error:
        assert error.code == "clock-pause"
        assert begins < 0 or ends < begins
    else:
        assert 0 <= begins <= ends
