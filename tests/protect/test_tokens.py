"""FF1 on the standard's samples, and tokens that keep the format of numbers."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.protect.ff1 import ff1
from shouxin.protect.resident import Ranks
from tests.protect.made_up import OTHER_KEYS, column, protector

KEY = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TEN, NINETEEN = "0123456789", "0123456789abcdefghi"
LONG, SHORT = "3737373770717273373737", "39383736353433323130"
SAMPLES = [
    (16, 10, TEN, "", "2433477484"),
    (16, 10, TEN, SHORT, "6124200773"),
    (16, 36, NINETEEN, LONG, "a9tv40mll9kdu509eum"),
    (24, 10, TEN, "", "2830668132"),
    (24, 10, TEN, SHORT, "2496655549"),
    (24, 36, NINETEEN, LONG, "xbj3kv35jrawxv32ysr"),
    (32, 10, TEN, "", "6657667009"),
    (32, 10, TEN, SHORT, "1001623463"),
    (32, 36, NINETEEN, LONG, "xs8a0azh2avyalyzuwd"),
]
RESIDENT_IDS = st.builds(
    lambda place, day, number: _with_check(f"{place}{day:%Y%m%d}{number:03d}"),
    st.sampled_from(["110105", "440305", "650100", "810000"]),
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.integers(0, 999),
)


def _with_check(body: str) -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _luhn(number: str) -> bool:
    digits = [int(sign) for sign in number if sign.isdigit()]
    return sum(digits[-1::-2] + [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]) % 10 == 0


def _array(text: str) -> Any:
    return np.array([[DIGITS.index(sign) for sign in text]], np.uint8)


def both_ways(kind: str, values: list[str | None], action: str = "{do: token}") -> list[Any]:
    """Return the tokens of values, having checked that they turn back."""
    shield = protector(f"default: {action}")
    tokens = shield.column(pa.array(values, pa.string()), kind)
    assert shield.restored(tokens, kind).to_pylist() == values
    found: list[Any] = tokens.to_pylist()
    return found


@pytest.mark.parametrize(("size", "radix", "plain", "tweak", "expected"), SAMPLES)
def test_the_samples_of_the_standard(size: int, radix: int, plain: str, tweak: str, expected: str) -> None:
    """NIST's nine FF1 samples, there and back, in a batch of three equal rows."""
    key, row = bytes.fromhex(KEY)[:size], np.frombuffer(bytes.fromhex(tweak), np.uint8)
    tweaks = np.tile(row, (3, 1))
    found = ff1(np.repeat(_array(plain), 3, axis=0), key, tweaks, radix=radix)
    assert (found == _array(expected)).all()
    assert (ff1(found, key, tweaks, radix=radix, decrypt=True) == _array(plain)).all()


def test_too_small_a_domain_is_refused() -> None:
    """Fewer than a million values cannot be encrypted in their own format."""
    with pytest.raises(InputError) as caught:
        ff1(_array("12345"), b"k" * 16, np.zeros((1, 0), np.uint8))
    assert caught.value.code == "protect-domain"


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@given(numbers=st.lists(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), max_size=20, unique=True))
def test_mobile_numbers_keep_their_prefix(cipher: str, numbers: list[str | None]) -> None:
    """Every token is a number of the same prefix, no two are the same, and all turn back."""
    tokens = both_ways("mobile", numbers, f"{{do: token, cipher: {cipher}}}")
    assert [token[:3] for token in tokens] == [number[:3] for number in numbers if number]
    assert len(set(tokens)) == len(numbers)


def test_the_same_number_has_one_token_however_it_is_written() -> None:
    """Spaces, hyphens and a country code stay where they are; the digits are those of the plain number."""
    tokens = both_ways("mobile", ["13800138000", "138-0013-8000", "+86 13800138000", None, ""])
    assert tokens[1].replace("-", "") == tokens[0]
    assert tokens[2] == f"+86 {tokens[0]}"
    assert column("{do: token}", ["１３８００１３８０００"], "mobile") == [tokens[0]]


