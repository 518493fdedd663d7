"""Tables with columns of sets: what follows from them follows in every row, as it does alone."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.duties.gate.audit_columns import Columns
from shouxin.duties.gate.audit_decide import Auditor
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.engine.conftest import DAY

from .test_audit_decide import single

LAW = Gate(RuleBase(register()))
WORDS = ["location", "payment_time", "consignee_name", "address_book", "seat_number"]
ROWS = st.fixed_dictionaries(
    {
        "act": st.sampled_from(["open_service", "collect"]),
        "app.categories": st.none()
        | st.lists(st.sampled_from(["ride_hailing", "online_shopping", "news", "other"]), max_size=2),
        "data.items": st.none() | st.lists(st.sampled_from([*WORDS, "adress_book"]), max_size=3),
        "app.ride_booked_online": st.none() | st.booleans(),
        "app.beyond_necessary": st.none() | st.booleans(),
        "app.basic_refused": st.just(True),
        "app.refused_over_extra": st.just(True),
        "account.true_identity_given": st.just(True),
    }
)
SETS = ("app.categories", "data.items")


def auditor(batch: Any, *, text: bool) -> Auditor:
    """Return an auditor for tables like ``batch``."""
    columns = Columns(batch.schema, LAW.rules, LAW.reader, day="", text=text)
    return Auditor(LAW, columns, DAY, "ordinary-app")


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.booleans())
def test_a_row_with_sets_is_decided_as_it_would_be_alone(rows: list[dict[str, Any]], as_text: bool) -> None:
    """Lists in Parquet and words with commas in CSV give the answers of the single path."""
    columns = {}
    for name in rows[0]:
        worths = [row[name] for row in rows]
        if as_text and name in SETS:
            worths = [None if worth is None else ",".join(worth) or "none" for worth in worths]
        elif as_text:
            worths = [None if worth is None else str(worth).lower() for worth in worths]
        kind = pa.string() if as_text or name == "act" else pa.bool_()
        columns[name] = pa.array(worths, pa.list_(pa.string()) if name in SETS and not as_text else kind)
    batch = pa.record_batch(columns)
    audit = auditor(batch, text=as_text)
    made = audit.decide(batch)
    for number, row in enumerate(rows):
        got = made.verdicts[made.numbers[number]]
        assert (got or audit.refusal(batch, number).code) == single(LAW, row, DAY, "ordinary-app")


@pytest.mark.parametrize("items", [["", "location"], ["none"], ["location,address_book"], [None]])
def test_a_list_with_something_that_is_no_item_is_refused(items: list[str | None]) -> None:
    """An empty word, a word with a comma and NULL are no items, in a table as in one act."""
    batch = pa.record_batch({"act": ["open_service"], "data.items": pa.array([items], pa.list_(pa.string()))})
    audit = auditor(batch, text=False)
    made = audit.decide(batch)
    assert made.verdicts[made.numbers[0]] is None
    assert audit.refusal(batch, 0).code == "fact-type"
    with pytest.raises(InputError, match="data"):
        LAW.decide({"act": "open_service", "data.items": items}, DAY)
