"""Texts that fool detectors: those that people can read one by one, and thousands that a seed makes."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from shouxin.detect import scan
from tests.detect.made_up import MadeUp

FOLDER = Path(__file__).parent / "adversarial"
CASES = [
    pytest.param(case, id=case["text"])
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
DOCUMENTS = 4000
BOUNDS = {"bank_card": 0.97}


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_is_found_and_nothing_else(case: dict[str, Any], engine: str) -> None:
    """Each identifier of the list is found with its exact place, and look-alikes are left alone."""
    found = [(item.type, case["text"][item.start : item.end]) for item in scan(case["text"])]
    wanted = list((case.get("find") or {}).items())
    assert found[: len(wanted)] == wanted
    assert {kind for kind, _ in found} == {kind for kind, _ in wanted}


def test_precision_and_recall_on_documents_full_of_look_alikes() -> None:
    """Exact places: 0.99 for precision and recall of each kind, 0.97 for the precision of bank cards."""
    made, right, wrong, missed = MadeUp(2026), Counter[str](), Counter[str](), Counter[str]()
    for _ in range(DOCUMENTS):
        text, gold = made.document()
        found = {(item.type, item.start, item.end) for item in scan(text) if item.source == "identifiers"}
        right.update(kind for kind, *_ in found & set(gold))
        wrong.update(kind for kind, *_ in found - set(gold))
        missed.update(kind for kind, *_ in set(gold) - found)
    for kind in MadeUp.KINDS:
        assert right[kind] > DOCUMENTS / 20, kind
        assert right[kind] / (right[kind] + wrong[kind]) >= BOUNDS.get(kind, 0.99), kind
        assert right[kind] / (right[kind] + missed[kind]) >= 0.99, kind
    assert sum(wrong.values()) <= sum(right.values()) / 200
