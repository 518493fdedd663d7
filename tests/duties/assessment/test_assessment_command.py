"""``shouxin assess`` as a real process over a real database given by its DSN."""

import json
from pathlib import Path

import pytest
import yaml

from tests.duties.assessment.test_assessments import FULL, SHOP
from tests.duties.cases.test_case_command import Shouxin, shouxin, told

__all__ = ["shouxin"]


def test_an_assessment_lives_on_the_command_line(shouxin: Shouxin, tmp_path: Path) -> None:
    """Listed, begun, drafted as a file, written back, compared."""
    assert shouxin("inventory", "load", str(SHOP)).returncode == 0
    listed = told(shouxin("assess", "list", "--json"))
    assert [one["standing"] for one in listed] == ["needed", "needed"]
    begun = shouxin("assess", "begin", "--service", "shop", "--activity", "recommendations")
    assert begun.returncode == 0, begun.stderr
    assert b"1.1  shop / recommendations  draft" in begun.stdout
    assert b"lacking: lawful" in begun.stderr
    file = tmp_path / "draft.yaml"
    assert shouxin("assess", "draft", "1", "--out", str(file)).returncode == 0
    filled = yaml.safe_load(file.read_text()) | FULL
    file.write_text(json.dumps(filled))
    written = told(shouxin("assess", "write", "1", str(file), "--base", "1", "--json"))
    assert (written["version"], written["lacking"]) == (2, [])
    compared = shouxin("assess", "compare", "1.1", "1.2")
    assert b"content.effect" in compared.stdout
    assert shouxin("assess", "show", "1", "--version", "1").returncode == 0


@pytest.mark.parametrize("content", [b"\xff\xfe", b"- 1", b"{lawful: yes", b"risks: [{what: x}]", b"none: 1"])
def test_a_file_that_is_no_assessment_is_refused(shouxin: Shouxin, tmp_path: Path, content: bytes) -> None:
    """Before the store is opened, with the code and no traceback."""
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    ran = shouxin("assess", "write", "1", str(file), "--base", "1")
    assert ran.returncode == 2
    assert b"[assessment-unreadable]" in ran.stderr


def test_a_version_is_named_like_1_2(shouxin: Shouxin) -> None:
    """What is not is bad usage."""
    assert shouxin("assess", "compare", "1", "x.y").returncode == 2
