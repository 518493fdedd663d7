"""``shouxin.decide`` as an application uses it."""

import doctest
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

import shouxin
from shouxin import sdk
from shouxin.errors import InputError


def test_the_example_in_the_documentation_is_true() -> None:
    """The doctest of the package runs."""
    assert doctest.testmod(sdk).failed == 0


def test_a_day_may_be_text_or_a_date() -> None:
    """Both are the same day, and a word that is no day is refused."""
    facts = {"act": "send_message", "message.channel": "mobile_phone"}
    assert shouxin.decide(facts, as_of="2025-06-03") == shouxin.decide(facts, as_of=date(2025, 6, 3))
    with pytest.raises(InputError, match="no day"):
        shouxin.decide(facts, as_of="soon")
    assert shouxin.decide(facts).as_of >= date(2026, 1, 1)


def test_importing_the_package_costs_nothing() -> None:
    """``import shouxin`` brings in no other module of ours, and an unknown name is an AttributeError."""
    code = "import shouxin, sys; print([m for m in sys.modules if m.startswith('shouxin.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
    with pytest.raises(AttributeError):
        shouxin.nothing  # noqa: B018


def test_an_application_can_choose_its_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    """By an argument, by the environment; a reading that there is not is refused."""
    child = {
        "act": "collect",
        "subject.minor_u14": True,
        "consent.given": True,
        "consent.guardian": False,
        "subject.age_knowable": False,
    }
    reading = {"pipl:child-age-knowledge": "known-or-should-be-known"}

    def forbidding(**how: Any) -> list[str]:
        made = shouxin.decide(child, as_of="2025-06-03", assume="ordinary-company", **how)
        return [item.provision for item in made.violations]

    assert "pipl:art_31__para_1" in forbidding()
    assert "pipl:art_31__para_1" not in forbidding(readings=reading)
    with pytest.raises(InputError, match="no reading"):
        shouxin.decide(child, readings={"pipl:none": "x"})
    monkeypatch.setenv("SHOUXIN_READINGS", "pipl:none=x")
    sdk._settings.cache_clear()
    with pytest.raises(InputError, match="no reading"):
        shouxin.decide(child)
    sdk._settings.cache_clear()
