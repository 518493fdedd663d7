"""The copy as a PDF: tagged for screen readers, its Chinese font set into it, rows up to a bound.

Nothing in it is taken for markup: what stands in the copy reaches the typesetter as data.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from shouxin.connect.survey import Problem
from shouxin.duties import fonts

MOST_ROWS = 1000
"""Rows that the document shows at most: it is set as a whole, which takes some 80 kB of memory a row."""

_SOURCE = Path(__file__).parent / "templates" / "copy.typ"
_json = msgspec.json.Encoder(enc_hook=str)


def unset() -> tuple[Problem, ...]:
    """Return a problem where copies come without a PDF."""
    if fonts.font():
        return ()
    what = "no font here holds Chinese, so copies come without a PDF"
    return (Problem(code="copy-font", where="fonts", what=what, remedy="apt install fonts-noto-cjk"),)


def pdf(
    tables: Iterable[Mapping[str, Any]], words: Mapping[str, str], about: Mapping[str, Any]
) -> Iterator[bytes]:
    """Yield the document of tables as ``bundle`` shows them; those beyond the bound say where they are."""
    import typst

    on = date.fromisoformat(about["day"])
    shown = {
        "words": words,
        "fonts": [fonts.font()],
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "tables": list(_tables(tables, words)),
        "missing": missing(words, about),
        **{name: about[name] for name in ("language", "service", "day")},
    }
    yield typst.compile(str(_SOURCE), sys_inputs={"copy": _json.encode(shown).decode()})


def missing(words: Mapping[str, str], about: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each party whose part is missing."""
    return [words[one.why].format(party=one.party) for one in about.get("missing", ())]


def _tables(tables: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    room = MOST_ROWS
    for table in tables:
        rows = [
            [_cell(row.get(column)) for column in table["columns"]] for row in islice(table["rows"], room)
        ]
        room -= len(rows)
        more = table["count"] - len(rows)
        yield {
            **{name: table[name] for name in ("title", "name", "columns", "labels")},
            "rows": rows,
            "count": words["rows"].format(n=table["count"]),
            "more": words["more"].format(n=more, file=f"{table['name']}.csv") if more else "",
        }


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return _json.encode(value).decode()
    return "" if value is None else str(value)
