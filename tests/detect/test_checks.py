"""Known answers for every check digit, from the standards themselves or from numbers printed as examples."""

import pytest

from shouxin.detect import scan
from shouxin.detect.fallback import checks


@pytest.mark.parametrize("number", [b"11010519491231002X", b"440524188001010014", b"810000199408230021"])
def test_resident_numbers(number: bytes) -> None:
    """The two examples of GB 11643, and that of the residence permit."""
    assert checks.resident(number)
    for digit in b"0123456789X":
        assert checks.resident(number[:17] + bytes((digit,))) == (digit == number[17])


@pytest.mark.parametrize(
    "number", [b"4111111111111111", b"5555555555554444", b"378282246310005", b"79927398713"]
)
def test_luhn(number: bytes) -> None:
    """Test cards of the networks, and the example of the method's textbook."""
    assert checks.luhn(number)
    assert not checks.luhn(number[:-1] + bytes((48 + (number[-1] - 47) % 10,)))


def test_credit_code() -> None:
    """The example of GB 32100 passes, and no other check character does."""
    assert checks.uscc(b"91350100M000100Y43")
    assert sum(checks.uscc(b"91350100M000100Y4" + bytes((c,))) for c in checks.USCC) == 1
    assert not checks.uscc(b"91350100I000100Y43")


def test_organisation_code() -> None:
    """The example of GB 11714: D2143569-X."""
    assert checks.organisation(b"D2143569X")
    assert not checks.organisation(b"D21435691")


def test_vehicle_number() -> None:
    """The example of ISO 3779's method passes; one digit off it does not."""
    assert checks.vin(b"1M8GDM9AXKP042788")
    assert not checks.vin(b"1M8GDM9A0KP042788")
    assert not checks.vin(b"1M8GDM9AXKP04278I")


def test_days_of_the_calendar() -> None:
    """Leap years count, and a county code created after the birth never speaks against a number."""
    assert checks.day(b"20000229")
    assert not checks.day(b"19000229")
    assert not checks.day(b"19991301")
    assert [found.type for found in scan("440305195001010018 440524188001010014")][-1] == "resident_id"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("440524188001010014", "resident_id"),
        ("5555555555554444", "bank_card"),
        ("1M8GDM9AXKP042788", "vin"),
        ("490154203237518", "imei"),
    ],
)
def test_both_engines_know_the_same_answers(number: str, kind: str, engine: str) -> None:
    """A right number is found by either engine, and with one digit changed by neither."""
    assert [found.type for found in scan(number)] == [kind]
    changed = number[:5] + str((int(number[5]) + 1) % 10 if number[5].isdigit() else 7) + number[6:]
    assert kind not in [found.type for found in scan(changed)]
