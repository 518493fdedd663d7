"""``shouxin consent``: answers taken down, shown, proved to a bare Python, brought in and let out."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import Terminal, root
from shouxin.duties.notice.service import write
from shouxin.errors import ShouxinError
from tests.duties.access.conftest import PASSWORD
from tests.duties.notice.made_up import notice

HEADER = "person,action,purpose,at,gesture\n"
READING = ("--service", "shop", "--person", "u-1", "--reason", "a test")


class Shell:
    """Runs commands over one store in a folder of its own, in which a notice is in force."""

    def __init__(self, dsn: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("SHOUXIN_DSN", dsn)
        patch.setenv("SHOUXIN_DATA", str(folder / "data"))
        patch.setenv("SHOUXIN_LANGUAGE", "en")
        patch.chdir(folder)
        self.folder = folder
        (folder / "notice.yaml").write_text(write(notice()), encoding="utf-8")
        self("notice", "publish", "notice.yaml")

    def run(self, *words: str, typed: str = "") -> Result:
        """Run a command and return what came of it."""
        return CliRunner().invoke(root, list(words), obj=Terminal(), input=typed)

    def __call__(self, *words: str, typed: str = "") -> str:
        """Run a command that must succeed, and return what it writes to standard output."""
        made = self.run(*words, typed=typed)
        assert made.exit_code == 0, f"{made.output}\n{made.exception!r}"
        return made.stdout

    def refused(self, *words: str, typed: str = "") -> str:
        """Run a command that must fail, and return the code of its error."""
        made = self.run(*words, typed=typed)
        assert isinstance(made.exception, ShouxinError), made.output
        return made.exception.code

    def give(self, *more: str, person: str = "u-1", how: str = "spoken") -> str:
        """Take an answer to the shop's suggestions down."""
        words = ("--service", notice().service, "--person", person, "--purpose", "tips", "--how", how)
        return self("consent", "give", *words, *more)

    def file(self, name: str, *lines: str) -> str:
        """Write a CSV file of answers and return its name."""
        (self.folder / name).write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return name

    def brought(self, name: str, *more: str) -> tuple[int, dict[str, object]]:
        """Import a file under the notice; return how it ended and what it says."""
        made = self.run("consent", "import", name, "--notice", notice().address, "--json", *more)
        return made.exit_code, json.loads(made.stdout)


