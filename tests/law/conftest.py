"""A small instrument that every test of the law files may bend."""

from typing import Any

import pytest

from shouxin.law.model import Instrument
from shouxin.law.register import Register
from shouxin.law.register import register as installed


@pytest.fixture(scope="session")
def register() -> Register:
    """Return the register of the installed law files."""
    return installed()


@pytest.fixture
def sample() -> dict[str, Any]:
    """Return the plain data of a made-up instrument of two articles."""
    return {
        "instrument": "sample",
        "title": {"zh": "示例规定", "en": "Sample Provisions"},
        "kind": "departmental_rule",
        "issued_by": ["Office of Samples"],
        "effective": "2020-02-01",
        "articles": 2,
        "sources": [{"language": "zh", "status": "authoritative"}],
        "provisions": [
            {
                "id": "art_1",
                "addressee": "anyone",
                "modality": "declaration",
                "mechanism": ["declaration"],
                "summary": {"zh": "目的", "en": "Purpose"},
                "trigger": "none",
                "actionable": False,
                "why": "names aims and no act",
            },
            {
                "id": "art_2__para_1",
                "addressee": "processor",
                "modality": "obligation",
                "mechanism": ["clock"],
                "summary": {"zh": "十五日内答复", "en": "Answer within 15 days"},
                "trigger": "a complaint",
                "deadline": {
                    "direction": "within",
                    "event": {"zh": "收到投诉", "en": "receipt of the complaint"},
                    "length": 15,
                    "unit": "days",
                    "kind": "calendar",
                },
                "refers_to": ["art_1", "sample:art_2"],
                "actionable": True,
            },
        ],
    }


@pytest.fixture
def instrument(register: Register) -> Instrument:
    """Return one real instrument."""
    return register.instrument("pipl")
