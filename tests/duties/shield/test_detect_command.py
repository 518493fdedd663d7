"""``shouxin detect`` as its user meets it: what it prints, how it ends, what it refuses."""

import json
import math
import os
import sqlite3
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from shouxin.app.cli import root
from shouxin.detect.kinds import KINDS


def run(*words: object, given: bytes = b"", data: Path) -> Result:
    """Run the command with a data folder of its own."""
    env = {"SHOUXIN_DATA": str(data), "LANG": "C"}
    return CliRunner().invoke(root, ["detect", *map(str, words)], input=given, env=env)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Give a folder with a log and a table."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.log").write_text("login phone=13800138000 at 1767326401123\n")
    (folder / "b.csv").write_text("姓名,手机\n王小明,13800138001\n")
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a database with customers and orders."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table customers (id integer primary key, phone text, note text)")
        connection.execute(
            "create table orders (id integer primary key, customer integer references customers(id))"
        )
        rows = [(at, f"1380013{at:04}", "" if at % 10 else "回电 13800138000") for at in range(200)]
        connection.executemany("insert into customers values (?, ?, ?)", rows)
    connection.close()
    return path


def test_a_finding_is_one_json_object_a_line_and_holds_no_value(export: Path, tmp_path: Path) -> None:
    """The keys that other programs rely on are there; the number is not."""
    result = run(export, "--json", data=tmp_path / "var")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    keys = {"type", "start", "end", "byte_start", "byte_end", "score", "source", "path"}
    assert all(keys < line.keys() for line in lines)
    found = {(Path(line["file"]).name, line["path"], line["type"]) for line in lines}
    assert {("a.log", "", "mobile"), ("b.csv", "手机[2]", "mobile")} <= found
    assert "13800138" not in result.stdout
    shown = run(export, "--json", "--show", "--kind", "mobile", data=tmp_path / "var").stdout
    assert [json.loads(line)["value"] for line in shown.splitlines()] == ["13800138000", "13800138001"]


def test_what_comes_in_is_looked_at_as_what_it_is(tmp_path: Path) -> None:
    """A pipe has no name, and its first bytes tell what it is."""
    result = run("-", "--kind", "mobile", "--lang", "zh", given="电话：13800138000".encode(), data=tmp_path)
    assert result.stdout.split() == ["-:3-14", "mobile", "(手机号码)", result.stdout.split()[-1]]
    page = b"<html><p>138<b>0013</b>8000</p></html>"
    assert "/html/p" in run("-", "--kind", "mobile", given=page, data=tmp_path).stdout


def test_a_baseline_makes_a_check_pass_until_something_new_comes(export: Path, tmp_path: Path) -> None:
    """Known findings are not told; a new one ends the check with 1."""
    known, data = tmp_path / "known.json", tmp_path / "var"
    assert run(export, "--check", data=data).exit_code == 1
    assert run(export, "--write-baseline", known, data=data).exit_code == 0
    assert run(export, "--baseline", known, "--check", data=data).exit_code == 0
    (export / "c.txt").write_text("13900139000")
    result = run(export, "--baseline", known, "--check", data=data)
    assert result.exit_code == 1
    assert [line.split(":")[0][-5:] for line in result.stdout.splitlines()] == ["c.txt"]


def test_a_part_that_was_not_looked_at_is_told_and_ends_with_1(export: Path, tmp_path: Path) -> None:
    """A picture is no clean file."""
    (export / "p.png").write_bytes(b"\x89PNG")
    result = run(export, data=tmp_path / "var")
    assert result.exit_code == 1
    assert "not looked at:" in result.stderr
    assert "[unknown-kind]" in result.stderr


def test_a_finding_is_explained_by_its_evidence(export: Path, tmp_path: Path) -> None:
    """The weights of an identifier add up to its score; in JSON under why, in words in each language."""
    (export / "d.txt").write_text("记者梁启东报道，住在中山路12号，手机 13800138000\n" * 3)
    lines = [
        json.loads(line) for line in run(export, "--explain", "--json", data=tmp_path).stdout.splitlines()
    ]
    assert {line["source"] for line in lines} == {"identifiers", "names", "addresses"}
    for line in lines:
        assert line["why"], line
        if line["source"] != "names":
            assert sum(line["why"].values()) == pytest.approx(line["score"], abs=0.001)
    names = [line["why"] for line in lines if line["file"].endswith("d.txt") and line["source"] == "names"]
    assert len(names) == 3
    assert all(why["family name"] > 0 for why in names)
    plain = run(export, "--json", data=tmp_path).stdout
    assert "why" not in plain
    for language, words in (
        ("zh", "近旁的词指明 +"),
        ("en", "a word near announces it +"),
        ("es", "apellido +"),
    ):
        assert words in run(export, "--explain", "--lang", language, data=tmp_path).stdout


