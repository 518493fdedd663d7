"""P5: what is written loads back as the same value, for every law file and for awkward words."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.law import loader, schema
from shouxin.law.model import AppCategory, Instrument, OutsideInstrument, Words
from shouxin.law.procedure import Procedure
from shouxin.law.wording import Vocabulary
from shouxin.law.writer import dump

FILES = loader.files()
TABLES = {"app-categories": tuple[AppCategory, ...], "outside": tuple[OutsideInstrument, ...]}

FOLDERS = {"vocabulary": ("vocabulary", Vocabulary), "procedures": ("procedure", Procedure)}


def kind_of(path: Path) -> tuple[str, Any]:
    """Return the name of the schema of a law file and the shape of its value."""
    if path.parent.name in FOLDERS:
        return FOLDERS[path.parent.name]
    return (path.stem, TABLES[path.stem]) if path.stem in TABLES else ("instrument", Instrument)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_load_save_load_is_the_identity(path: Path) -> None:
    """Saving a loaded law file and loading it again changes nothing."""
    shape = kind_of(path)[1]
    value, _ = loader.read(path.read_text(encoding="utf-8"), shape, where=path.name)
    again, _ = loader.read(dump(value), shape, where=path.name)
    assert again == value


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_file_names_its_schema_and_keeps_it(path: Path) -> None:
    """Editors find the schema by the first line of the file."""
    name = kind_of(path)[0]
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first == f"# yaml-language-server: $schema=../schema/{name}.schema.json"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_words_survive_the_file(text: str) -> None:
    """Colons, quotes, line breaks, emoji and control characters come back as they went."""
    words = Words(zh=text, en=text, es=text)
    value, _ = loader.read(dump(words), Words, where="words")
    assert value == words


@pytest.mark.parametrize("name", sorted(schema.SHAPES))
def test_the_schemas_for_editors_are_current(name: str) -> None:
    """The committed JSON Schema is what the model says; renew it with ``python -m shouxin.law.schema``."""
    assert schema.path(name).read_text(encoding="utf-8") == schema.text(name)


def test_the_real_files_keep_the_json_schema() -> None:
    """The schema that editors use accepts every instrument."""
    import json

    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(schema.text("instrument")))
    for path in FILES:
        if kind_of(path)[0] == "instrument":
            value = loader.read_instrument(path.read_text(encoding="utf-8"), where=path.name)
            plain = json.loads(msgspec.json.encode(value))
            assert not list(validator.iter_errors(plain)), path.name
