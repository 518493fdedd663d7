"""The commands protect, keys and risk, as typed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from shouxin.app import cli
from shouxin.duties.shield import inputs
from shouxin.errors import ShouxinError

POLICY = """version: 1
name: example
default: {do: mask}
types: {person_name: {do: pseudonym}, email: {do: encrypt}}
fields: {phone: mobile, name: person_name, mail: email}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in with a policy, a table and a file of keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUXIN_PROTECT_PASSPHRASE", "correct horse")
    monkeypatch.setattr(inputs, "scanner", lambda: None)
    monkeypatch.setattr("shouxin.protect.sealed_file.COST", 2**10)
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "given.csv").write_text("phone,name,mail\n13800138000,张三,a@example.com\n")
    return tmp_path


def run(*words: str, stdin: bytes = b"") -> Result:
    """Run the command line."""
    return CliRunner().invoke(cli.root, list(words), input=stdin, catch_exceptions=True)


def code(result: Result) -> str:
    """Return the code of the error that a command ended with."""
    assert isinstance(result.exception, ShouxinError), result.exception
    return result.exception.code


def test_a_file_is_protected_and_the_report_says_what_it_still_is(folder: Path) -> None:
    """Keys are made, the file is written, and reversible means still personal information."""
    assert run("keys", "new", "keys.json").exit_code == 0
    assert json.loads(run("keys", "list", "keys.json", "--json").stdout) == ["k1"]
    words = ("protect", "given.csv", "--policy", "policy.yaml", "--keys", "keys.json", "--out", "out.csv")
    ran = run(*words, "--lang", "en", "--explain")
    assert ran.exit_code == 0, ran.exception
    assert "138****8000" in (folder / "out.csv").read_text()
    assert "a@example.com" not in (folder / "out.csv").read_text()
    assert "types.email" in ran.stderr
    assert "still personal information" in ran.stderr
    assert code(run(*words)) == "protect-out"
    back = run("protect", "out.csv", *words[2:6], "--restore", "--out", "-")
    assert code(back) == "protect-irreversible"
    assert run("keys", "rotate", "keys.json", "--id", "k2").stderr.strip().endswith("k2, k1")
    report = json.loads(run(*words, "--force", "--json").stdout)
    assert report["still_personal"] is True
    assert {item["type"]: item["reversible"] for item in report["applied"]} == {
        "mobile": False, "person_name": False, "email": True
    }  # fmt: skip


def test_a_text_is_protected_from_findings(folder: Path) -> None:
    """Standard input to standard output, with findings from a file; a dry run writes nothing."""
    (folder / "found.jsonl").write_text('{"type": "mobile", "start": 2, "end": 13}\n')
    words = ("protect", "-", "--policy", "policy.yaml", "--findings", "found.jsonl", "--lang", "zh")
    given = "电话13800138000\n".encode()
    assert run(*words, stdin=given).stdout == "电话138****8000\n"
    dry = run(*words, "--dry-run", stdin=given)
    assert dry.stdout == ""
    assert "试运行" in dry.stderr
    assert "13800138000" not in dry.stderr


def test_a_database_is_changed_only_when_told_to(folder: Path) -> None:
    """Without --apply the plan is shown; with it the table is changed."""
    url = f"sqlite:///{folder / 'shop.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table u (id integer primary key, phone text)"))
        connection.execute(text("insert into u values (1, '13800138000')"))
    (folder / "policy.yaml").write_text("version: 1\nname: x\ndefault: {do: mask}\nfields: {phone: mobile}\n")
    plan = run("protect", url, "--table", "u", "--policy", "policy.yaml")
    assert "138****8000  →  138****8000" in plan.stdout

    def phone() -> Any:
        with engine.connect() as connection:
            return connection.execute(text("select phone from u")).scalar_one()

    assert phone() == "13800138000"
    done = json.loads(
        run("protect", url, "--table", "u", "--policy", "policy.yaml", "--apply", "--json").stdout
    )
    assert done["changed"] == 1
    assert phone() == "138****8000"
    engine.dispose()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("protect", "given.csv", "--policy", "lost.yaml"), "protect-file"),
        (("protect", "lost.csv", "--policy", "policy.yaml"), "protect-file"),
        (("protect", "given.csv", "--policy", "policy.yaml"), "protect-key-missing"),
        (("protect", "given.csv", "--policy", "policy.yaml", "--keys", "lost.json"), "protect-key-file"),
        (("protect", "given.csv", "--policy", "policy.yaml", "--json"), "protect-out"),
        (("protect", "x", "--policy", "policy.yaml", "--findings", "given.csv"), "protect-findings-file"),
        (("protect", "nothing://x", "--policy", "policy.yaml", "--table", "u"), "protect-database"),
        (("protect", "sqlite://", "--policy", "policy.yaml"), "protect-out"),
        (("risk", "given.csv", "--quasi", "x"), "protect-no-column"),
        (("risk", "lost.csv", "--quasi", "x"), "protect-file-shape"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, words: tuple[str, ...], expected: str) -> None:
    """Each mistake has its code, and no result is left behind."""
    assert code(run(*words, "--lang", "en")) == expected
    assert {item.name for item in folder.iterdir()} <= {"policy.yaml", "given.csv"}


def test_no_passphrase_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can type, a missing passphrase is said."""
    monkeypatch.delenv("SHOUXIN_PROTECT_PASSPHRASE")
    assert code(run("keys", "new", "keys.json")) == "protect-key-passphrase"


def test_the_risk_of_a_table_is_shown_and_judged(folder: Path) -> None:
    """The measures in words or JSON; the exit code says whether k is enough."""
    (folder / "t.csv").write_text("district,sick\nx,a\nx,b\ny,a\ny,a\n")
    words = ("risk", "t.csv", "--quasi", "district", "--sensitive", "sick")
    found = CliRunner().invoke(cli.root, [*words, "--json", "--at-least", "3"], standalone_mode=False)
    assert found.return_value == 1
    assert json.loads(found.stdout)["k"] == 2
    for language, word in (("zh", "最小等价类"), ("en", "smallest class"), ("es", "clase más pequeña")):
        assert word in run(*words, "--lang", language).stdout