def test_the_verdict_on_a_column_is_explained(shop: Path, tmp_path: Path) -> None:
    """The share of the cells times what its name makes of it is the certainty."""
    result = run(f"sqlite:///{shop}", "--explain", "--json", data=tmp_path / "var")
    (held,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert held["why"].keys() == {"share", "name agrees"}
    assert math.prod(held["why"].values()) == pytest.approx(held["score"], abs=0.001)
    shown = run(f"sqlite:///{shop}", "--explain", "--lang", "en", data=tmp_path / "var").stdout
    assert "share 1 × name or comment agrees 0.95" in shown


def test_findings_go_to_a_file_whole(export: Path, tmp_path: Path) -> None:
    """With --out the lines stand there and not on the screen."""
    out = tmp_path / "found.jsonl"
    result = run(export, "--out", out, data=tmp_path / "var")
    assert result.stdout == ""
    assert {json.loads(line)["type"] for line in out.read_text().splitlines()} >= {"mobile"}
    refused = run(export, "--out", tmp_path / "no" / "where", data=tmp_path / "var")
    assert getattr(refused.exception, "code", "") == "detect-out"


def test_a_database_is_judged_by_column_and_its_map_drafted(shop: Path, tmp_path: Path) -> None:
    """Columns are named with what they hold; the draft has keys and references; nothing is written."""
    before = shop.read_bytes()
    result = run(f"sqlite:///{shop}", "--map", tmp_path / "map.yaml", "--json", data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    (held,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (held["type"], held["path"], held["share"]) == ("mobile", "customers.phone", 1.0)
    draft = yaml.safe_load((tmp_path / "map.yaml").read_text())
    assert draft["store"] == "shop"
    customers, orders = draft["tables"]
    assert customers["columns"][1]["holds"] == "mobile"
    assert customers["columns"][2]["among"] == {"mobile": 0.1}
    assert orders["references"] == [{"columns": ["customer"], "to": "customers", "at": ["id"]}]
    assert shop.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "detect-nothing"),
        (["x", "--kind", "mobil"], "detect-kind"),
        (["x", "--min-score", "2"], "detect-score"),
        (["x", "--resume"], "detect-resume"),
        (["x", "sqlite:///y.db"], "detect-places"),
        (["x", "--map", "y"], "detect-places"),
        (["sqlite:////nowhere/y.db"], "database-unreachable"),
        (["x", "--baseline", "/nowhere"], "baseline-unreadable"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_code(words: list[str], code: str, tmp_path: Path) -> None:
    """Each refusal has a stable code, and nothing is made."""
    result = run(*words, data=tmp_path / "var")
    assert getattr(result.exception, "code", "") == code


def test_the_kinds_are_listed_in_each_language(tmp_path: Path) -> None:
    """The list needs no place, and --json gives every entry whole."""
    for language, word in (("zh", "手机号码"), ("en", "mobile number"), ("es", "número")):
        assert word in run("--list", "--lang", language, data=tmp_path).stdout
    entries = json.loads(run("--list", "--json", data=tmp_path).stdout)
    listed = {entry["type"] for entry in entries}
    assert listed == set(KINDS)


def test_names_that_are_no_text_are_written_with_question_marks(tmp_path: Path) -> None:
    """A file whose name is in no encoding, and a JSON key of half a character, are told like any other."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.txt")).write_text("tel 13800138000\n")
    (folder / "a.json").write_text('{"\\ud800": "13800138000"}')
    out = tmp_path / "found.jsonl"
    for words in (["--json"], ["--out", out]):
        ran = run(folder, *words, data=tmp_path / "data")
        assert ran.exit_code == 0, ran.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(Path(line["file"]).name, line["path"]) for line in lines] == [("a.json", '$."?"'), ("?.txt", "")]


def test_a_file_that_is_gone_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What vanishes between being listed and being opened is a part that was not looked at."""
    gone = tmp_path / "gone.log"
    monkeypatch.setattr("shouxin.duties.shield.looking.walk", lambda *_: iter([gone]))
    ran = run(tmp_path, "--json", data=tmp_path / "data")
    assert (ran.exit_code, "unreadable" in ran.stderr) == (1, True)
