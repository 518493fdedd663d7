"""The command line as a person meets it: real processes, exit codes, and no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("shouxin")


def run(
    folder: Path, *words: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run ``shouxin`` in ``folder`` with no settings but ``environment``."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SHOUXIN_", "LC_", "LANG"))
    }
    return subprocess.run(
        [PROGRAM, *words],
        cwd=folder,
        env={**clean, **environment},
        input=stdin,
        capture_output=True,
        check=False,
    )


def answer(folder: Path, *words: str) -> object:
    """Return what a command answers in JSON."""
    ran = run(folder, *words, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_coverage_has_the_agreed_shape(tmp_path: Path) -> None:
    """Other programs rely on these keys."""
    report = answer(tmp_path, "law", "coverage")
    assert isinstance(report, dict)
    assert set(report["counts"]) == {
        "total",
        "actionable",
        "executed",
        "vocabulary",
        "declaration",
        "not_yet",
    }
    assert (report["counts"]["total"], len(report["provisions"])) == (1073, 1073)
    assert {"id", "state", "executed_by", "examples"} <= set(report["provisions"][0])
    assert report["law_version"]


def test_show_answers_in_the_language_asked_for(tmp_path: Path) -> None:
    """The option, then the setting, then the locale choose the language."""
    english = run(tmp_path, "law", "show", "pipl:art_29")
    assert "separate" in english.stdout.decode()
    for ran in (
        run(tmp_path, "law", "show", "pipl:art_29", "--lang", "zh"),
        run(tmp_path, "law", "show", "pipl:art_29", SHOUXIN_LANGUAGE="zh"),
        run(tmp_path, "law", "show", "pipl:art_29", LC_ALL="zh_CN.UTF-8"),
    ):
        assert "单独" in ran.stdout.decode()


def test_show_leaves_nothing_behind(tmp_path: Path) -> None:
    """Reading the law starts no database and writes nothing into the folder."""
    assert run(tmp_path, "law", "show", "pipl").returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["law", "show", "pipl:art_999"], 2, "law-unknown-provision"),
        (["law", "show", "gdpr:art_6"], 2, "law-unknown-instrument"),
        (["law", "readings", "nolaw"], 2, "law-unknown-instrument"),
        (["law", "search", "mechanism:nothing"], 2, "search-filter"),
        (["law", "search", "zzzzzz"], 1, "0 found"),
        (["law", "export", "--format", "akn"], 2, "--out"),
        (["law", "import", "no-such-file.txt"], 2, "file-unreadable"),
        (["law", "diff", "a.txt", "b.txt"], 2, "file-unreadable"),
        (["nothing"], 2, "No such command"),
        (["law", "show"], 2, "Missing argument"),
        (["serve", "--port", "0"], 2, "port"),
    ],
)
def test_bad_usage_says_what_to_do(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    """Exit code 2 (or 1 for an empty answer), a sentence on standard error, and no traceback."""
    ran = run(tmp_path, *words)
    error = ran.stderr.decode()
    assert (ran.returncode, said in error) == (code, True), error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "text-empty"),
        (b" \n\t ", "text-empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "text-binary"),
        ("第一条 为了示例。".encode("gb18030"), "text-not-decodable"),
        (b"hello", "text-no-statute"),
    ],
)
def test_a_file_that_is_no_statute_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    """Empty, binary, wrongly encoded or plain wrong: each has its code, and no store is made."""
    ran = run(tmp_path, "law", "import", "--dry-run", "-", stdin=content)
    assert (ran.returncode, code in ran.stderr.decode()) == (2, True), ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_gb18030_is_read_when_it_is_named(tmp_path: Path) -> None:
    """The remedy that the refusal names works."""
    text = "示例规定\n\n第一条 为了示例，制定本规定。\n\n第二条 本规定自公布之日起施行。\n"
    ran = run(
        tmp_path,
        "law",
        "import",
        "--dry-run",
        "--encoding",
        "gb18030",
        "--json",
        "-",
        stdin=text.encode("gb18030"),
    )
    (found,) = json.loads(ran.stdout)["instruments"]
    assert (found["instrument"], found["articles"], found["unplaced"]) == (None, 2, [])


def test_export_writes_whole_files_or_none(tmp_path: Path) -> None:
    """All instruments go into a folder; a place that cannot be written is refused."""
    ran = run(tmp_path, "law", "export", "--format", "dpv", "--out", "out")
    assert (ran.returncode, len(list((tmp_path / "out").iterdir()))) == (0, 17)
    (tmp_path / "file").write_text("")
    refused = run(tmp_path, "law", "export", "pipl", "--format", "akn", "--out", "file/pipl.xml")
    assert (refused.returncode, b"file-unwritable" in refused.stderr) == (2, True)


def test_settings_hide_the_secrets(tmp_path: Path) -> None:
    """``shouxin settings`` shows that a DSN is set, never which."""
    ran = run(tmp_path, "settings", SHOUXIN_DSN="postgresql://u:pa55word@db.example/x")
    assert b"(set)" in ran.stdout
    assert b"pa55word" not in ran.stdout + ran.stderr


def test_a_closed_pipe_is_no_failure(tmp_path: Path) -> None:
    """``shouxin law show pipl | head -1`` prints one line and no complaint."""
    ran = subprocess.run(
        ["sh", "-c", f"'{PROGRAM}' law show pipl | head -1"], cwd=tmp_path, capture_output=True, check=False
    )
    assert ran.stdout.count(b"\n") == 1
    assert ran.stderr == b""


@pytest.mark.parametrize("words", ["detect letter.txt", "protect letter.txt --policy mask", "law show pipl"])
def test_a_full_disk_is_named(tmp_path: Path, words: str) -> None:
    """Whatever writes where no room is left ends with 2 and says so, without a traceback."""
    (tmp_path / "letter.txt").write_text("手机13900000001\n", encoding="utf-8")
    ran = subprocess.run(
        ["sh", "-c", f"'{PROGRAM}' {words} > /dev/full"], cwd=tmp_path, capture_output=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.decode().count("\n") == 1
    assert "[no-room]" in ran.stderr.decode()
