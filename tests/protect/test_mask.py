"""Masks, redaction and generalising, on single values and whole columns."""

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.protect.mask import mask
from shouxin.protect.types import MaskShape, types
from tests.protect.made_up import column


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("mobile", "13800138000", "138****8000"),
        ("mobile", "123", "****"),
        ("person_name", "张三", "张*"),
        ("person_name", "欧阳修", "欧*"),
        ("person_name", "王", "*"),
        ("email", "zhang@example.com", "z***@example.com"),
        ("email", "a@example.com", "***@example.com"),
        ("email", "张三丰@example.com", "张***@example.com"),
        ("email", "a@b@example.com", "a***@example.com"),
        ("email", "no mark", "n***"),
        ("resident_id", "11010519491231002X", "110105********002X"),
        ("bank_card", "6222021234567890128", "622202******0128"),
        ("bank_card", "622202123456", "******"),
        ("address", "北京市朝阳区建国路88号", "北京市朝阳区****"),
        ("medical", "高血压", "****"),
    ],
)
def test_a_mask_shows_what_its_type_allows(kind: str, value: str, masked: str) -> None:
    """Head, tail and stars are the type's; what is too short is all stars."""
    assert column("{do: mask}", [value, None, ""], kind) == [masked, None, ""]


def test_the_policy_can_say_how_much_is_shown() -> None:
    """Head, tail and stars of the policy replace the type's."""
    assert column("{do: mask, head: 0, tail: 2, stars: 9}", ["13800138000"], "mobile") == ["*********00"]


def test_each_part_of_a_list_in_a_cell_is_masked() -> None:
    """With a separator every part of the cell is masked by itself."""
    found = column('{do: mask, split: ","}', ["13800138000,13900139000", None], "mobile")
    assert found == ["138****8000,139****9000", None]


@given(st.sampled_from(sorted(types())), st.lists(st.none() | st.text(min_size=1, max_size=30), max_size=8))
def test_a_mask_never_shows_more_than_two_thirds(kind: str, values: list[str | None]) -> None:
    """Whatever the text, at least a third of it is hidden, e-mail's domain apart."""
    shape = types()[kind].mask
    masked = mask(pa.array(values, pa.string()), shape).to_pylist()
    for value, shown in zip(values, masked, strict=True):
        if value is None:
            assert shown is None
        elif not shape.before:
            assert shown == "*" * shape.stars or (
                3 * (shape.head + shape.tail) <= 2 * len(value)
                and shown == value[: shape.head] + "*" * shape.stars + value[len(value) - shape.tail :]
            )


@given(st.lists(st.none() | st.from_regex(r"[a-z@张]{1,12}", fullmatch=True), min_size=1, max_size=8))
def test_addresses_in_one_column_are_masked_as_one_by_one(values: list[str | None]) -> None:
    """Values put in order for speed come back in their own."""
    shape = MaskShape(head=1, stars=3, before="@")
    together = mask(pa.array(values, pa.string()), shape).to_pylist()
    assert together == [mask(pa.array([value], pa.string()), shape)[0].as_py() for value in values]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([13800138000, None]),
        pa.array([13800138000.0, None]),
        pa.array([b"13800138000", None]),
        pa.array(["13800138000", None]).dictionary_encode(),
        pa.array(["x", "13800138000", None]).slice(1),
        pa.chunked_array([["13800138000"], [None]]),
        pa.array(["13800138000", None], pa.large_string()),
    ],
)
@pytest.mark.parametrize(
    "action", ["{do: mask}", "{do: token}", "{do: encrypt}", "{do: pseudonym}", "{do: redact}"]
)
def test_columns_that_are_not_plain_text_are_protected_too(values: Any, action: str) -> None:
    """Numbers, bytes, dictionaries, slices and chunks: the value goes, the null stays."""
    found = column(action, values, "mobile")
    assert found[1] is None
    assert found[0] != "13800138000"
    assert found == column(action, ["13800138000", None], "mobile") or "encrypt" in action


def test_lists_are_protected_item_by_item() -> None:
    """A column of lists keeps its shape, its nulls and its empty lists."""
    values = pa.array([["13800138000", None], None, [], ["13900139000"]])
    expected = [["138****8000", None], None, [], ["139****9000"]]
    assert column("{do: mask}", values, "mobile") == expected
    assert column("{do: mask}", values.slice(2), "mobile") == expected[2:]


@pytest.mark.parametrize("values", [pa.array([b"\xff"]), pa.array([{"a": 1}])])
def test_a_column_without_plain_text_is_refused(values: Any) -> None:
    """Bytes that are no text, and structures, are an error and no pass-through."""
    with pytest.raises(InputError) as caught:
        column("{do: mask}", values, "mobile")
    assert caught.value.code == "protect-column"


@pytest.mark.parametrize(
    ("how", "value", "general"),
    [
        ("to: year", "1990-01-02", "1990"),
        ("to: year", "1990年1月2日", "1990"),
        ("to: year", "19900102", "1990"),
        ("to: year", "90年", "[出生日期]"),
        ("to: month", "1990.3.2", "1990-03"),
        ("to: month", "1990年", "[出生日期]"),
        ("to: decade", "1994-01-02", "1990s"),
        ("to: district", "北京市朝阳区建国路88号", "北京市朝阳区"),
        ("to: district", "广东省深圳市南山区科技园", "广东省深圳市南山区"),
        ("to: district", "新疆维吾尔自治区乌鲁木齐市天山区1号", "新疆维吾尔自治区乌鲁木齐市天山区"),
        ("to: district", "湖北省荆州市沙市区1号", "湖北省荆州市沙市区"),
        ("to: district", "朝阳小区3号楼", "[出生日期]"),
        ("to: district", "北京市幸福小区3号楼", "北京市"),
        ("to: city", "广东省深圳市南山区", "广东省深圳市"),
        ("to: province", "广东省深圳市", "广东省"),
        ("to: province", "深圳市南山区", "[出生日期]"),
        ("to: network", "192.0.2.77", "192.0.2.0/24"),
        ("to: network", "2001:db8::1", "2001:db8::/48"),
        ("to: network, ipv4_prefix: 16", "198.51.100.7", "198.51.0.0/16"),
        ("to: network", "192.0.2.777", "[出生日期]"),
        ("to: band", "34岁", "30-39"),
        ("to: band, width: 5, top: 90", "99", "≥90"),
        ("to: band, edges: [1000, 5000.5]", "1000", "1000≤…<5000.5"),
        ("to: band, edges: [1000, 5000.5]", "7", "<1000"),
    ],
)
def test_less_is_said_and_what_cannot_be_read_is_redacted(how: str, value: str, general: str) -> None:
    """Dates, addresses, IP addresses and numbers are generalised, and anything else goes."""
    assert column(f"{{do: generalise, {how}}}", [value, None], "birth_date") == [general, None]


def test_dates_of_a_date_column_become_years() -> None:
    """A column of dates needs no reading of text."""
    assert column("{do: generalise, to: year}", [datetime.date(1990, 1, 2)], "birth_date") == ["1990"]
