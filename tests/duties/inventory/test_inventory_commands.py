"""``shouxin inventory`` at the terminal: from a file without a store, and the round through one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import root
from shouxin.errors import ShouxinError
from tests.connect.test_reach import MAPS

from .conftest import FILE

CIRCLE = b"""
name: x
systems:
  - name: s
    datasets:
      - store: d
        tables:
          - {table: a, columns: [{column: i}], references: [{columns: [i], to: b, at: [i]}]}
          - {table: b, columns: [{column: i}], references: [{columns: [i], to: a, at: [i]}]}
"""


def run(*words: object, dsn: str = "") -> Result:
    """Run a command, over a store where one is given."""
    env = {"SHOUXIN_DSN": dsn, "SHOUXIN_LANGUAGE": "en"}
    return CliRunner().invoke(root, ["inventory", *map(str, words)], env=env)


def test_a_file_is_checked_without_a_store() -> None:
    """It ends with 1 while something is wrong, and names the provisions."""
    result = run("check", "--file", FILE, "--as-of", "2025-06-03", "--lang", "en")
    assert result.exit_code == 1
    assert "wrong  -  the agreement has ended (Far Analytics: 2024-12-31)" in result.stdout
    assert "pipl:art_21__para_2__cl_2" in result.stdout
    found = json.loads(run("check", "--file", FILE, "--json").stdout)
    assert {one["state"] for one in found} == {"wrong", "open"}


def test_the_facts_of_an_activity_are_shown() -> None:
    """With what the gate makes of each act."""
    result = run("facts", "shop", "orders", "--file", FILE)
    assert "basis.contract" in result.stdout
    told = json.loads(run("facts", "shop", "orders", "--file", FILE, "--json").stdout)
    assert told["facts"]["processing.entrusted"] is True
    assert {one["act"] for one in told["follows"]["acts"]} >= {"collect", "store", "use", "entrust"}
    refused = run("facts", "shop", "nothing", "--file", FILE)
    assert isinstance(refused.exception, ShouxinError)
    assert refused.exception.code == "activity-unknown"


def test_the_register_is_written_to_a_file(tmp_path: Path) -> None:
    """And a folder that is not there is refused."""
    out = tmp_path / "register.xlsx"
    assert run("export", "--file", FILE, "--format", "xlsx", "--out", out).exit_code == 0
    assert out.read_bytes()[:2] == b"PK"
    assert run("export", "--file", FILE, "--lang", "zh").stdout.startswith("\ufeff服务,处理活动")
    refused = run("export", "--file", FILE, "--out", tmp_path / "no" / "where")
    assert getattr(refused.exception, "code", "") == "file-unwritable"


def test_the_round_through_a_store(database_dsn: str, tmp_path: Path) -> None:
    """Load dry, load, show, load what was shown, import, compare, undo."""
    dry = run("load", FILE, "--dry-run", dsn=database_dsn)
    assert 'service "shop": new' in dry.stderr
    assert "nothing kept" in dry.stderr
    assert run("load", FILE, "--why", "first", dsn=database_dsn).exit_code == 0
    shown = tmp_path / "shown.yaml"
    shown.write_text(run("show", dsn=database_dsn).stdout, encoding="utf-8")
    assert "nothing changes" in run("load", shown, dsn=database_dsn).stderr
    drafted = tmp_path / "map.yaml"
    drafted.write_text("store: carts\ntables: [{table: carts, columns: [{column: id}]}]", encoding="utf-8")
    taken = run("import", drafted, "--system", "order database", dsn=database_dsn)
    assert 'dataset "order database / carts": new' in taken.stderr
    assert 'dataset "order database / carts": new' in run("diff", 1, dsn=database_dsn).stdout
    assert run("undo", 1, "--why", "a mistake", dsn=database_dsn).exit_code == 0
    listed = json.loads(run("versions", "--json", dsn=database_dsn).stdout)
    assert [(one["number"], one["undoes"], one["why"]) for one in listed] == [
        (3, 1, "a mistake"),
        (2, None, ""),
        (1, None, "first"),
    ]
    assert run("show", dsn=database_dsn).stdout == shown.read_text(encoding="utf-8")


def test_evidence_in_a_file_is_not_left_in_silence(database_dsn: str, tmp_path: Path) -> None:
    """The command says how much there was and what takes it."""
    file = tmp_path / "organisation.yaml"
    file.write_text(
        "name: x\nevidence:\n"
        "  - {provision: 'miit-24:art_12__cl_1', element: mechanism, kind: document, on: 2025-01-05}",
        encoding="utf-8",
    )
    assert "evidence: 1 not taken" in run("load", file, dsn=database_dsn).stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff\xfe", "organisation-unreadable"),
        (b"x" * (100 * 1024 * 1024), "organisation-unreadable"),
        (b"a: &a [x]\nb: *a", "organisation-unreadable"),
        (b"name: x\nservices: [{name: s, activities: [{name: a, systems: [cellar]}]}]", "inventory-name"),
        (
            CIRCLE,
            "map-circular",
        ),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, text: bytes, code: str) -> None:
    """With its code, whatever its size."""
    file = tmp_path / "wrong.yaml"
    file.write_bytes(text)
    refused = run("check", "--file", file)
    assert isinstance(refused.exception, ShouxinError)
    assert refused.exception.code == code


def test_categories_are_listed() -> None:
    """With their sensitivity and their term in DPV."""
    assert "pd:MedicalHealth" in run("categories").stdout
    assert json.loads(run("categories", "--json").stdout)["fingerprint"]["sensitive"] is True


def test_what_identities_reach_is_told_and_drawn(tmp_path: Path) -> None:
    """As a table, JSON, and the picture of a store; a personal table that nothing reaches ends it with 1."""
    maps = b"name: x\nsystems:\n  - name: s\n    datasets:\n" + b"".join(
        b"      - " + one.strip().replace(b"\n", b"\n        ") + b"\n" for one in MAPS
    )
    file = tmp_path / "organisation.yaml"
    file.write_bytes(maps)
    told = run("reach", "--file", file, "--lang", "en")
    assert told.exit_code == 1
    assert "no identity leads here" in told.stdout
    assert "customers (customer)" in told.stdout
    found = json.loads(run("reach", "--file", file, "--json").stdout)
    assert [one["table"] for one in found if one["steps"] is None] == ["guests", "words", "prices"]
    out = tmp_path / "reached.svg"
    assert run("reach", "--file", file, "--store", "bank", "--out", out).exit_code == 1
    assert b"<svg" in out.read_bytes()
    refused = run("reach", "--file", file, "--out", out)
    assert isinstance(refused.exception, ShouxinError)
    assert refused.exception.code == "reach-store"