@given(st.lists(RESIDENT_IDS, max_size=20, unique=True))
def test_resident_ids_become_well_formed_ones(numbers: list[str | None]) -> None:
    """A token has a province, a date, and the right check character; and no two are the same."""
    tokens = both_ways("resident_id", numbers)
    for token in tokens:
        assert _with_check(token[:17]) == token
        assert (
            date(1900, 1, 1)
            <= date(int(token[6:10]), int(token[10:12]), int(token[12:14]))
            <= date(2030, 12, 31)
        )
        assert 11 <= int(token[:2]) <= 83
    assert len(set(tokens)) == len(numbers)


def test_a_resident_id_can_keep_its_place() -> None:
    """With a head the six digits of the place stay, and are the tweak."""
    tokens = both_ways("resident_id", ["11010519491231002X"], "{do: token, head: 6}")
    assert tokens[0].startswith("110105")
    assert tokens[0] != "11010519491231002X"


def test_the_ranks_count_every_number_once() -> None:
    """The first and the last rank are spelt as the first and the last number, and read back."""
    ranks = Ranks(2030, place_stays=False)
    octets = ranks.spelt(np.array([0, ranks.count - 1], np.uint64), np.empty((2, 0), np.uint8))
    spelt = [row.tobytes().decode() for row in octets]
    assert spelt == [_with_check("11000019000101000"), _with_check("83999920301231999")]
    back, good = ranks.rank(octets)
    assert good.all()
    assert back.tolist() == [0, ranks.count - 1]


@pytest.mark.parametrize("number", ["4111111111111111", "6222 0212 3456 7890 128", "5105-1051-0510-5100"])
def test_cards_keep_their_issuer_and_pass_luhn(number: str) -> None:
    """The first six digits stay, the rest changes, and the check digit is right."""
    token = both_ways("bank_card", [number])[0]
    assert token[:7].replace(" ", "")[:6] == number[:7].replace(" ", "")[:6]
    assert token != number
    assert _luhn(token)


def test_a_qq_number_never_begins_with_nought() -> None:
    """Cycle-walking leaves out what no account has."""
    tokens = both_ways("qq", [str(number) for number in range(1_000_000, 1_000_400)])
    assert all(token[0] != "0" and len(token) == 7 for token in tokens)


def test_letters_stay_where_a_type_has_them() -> None:
    """A passport keeps its letter; a mobile number with one is not of the format."""
    assert both_ways("passport", ["E12345678"])[0].startswith("E")
    with pytest.raises(InputError):
        column("{do: token}", ["138a0138000"], "mobile")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bank_card", "411111111111"),
        ("bank_card", "4111111111111112"),
        ("resident_id", "110105194912310021"),
        ("resident_id", "11010519490230002X"),
        ("resident_id", _with_check("11010520310101002")),
        ("resident_id", _with_check("99010519491231002")),
        ("qq", "10001"),
        ("qq", "01234567"),
        ("mobile", "n/a"),
        ("mobile", "0" * 41),
        ("email", "a@example.com"),
    ],
)
def test_what_is_not_of_the_format_is_refused_by_its_row(kind: str, value: str) -> None:
    """The error counts and places the values and never quotes them; the policy can redact them instead."""
    with pytest.raises(InputError) as caught:
        column("{do: token}", [None, value], kind)
    assert caught.value.code == "protect-unfit"
    assert value not in str(caught.value)
    if kind != "email":
        assert "number 2" in str(caught.value)
        assert column("{do: token, unfit: redact}", [None, value], kind)[1].startswith("[")


def test_scope_type_and_key_make_other_tokens() -> None:
    """A partner's tokens say nothing about another partner's."""
    value = pa.array(["13800138000"])
    shields = [
        protector("default: {do: token}"),
        protector("default: {do: token}", scope="partner"),
        protector("default: {do: token}", OTHER_KEYS),
        protector("default: {do: token, cipher: aes}"),
    ]
    assert len({shield.column(value, "mobile")[0].as_py() for shield in shields}) == 4


def test_a_long_column_of_mixed_lengths_turns_back() -> None:
    """More rows than are worked on at once, with nulls, empties and several lengths."""
    values = [
        None if row % 7 == 0 else "" if row % 11 == 0 else f"{13800000000 + row}" + "0" * (row % 3)
        for row in range(70_000)
    ]
    assert len(both_ways("mobile", values)) == 70_000
