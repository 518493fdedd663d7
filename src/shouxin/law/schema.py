"""JSON Schema (2020-12) of the law files, for editors; ``python -m shouxin.law.schema`` renews them."""

import json
from pathlib import Path
from typing import Any

import msgspec

from shouxin.law.model import AppCategory, Instrument, OutsideInstrument
from shouxin.law.procedure import Procedure
from shouxin.law.wording import Vocabulary

FOLDER = Path(__file__).parent / "schema"
SHAPES: dict[str, Any] = {
    "instrument": Instrument,
    "app-categories": tuple[AppCategory, ...],
    "outside": tuple[OutsideInstrument, ...],
    "procedure": Procedure,
    "vocabulary": Vocabulary,
}


def text(name: str) -> str:
    """Return the schema of one kind of law file as JSON text."""
    schema = msgspec.json.schema(SHAPES[name])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Shouxin law file: {name}"}
    return json.dumps({**head, **schema}, ensure_ascii=False, indent=2) + "\n"


def path(name: str) -> Path:
    """Return the file that holds the schema ``name``."""
    return FOLDER / f"{name}.schema.json"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for schema_name in SHAPES:
        path(schema_name).write_text(text(schema_name), encoding="utf-8")
