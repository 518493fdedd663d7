"""The commands: accounts, keys and approvals at the machine itself."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from shouxin.app.cli import Terminal, root
from shouxin.errors import ShouxinError
from tests.duties.access.conftest import PASSWORD


class Shell:
    """Runs commands over one store in a folder of its own."""

    def __init__(self, dsn: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("SHOUXIN_DSN", dsn)
        patch.setenv("SHOUXIN_DATA", str(folder / "data"))
        patch.chdir(folder)

    def __call__(self, *words: str, typed: str = "") -> str:
        """Run a command that must succeed, and return what it writes to standard output."""
        made = CliRunner().invoke(root, list(words), obj=Terminal(), input=typed)
        if made.exception and not isinstance(made.exception, SystemExit):
            raise made.exception
        assert made.exit_code == 0, made.output
        return made.stdout

    def refused(self, *words: str, typed: str = "") -> str:
        """Run a command that must fail, and return the code of its error."""
        with pytest.raises(ShouxinError) as caught:
            self(*words, typed=typed)
        return caught.value.code


@pytest.fixture
def shell(database_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Give the commands over a new store."""
    return Shell(database_dsn, tmp_path, monkeypatch)


def test_people_are_let_in_and_out(shell: Shell) -> None:
    """Added with a typed password, listed, given an end, disabled, reset."""
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    shell("operator", "add", "Ana", "--role", "privacy_officer", typed=typed)
    shell("operator", "add", "Ben", "--role", "staff", typed=typed)
    shell("operator", "role", "Ben", "inspector", "--until", "2099-06-30")
    shell("operator", "role", "Ben", "staff", "--take")
    found = {item["name"]: item for item in json.loads(shell("operator", "list", "--json"))}
    assert [role["role"] for role in found["Ben"]["roles"]] == ["inspector"]
    assert "2099-06-30" in shell("operator", "list")
    shell("operator", "disable", "Ben")
    assert "disabled" in shell("operator", "list")
    assert shell.refused("operator", "disable", "Ana") == "operator-last"
    shell("operator", "reset", "Ana", typed="nine made-up geese\nnine made-up geese\n")
    assert shell.refused("operator", "add", "ana", typed=typed) == "operator-exists"
    assert shell.refused("operator", "add", "Eve", typed="password1234\npassword1234\n") == "password-weak"
    assert shell.refused("operator", "role", "Ana", "king") == "role-unknown"
    assert shell.refused("operator", "role", "Ana", "staff", "--until", "soon") == "day-unreadable"


def test_a_key_is_written_once(shell: Shell) -> None:
    """To standard output alone, so that it can be piped into a safe."""
    made = shell("key", "new", "orders", "--scope", "case.read", "--until", "2099-06-30").strip()
    assert made.startswith("sx_")
    listed = shell("key", "list")
    assert made.split("_")[1] in listed
    assert made not in listed
    shell("key", "revoke", made.split("_")[1])
    assert "revoked" in shell("key", "list")
    assert shell.refused("key", "new", "x", "--scope", "all", "--until", "2099-06-30") == "key-scope"
    assert json.loads(shell("key", "list", "--json"))[0]["scopes"] == ["case.read"]


def test_four_eyes_at_the_terminal(shell: Shell) -> None:
    """Each proves who they are with the password; one's own request stays undecided."""
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    shell("operator", "add", "Ana", "--role", "privacy_officer", typed=typed)
    shell("operator", "add", "Ben", "--role", "approver", typed=typed)
    shell("approve", "limit", "export", "--bulk-from", "10", "--people", "500")
    asked = ("approve", "ask", "export", "--scope", "orders", "--purpose", "audit", "--as", "Ana")
    assert shell.refused(*asked, "--people", "501", typed=f"{PASSWORD}\n") == "approval-limit"
    assert shell.refused(*asked, "--people", "5", typed="wrong-wrong-wrong\n") == "sign-in-refused"
    assert json.loads(shell(*asked, "--people", "50", "--json", typed=f"{PASSWORD}\n"))["id"] == 1
    given = ("approve", "give", "1", "--reason", "r", "--measures", "m", "--until", "2099-06-30")
    assert shell.refused(*given, "--as", "Ana", typed=f"{PASSWORD}\n") == "approval-own"
    assert "given" in shell(*given, "--as", "Ben", typed=f"{PASSWORD}\n")
    assert "0/50" in shell("approve", "list", "--state", "given")
    assert "measures  m" in shell("approve", "show", "1")
    assert shell.refused("approve", "show", "2") == "approval-unknown"
    again = ("approve", "refuse", "1", "--reason", "r", "--as", "Ben")
    assert shell.refused(*again, typed=f"{PASSWORD}\n") == "approval-decided"