@pytest.fixture
def shell(database_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Give the commands over a new store."""
    return Shell(database_dsn, tmp_path, monkeypatch)


def test_an_answer_is_given_shown_withdrawn_and_counted(shell: Shell) -> None:
    """Without the address of a notice, the one in force is meant; every reading is in the ledger."""
    assert "give" in shell.give()
    assert json.loads(shell("consent", "show", *READING, "--json"))[0]["status"] == "given"
    shell("consent", "withdraw", "--service", "shop", "--person", "u-1")
    past = json.loads(shell("consent", "show", *READING, "--history", "--json"))
    assert [one["action"] for one in past] == ["give", "withdraw"]
    assert "withdrawn" in shell("consent", "show", *READING)
    assert "withdrawn" in shell("consent", "statistics", "--service", "shop")
    read = json.loads(shell("ledger", "show", "--kind", "read", "--json"))
    assert {one["why"] for one in read} == {"a test"}
    assert len(read) == 3


def test_who_it_is_about_can_be_typed(shell: Shell) -> None:
    """Then no list of processes shows it."""
    words = ("--service", "shop", "--purpose", "tips", "--how", "spoken", "--json")
    assert json.loads(shell("consent", "refuse", *words, typed="u-7\n"))[0]["action"] == "refuse"
    shown = ("--service", "shop", "--person", "u-7", "--reason", "a test", "--json")
    assert json.loads(shell("consent", "show", *shown))[0]["status"] == "refused"


def test_what_cannot_be_done_is_said_with_its_code(shell: Shell) -> None:
    """Nothing is kept of it."""
    assert shell.refused("consent", "withdraw", "--service", "shop", "--person", "u-1") == "consent-not-given"
    wrong = ("--service", "shop", "--person", "u-1", "--purpose", "other", "--how", "spoken")
    assert shell.refused("consent", "give", *wrong) == "consent-purpose"
    assert shell.refused("consent", "give", *wrong, "--at", "soon") == "consent-line"
    assert shell.refused("consent", "give", *("--service", "no", *wrong[2:])) == "consent-notice"
    blank = ("--service", "shop", "--person", "u-1", "--reason", " ")
    assert shell.refused("consent", "show", *blank) == "consent-asked"
    assert shell.refused("consent", "proof", *READING, "--out", "proof.zip") == "consent-nothing"
    assert shell.run("consent", "show", "--service", "shop", "--person", "u-1").exit_code == 2


def test_a_receipt_is_checked_by_a_bare_python(shell: Shell) -> None:
    """Its answers are those of the ledger that was signed; one that was changed is found."""
    shell.give()
    shell("ledger", "checkpoint")
    shell("consent", "proof", *READING, "--out", "proof.zip")
    (shell.folder / "keys").write_text(shell("ledger", "keys"))
    with zipfile.ZipFile(shell.folder / "proof.zip") as archive:
        archive.extractall(shell.folder)

    def checked() -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-I", "-S", "verify.py", "proof.json", "keys"]
        return subprocess.run(command, cwd=shell.folder, check=False, capture_output=True)

    sound = checked()
    assert sound.returncode == 0, sound.stderr
    assert json.loads(sound.stdout)["answers"][0]["answer"]["purpose"] == "tips"
    proof = shell.folder / "proof.json"
    proof.write_text(proof.read_text().replace('\\"tips\\"', '\\"news\\"'))
    assert checked().returncode == 1


def test_a_receipt_before_a_checkpoint_says_so(shell: Shell) -> None:
    """The verifier does not take it for proved."""
    shell.give()
    made = json.loads(shell("consent", "receipt", *READING))
    assert "inclusion" not in made["dct:hasPart"][0]["shouxin:proof"]


def test_an_import_keeps_all_or_nothing_and_can_be_tried(shell: Shell) -> None:
    """Answers may be older than the notice here; run again, they are known."""
    sound = [f"u-{number},give,tips,2024-03-02T12:00:00Z,button" for number in range(5)]
    good = shell.file("good.csv", *sound)
    bad = shell.file("bad.csv", *sound, "u-9,give,other,2024-03-02T12:00:00Z,button")
    assert shell.brought(good, "--dry-run") == (
        0,
        {"recorded": 5, "repeated": 0, "refused": 0, "kept": False, "dry_run": True},
    )
    assert shell.brought(bad)[0] == 1
    assert shell.refused("consent", "proof", *READING, "--out", "proof.zip") == "consent-nothing"
    kept = shell.brought(bad, "--keep-good", "--rejects", "rejects.jsonl", "--source", "csv")
    assert (kept[0], kept[1]["recorded"], kept[1]["refused"]) == (1, 5, 1)
    refused = json.loads((shell.folder / "rejects.jsonl").read_text())
    assert (refused["line"], refused["code"]) == (7, "consent-purpose")
    assert (shell.folder / "rejects.jsonl").stat().st_mode & 0o077 == 0
    assert shell.brought(good)[1]["repeated"] == 5


def test_a_mapping_to_no_field_is_refused(shell: Shell) -> None:
    """Before the file is read."""
    file = shell.file("good.csv")
    assert shell.refused("consent", "import", file, "--column", "colour=red") == "consent-mapping"
    assert shell.refused("consent", "import", file, "--purpose", "tips") == "consent-mapping"


def test_everybody_s_answers_leave_with_two_people_s_consent(shell: Shell) -> None:
    """Nothing is written before; what was written comes in again as known."""
    shell.give(how="button")
    shell.give(person="u-2", how="button")
    for name, role in (("Ana", "privacy_officer"), ("Ben", "approver")):
        shell("operator", "add", name, "--role", role, typed=f"{PASSWORD}\n{PASSWORD}\n")
    typed = f"{PASSWORD}\n"
    out = ("consent", "export", "--service", "shop", "--out", "out.csv", "--reason", "a move", "--as", "Ana")
    assert shell.refused(*out, typed=typed) == "approval-needed"
    assert not (shell.folder / "out.csv").exists()
    what = ("--scope", "consents", "--purpose", "a move", "--people", "2", "--as", "Ana")
    shell("approve", "ask", "export", *what, typed=typed)
    words = ("--reason", "needed", "--measures", "encrypted disk", "--until", "2099-01-01", "--as", "Ben")
    shell("approve", "give", "1", *words, typed=typed)
    elsewhere = (*out[:5], "no/where.csv", *out[6:], "--approval", "1")
    assert (
        shell.refused(*elsewhere, typed=typed) == "file-unwritable"
    )  # and the approval is as good as before
    shell(*out, "--approval", "1", typed=typed)
    with (shell.folder / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [line["person"] for line in csv.DictReader(file)] == ["u-1", "u-2"]
    assert (shell.folder / "out.csv").stat().st_mode & 0o077 == 0
    assert shell.brought("out.csv")[1]["repeated"] == 2
    assert shell.refused(*out, "--approval", "1", typed=typed) == "approval-spent"


def test_a_guardian_is_put_on_record_and_ended(shell: Shell) -> None:
    """Who is asked for at the prompt; for a child nobody else answers, and nobody any more at the end."""
    place = ("consent", "guardian")
    link = ("link", "--service", "shop", "--verified-by", "register, file G7", "--until")
    end = ("end", "--service", "shop", "--why", "another was appointed")
    both = ("--child", "u-1", "--guardian", "u-2")
    assert shell.refused(*place, *link, "2098-13-40", *both) == "guardian-unfit"
    assert shell.refused(*place, *link, "2001-01-01", *both) == "guardian-unfit"
    assert shell.refused(*place, *end, *both) == "guardian-unknown"
    shell(*place, *link, "2098-05-03", typed="u-1\nu-2\n")
    child = ("--kind", "guardian", "--guardian", "u-3")
    words = ("--service", "shop", "--person", "u-1", "--purpose", "tips", "--how", "spoken")
    assert shell.refused("consent", "give", *words, *child) == "consent-not-guardian"
    shell.give("--kind", "guardian", "--guardian", "u-2")
    shell(*place, *end, *both)
    assert shell.refused(*place, *end, *both) == "guardian-unknown"
