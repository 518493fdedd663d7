"""Columns: counts of cells, and what a column holds by cells, name and comment together."""

import pyarrow as pa
import pytest

from shouxin.detect import judge_column, scan_column
from shouxin.errors import InputError
from tests.detect.made_up import MadeUp


def made(kind: str, count: int = 300) -> list[str]:
    """Return a column of one kind."""
    source = MadeUp(11)
    return [source.identifier(kind) for _ in range(count)]


def test_cells_are_counted_once_for_each_kind(engine: str) -> None:
    """Two numbers in a cell count one cell; nulls and empty cells count nothing."""
    cells = ["13800138000 13900139000", None, "", "电话13800138000，li@example.com", "１３８００１３８０００"]
    for column in (
        pa.array(cells),
        pa.array(cells, pa.large_string()),
        pa.chunked_array([cells[:2], cells[2:]]),
    ):
        assert scan_column(column) == {"mobile": 3, "email": 1}


def test_neighbouring_cells_do_not_run_together(engine: str) -> None:
    """Digits at the end of one cell and at the start of the next are two numbers."""
    assert scan_column(pa.array(["1380013", "8000", "6222020200", "112230004"])) == {}
    assert scan_column(pa.array(["订单号", "13800138000"])) == {"mobile": 1}


def test_a_slice_counts_its_own_cells_only(engine: str) -> None:
    """Offsets of a slice are kept."""
    column = pa.array(["13800138000", "x", "13900139000", "y"]).slice(1, 2)
    assert scan_column(column) == {"mobile": 1}


@pytest.mark.parametrize("kind", MadeUp.KINDS)
def test_a_column_of_one_kind_is_known_without_a_name(kind: str, engine: str) -> None:
    """Values with a form of their own need no help."""
    verdict = judge_column(pa.array(made(kind)))
    assert (verdict.type, verdict.named) == (kind, False)
    assert verdict.share > 0.98


def test_names_and_comments_settle_what_values_leave_open(engine: str) -> None:
    """Eight digits are nothing, QQ numbers under that name, and permits under that comment."""
    column = pa.array(["12345678", "22345679", "32345670"])
    assert judge_column(column).type == ""
    assert judge_column(column, name="qq_no").type == "qq"
    assert judge_column(column, name="no", comment="台胞证").type == "taiwan_permit"


def test_a_name_alone_proves_nothing(engine: str) -> None:
    """A column called mobile that holds none is none."""
    assert judge_column(pa.array(["a", "b", "c"]), name="mobile").type == ""


def test_times_and_orders_are_no_telephones_and_no_numbers_of_people(engine: str) -> None:
    """Columns of milliseconds and of order numbers from dates on stay unnamed."""
    source = MadeUp(5)
    times = pa.array([str(1_690_000_000_000 + 7919 * i) for i in range(300)])
    orders = pa.array([f"2023110{i % 9 + 1}{source.digits(10)}" for i in range(300)])
    assert judge_column(times, name="ts").type == ""
    assert judge_column(orders, name="order_no").type == ""


def test_free_text_says_what_it_contains(engine: str) -> None:
    """A few cells do not make a verdict, but are shown."""
    verdict = judge_column(pa.array(["备注"] * 95 + ["电话13800138000"] * 5))
    assert (verdict.type, verdict.contains) == ("", {"mobile": 0.05})


def test_numbers_are_read_as_text_and_bytes_are_refused() -> None:
    """Integers are cast; a column of bytes is an error that says what to do."""
    assert scan_column(pa.array([13800138000, 5])) == {"mobile": 1}
    with pytest.raises(InputError) as refused:
        scan_column(pa.array([b"13800138000"]))
    assert refused.value.code == "detect-column"
    assert "cast" in str(refused.value)


def test_an_empty_column_holds_nothing(engine: str) -> None:
    """No cells, or only nulls, have a verdict without a type."""
    assert judge_column(pa.array([], pa.string())).type == ""
    assert judge_column(pa.array([None, None], pa.string()), name="mobile").type == ""


@pytest.mark.parametrize(
    ("name", "cells", "kind", "named"),
    [
        ("宗教信仰", ["佛教", "无", "基督教"], "religion", True),
        ("c7", ["佛教", "无", "基督教", "道教"], "religion", False),
        ("血型", ["A", "B", "O型"], "medical", True),
        ("diagnosis", ["E11.9", "J45"], "medical", True),
        ("c8", ["高血压", "2型糖尿病", "哮喘"], "medical", False),
        ("单位", ["海江科技股份有限公司", "蓝湖传媒集团", "江海大学"], "organisation", True),
        ("诊断时间", ["2024-01-02", "2024-01-03"], "", False),
        ("备注", ["好的", "", "已发货"], "", False),
    ],
)
def test_sensitive_matters_are_known_by_name_or_by_value(
    name: str, cells: list[str], kind: str, named: bool, engine: str
) -> None:
    """A label as a name speaks for every value; without it the values have to be terms or organisations."""
    verdict = judge_column(pa.array(cells), name=name)
    assert (verdict.type, verdict.named) == (kind, named)


def test_a_comment_speaks_like_a_name() -> None:
    """The label may stand in the comment."""
    assert judge_column(pa.array(["三级", "二级"]), name="c1", comment="残疾等级").type == "specific_identity"
