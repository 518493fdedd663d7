"""``shouxin complaint`` and ``shouxin content``: taken down, listed, read, answered, forgotten."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import Terminal, root
from shouxin.errors import ShouxinError


class Shell:
    """Runs commands over one store in a folder of its own."""

    def __init__(self, dsn: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("SHOUXIN_DSN", dsn)
        patch.setenv("SHOUXIN_DATA", str(folder / "data"))
        patch.setenv("SHOUXIN_LANGUAGE", "en")
        patch.chdir(folder)

    def run(self, *words: str, typed: str = "") -> Result:
        """Run a command and return what came of it."""
        return CliRunner().invoke(root, list(words), obj=Terminal(), input=typed)

    def __call__(self, *words: str, typed: str = "") -> str:
        """Run a command that must succeed, and return what it writes to standard output."""
        made = self.run(*words, typed=typed)
        assert made.exit_code == 0, f"{made.output}\n{made.exception!r}"
        return made.stdout

    def refused(self, *words: str) -> str:
        """Run a command that must fail, and return the code of its error."""
        made = self.run(*words)
        assert isinstance(made.exception, ShouxinError), made.output
        return made.exception.code


@pytest.fixture
def shell(migrated: object, database_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Give the commands over a new store."""
    return Shell(database_dsn, tmp_path, monkeypatch)


def test_a_complaint_by_telephone_is_answered_at_the_terminal(shell: Shell) -> None:
    """Added with its day of receipt, listed, read for a reason, answered from a file, counted, forgotten."""
    words = ("--text", "they shared my number", "--contact", "a letter box", "--on", "2025-06-03")
    made = json.loads(shell("complaint", "add", *words, "--answer-in", "en", "--json"))
    number = str(made["number"])
    assert (made["received"], made["due"]) == ("2025-06-03", "2025-06-18")
    assert "late" in shell("complaint", "list")
    assert json.loads(shell("complaint", "list", "--json"))[0]["late"] is True
    assert "they shared" not in shell("complaint", "show", number)
    assert "they shared" in shell("complaint", "read", number, "--reason", "to answer it")
    assert "18 June 2025" in shell("complaint", "draft", number, "accept")
    Path("letter.txt").write_text("Ms Li deals with it", encoding="utf-8")
    shell("complaint", "take", number)
    shell("complaint", "step", number, "accept", "--text", "accepted=@letter.txt")
    shell("complaint", "write", number, "which number was it?")
    answered = json.loads(shell("complaint", "step", number, "answer", "--text", "answer=deleted", "--json"))
    assert answered["state"] == "answered"
    letters = json.loads(shell("complaint", "read", number, "--reason", "a check", "--json"))
    assert [one["kind"] for one in letters] == [letters[0]["kind"], "accept", "note", "answer"]
    assert json.loads(shell("complaint", "statistics", "--json"))[0]["late"] == 1
    assert "user_information" in shell("complaint", "statistics")
    shell("complaint", "shred", number, "--reason", "asked for it", "--yes")
    assert "they shared" not in shell("complaint", "read", number, "--reason", "is it gone?")


def test_a_content_request_is_decided_at_the_terminal(shell: Shell) -> None:
    """The poster's word is shown once."""
    made = json.loads(
        shell(
            "content",
            "add",
            "--location",
            "https://forum.example/t/1",
            "--json",
            typed="it shows my address\n",
        )
    )
    texts = [one for name in ("measure", "answer", "reasons") for one in ("--text", f"{name}=done")]
    shown = shell(
        "content", "step", str(made["number"]), "grant", *texts, "--yes", "founded", "--to", "poster=gone"
    )
    assert "done" in shown
    assert "poster: " in shown
    assert "deleted or stopped" in shell("content", "list", "--state", "ended")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("show", "999"), "desk-none"),
        (("read", "999", "--reason", "x"), "desk-none"),
        (("step", "999", "accept"), "desk-none"),
        (("draft", "1", "handle"), "desk-draft"),
        (("step", "1", "accept", "--text", "accepted"), "desk-pair"),
        (("step", "1", "accept", "--text", "accepted=@nowhere.txt"), "file-unreadable"),
        (("tie", "1", "--case", "999"), "case-unknown"),
        (("shred", "1", "--reason", "x", "--yes"), "desk-open"),
        (("add", "--text", " "), "complaint-unreadable"),
        (("add", "--text", "x", "--on", "yesterday"), "day-unreadable"),
        (("statistics", "--since", "soon"), "day-unreadable"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(shell: Shell, words: tuple[str, ...], expected: str) -> None:
    """Each with its code, and never a traceback."""
    shell("complaint", "add", "--text", "x")
    assert shell.refused("complaint", *words) == expected
