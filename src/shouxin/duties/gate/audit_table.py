"""The columns that an audit adds to a table, in Arrow."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from shouxin.duties.gate.audit_decide import Decided
from shouxin.duties.gate.audit_verdicts import Verdict

_WORD = pa.dictionary(pa.int32(), pa.string())
_DUTY = pa.struct([pa.field("duty", _WORD, nullable=False), pa.field("provision", _WORD, nullable=False)])


def _several(kind: Any) -> Any:
    return pa.list_(pa.field("element", kind, nullable=False))


ADDED = pa.schema(
    [
        pa.field(name, kind, nullable=False)
        for name, kind in (
            ("effect", _WORD),
            ("violations", _several(_WORD)),
            ("duties", _several(_DUTY)),
            ("missing", _several(_WORD)),
            ("possible", _several(_WORD)),
            ("as_of", pa.date32()),
            ("law_version", _WORD),
        )
    ]
)
"""The columns, in their order; every row that was decided has all of them."""

_NOTHING = Verdict("")


def undecided(decided: Decided) -> Any:
    """Return the numbers of the rows without a verdict, from 0."""
    if None not in decided.verdicts:
        return np.array([], np.int64)
    return np.flatnonzero(decided.numbers == decided.verdicts.index(None))


def only(decided: Decided, keep: Any) -> Decided:
    """Return what was decided about the rows that ``keep`` marks."""
    days = decided.days
    return decided._replace(
        numbers=decided.numbers[keep], days=days if isinstance(days, date) else days.filter(pa.array(keep))
    )


def verdict_columns(decided: Decided, law_version: str) -> Any:
    """Return the columns of ``ADDED`` as an Arrow batch; rows without a verdict have the effect ""."""
    count = len(decided.numbers)
    numbers = pa.array(decided.numbers)
    columns = zip(*(item or _NOTHING for item in decided.verdicts), strict=True)
    added = [
        pa.array(column, field.type).take(numbers) for column, field in zip(columns, ADDED, strict=False)
    ]
    is_one = isinstance(decided.days, date)
    days = pa.repeat(pa.scalar(decided.days, pa.date32()), count) if is_one else decided.days
    version = pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([law_version]))
    return pa.record_batch([*added, days, version], schema=ADDED)
