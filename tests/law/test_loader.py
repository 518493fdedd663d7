"""Law files in: every defect is refused with its file, its line, its provision and a remedy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import LawError
from shouxin.law import loader
from shouxin.law.model import Instrument


def written(sample: dict[str, Any]) -> str:
    """Return the sample as YAML."""
    return yaml.safe_dump(sample, allow_unicode=True, sort_keys=False)


def folder_with(tmp_path: Path, *samples: dict[str, Any]) -> Path:
    """Return a law folder that holds the samples and empty tables."""
    (tmp_path / "instruments").mkdir(exist_ok=True)
    (tmp_path / "tables").mkdir(exist_ok=True)
    for sample in samples:
        name = f"{sample['instrument']}.yaml"
        (tmp_path / "instruments" / name).write_text(written(sample), encoding="utf-8")
    for table in ("app-categories", "outside"):
        (tmp_path / "tables" / f"{table}.yaml").write_text("[]\n", encoding="utf-8")
    return tmp_path


def refusal(text: str) -> LawError:
    """Return the error that reading ``text`` raises."""
    with pytest.raises(LawError) as caught:
        loader.read_instrument(text, where="sample.yaml")
    return caught.value


def test_a_good_file_loads(sample: dict[str, Any]) -> None:
    """A file that keeps the format becomes an instrument with its provisions."""
    loaded = loader.read_instrument(written(sample), where="sample.yaml")
    assert [provision.id for provision in loaded.provisions] == ["art_1", "art_2__para_1"]


def test_broken_yaml_names_the_line() -> None:
    """An unclosed bracket is reported with file, line and column."""
    error = refusal("instrument: sample\ntitle: {zh: 示例\nkind: law\n")
    assert error.code == "law-yaml"
    assert re.match(r"sample\.yaml, line \d+, column \d+$", error.where)


@pytest.mark.parametrize(
    "text", ["!foo bar\n", "a: &a [*a]\n", "effective: 2020-13-45\n", "{? [1]: 2}\n", "- !!binary x\n"]
)
def test_odd_yaml_is_refused(text: str) -> None:
    """Tags, anchors that contain themselves and days that are none do not get past the reader."""
    assert refusal(text).code in ("law-yaml", "law-shape")


def test_an_empty_file_is_refused() -> None:
    """A file without a value is no law file."""
    assert refusal("# nothing\n").code == "law-empty"


def test_a_key_that_stands_twice_is_refused(sample: dict[str, Any]) -> None:
    """YAML would silently keep the later of two keys; the loader keeps neither."""
    error = refusal(written(sample) + "kind: law\n")
    assert (error.code, "kind" in error.what) == ("law-duplicate-key", True)


def test_an_unknown_key_suggests_the_nearest(sample: dict[str, Any]) -> None:
    """A misspelt key is named with its provision, its line and the key that was probably meant."""
    sample["provisions"][1]["adressee"] = sample["provisions"][1].pop("addressee")
    text = written(sample)
    error = refusal(text)
    line = text.splitlines().index("  adressee: processor") + 1
    assert error.code == "law-shape"
    assert f"line {line}, art_2__para_1" in error.where
    assert 'did you mean "addressee"' in error.remedy


def test_a_wrong_type_names_its_line(sample: dict[str, Any]) -> None:
    """A number in words is refused where it stands."""
    sample["articles"] = "two"
    text = written(sample)
    assert f"line {text.splitlines().index('articles: two') + 1}" in refusal(text).where


def test_an_unknown_word_of_a_closed_list_is_refused(sample: dict[str, Any]) -> None:
    """An addressee outside the vocabulary is refused with its provision."""
    sample["provisions"][0]["addressee"] = "everybody"
    assert refusal(written(sample)).where.endswith("art_1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"actionable": True}, "declaration"),
        ({"why": ""}, "why"),
        ({"mechanism": ["declaration", "gate"]}, "no other mechanism"),
        ({"id": "art-1"}, "match"),
        ({"mechanism": []}, "length"),
    ],
)
def test_a_provision_that_contradicts_itself_is_refused(
    sample: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    """Fields that must go together are held together."""
    sample["provisions"][0].update(change)
    assert words in refusal(written(sample)).what


@pytest.mark.parametrize(
    "deadline",
    [
        {"direction": "within", "at_once": True, "length": 3, "unit": "days", "kind": "calendar"},
        {"direction": "within", "length": 3},
        {"direction": "within", "length": 0, "unit": "days", "kind": "calendar"},
        {"direction": "within", "length": 1, "unit": "months", "kind": "working"},
        {"direction": "soon", "length": 3, "unit": "days", "kind": "calendar"},
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused(sample: dict[str, Any], deadline: dict[str, Any]) -> None:
    """A deadline is at once, or has a length with unit and kind; nothing between."""
    sample["provisions"][1]["deadline"] = {**deadline, "event": {"zh": "收到", "en": "receipt"}}
    assert refusal(written(sample)).code == "law-shape"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "art_1"}, "law-duplicate-id"),
        ({"id": "art_9"}, "law-missing-article"),
        ({"refers_to": ["art_7"]}, "law-citation"),
        ({"sanctioned_by": ["pipl:art_66"]}, "law-citation"),
        ({"refers_to": ["no-such-law"]}, "law-citation"),
        ({"mechanism": ["record"]}, "law-deadline-without-clock"),
    ],
)
def test_a_file_at_odds_with_itself_loads_nothing(
    tmp_path: Path, sample: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    """Ids, articles, citations and deadlines are checked before anything is handed out."""
    sample["provisions"][1].update(change)
    with pytest.raises(LawError) as caught:
        loader.load(folder_with(tmp_path, sample))
    assert caught.value.code == code
    assert "line" in caught.value.where


def test_dates_run_in_order(tmp_path: Path, sample: dict[str, Any]) -> None:
    """An instrument cannot take effect before it was adopted."""
    sample["adopted"] = "2021-01-01"
    with pytest.raises(LawError, match="adopted"):
        loader.load(folder_with(tmp_path, sample))


def test_a_reading_about_nothing_is_refused(tmp_path: Path, sample: dict[str, Any]) -> None:
    """A reading names provisions that exist, and its choice is one of its alternatives."""
    reading = {
        "id": "one",
        "question": {"zh": "问", "en": "question"},
        "chosen": "yes",
        "alternatives": [
            {"id": "yes", "answer": {"zh": "是", "en": "yes"}},
            {"id": "no", "answer": {"zh": "否", "en": "no"}},
        ],
        "provisions": ["art_3"],
    }
    sample["readings"] = [reading]
    with pytest.raises(LawError, match="art_3"):
        loader.load(folder_with(tmp_path, sample))
    sample["readings"] = [{**reading, "provisions": ["art_2"], "chosen": "maybe"}]
    with pytest.raises(LawError, match="maybe"):
        loader.load(folder_with(tmp_path, sample))


def test_a_file_is_named_after_its_instrument(tmp_path: Path, sample: dict[str, Any]) -> None:
    """A file under another name is refused with the name it should have."""
    folder = folder_with(tmp_path, sample)
    (folder / "instruments" / "sample.yaml").rename(folder / "instruments" / "other.yaml")
    with pytest.raises(LawError, match=r"sample\.yaml"):
        loader.load(folder)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path, sample: dict[str, Any]) -> None:
    """GB18030 is refused with the line where UTF-8 ends."""
    folder = folder_with(tmp_path, sample)
    (folder / "instruments" / "sample.yaml").write_bytes(written(sample).encode("gb18030"))
    with pytest.raises(LawError) as caught:
        loader.load(folder)
    assert (caught.value.code, "line 3" in caught.value.where) == ("law-not-utf8", True)


def test_a_folder_without_law_is_refused(tmp_path: Path) -> None:
    """An installation that lost its law files says so."""
    with pytest.raises(LawError, match="no law file"):
        loader.load(tmp_path)


def test_the_first_of_many_problems_counts_the_others(tmp_path: Path, sample: dict[str, Any]) -> None:
    """One error is raised, and it says how many more there are."""
    sample["provisions"][1]["refers_to"] = ["art_7", "art_8", "art_9"]
    with pytest.raises(LawError, match="2 more problems"):
        loader.load(folder_with(tmp_path, sample))


@given(st.text())
def test_any_text_loads_or_is_refused(text: str) -> None:
    """P10: no text makes the loader raise anything but its own error."""
    try:
        loader.read(text, Instrument, where="any")
    except LawError as error:
        assert error.remedy
