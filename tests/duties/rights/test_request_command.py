"""``shouxin request`` at the terminal, over the stores of the tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import Terminal
from shouxin.duties.rights import cli, cli_carry
from shouxin.duties.rights.cli import request
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError
from tests.duties.rights.made_up import Office
from tests.duties.rights.zipped import opened

ASK = ["ask", "--service", "shop", "--person", "7", "--identity", "customer_id=7"]


@pytest.fixture
def command(office: Office, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what runs a command over the desk."""

    @contextmanager
    def opened_here() -> Iterator[Rights]:
        yield office.rights

    for module in (cli, cli_carry):
        monkeypatch.setattr(module, "open_rights", opened_here)

    def run(*words: str, typed: str = "", ends: int = 0) -> Result:
        done = CliRunner().invoke(request, list(words), input=typed, obj=Terminal(), catch_exceptions=False)
        assert done.exit_code == ends, done.output
        return done

    return run


def test_an_erasure_from_the_asking_to_the_receipt(command: Any, office: Office, tmp_path: Path) -> None:
    """Each command says what stands now, and the exit code whether something is in the way."""
    assert "1" in command(*ASK, "--right", "deletion", "--lang", "en").stdout
    assert "nobody verified" in command("show", "1", "--lang", "en").stdout
    command("verify", "1", "--documents", "identity card seen")
    planned = command("plan", "1", "--lang", "en").stdout
    assert "kept by law" in planned
    drawn = tmp_path / "reached.svg"
    command("picture", "1", "--store", "shop", "--out", str(drawn), "--lang", "en")
    assert "1: deleted" in drawn.read_text()
    assert "known by:" in drawn.read_text()
    digest = json.loads(command("show", "1", "--json").stdout)["plan"]["digest"]
    assert digest in planned
    command("run", "1", "--dry-run")
    facts = ["--fact", "deletion.due=true", "--fact", "deletion.technically_hard=false"]
    command("approve", "1", "--digest", digest[:8], "--reason", "withdrawn", *facts)
    assert "done" in command("run", "1", "--lang", "en").stdout
    assert office.left("7") == 1
    command("receipt", "1", "--out", str(tmp_path / "receipt.json"))
    assert json.loads((tmp_path / "receipt.json").read_bytes())["state"] == "blocked"
    assert "deletion" in command("list", "--lang", "en").stdout


def test_a_code_is_typed_and_never_an_option(command: Any, office: Office) -> None:
    """Sent to the address that the store knows."""
    command(*ASK, "--right", "access")
    assert "a***@shop.example" in command("verify", "1", "--send", "email").stderr
    command("verify", "1", "--enter", typed=office.sent[0].code + "\n")
    assert json.loads(command("show", "1", "--json").stdout)["verified_by"] == "code"
    command("verify", "1", "--session", "--enter", ends=2)


def test_a_copy_is_written_with_a_passphrase_that_is_shown(command: Any, tmp_path: Path) -> None:
    """On standard output alone; a file that is there is not overwritten."""
    command(*ASK, "--right", "copy")
    command("verify", "1", "--session")
    made = command("copy", "1", "--out", str(tmp_path / "copy.zip"), "--lang", "es")
    files = opened((tmp_path / "copy.zip").read_bytes(), made.stdout.strip())
    assert "Una copia" in files["index.html"]
    with pytest.raises(InputError, match="exists"):
        command("copy", "1", "--out", str(tmp_path / "copy.zip"))


@pytest.mark.parametrize("word", ["customer_id", "=7", "a=1 a=2"])
def test_a_word_that_is_no_pair_is_refused_and_not_repeated(command: Any, word: str) -> None:
    """It may hold somebody's number."""
    words = [part for one in word.split() for part in ("--identity", one)]
    with pytest.raises(InputError, match="NAME=VALUE") as refused:
        command("ask", "--service", "shop", "--person", "7", "--right", "access", *words)
    assert "customer_id" not in str(refused.value)


def test_changes_are_written_by_store_table_and_column(command: Any, office: Office) -> None:
    """And a key names the row."""
    change = ["--change", "shop.rows.name=Anna", "--key", "email=ana@shop.example"]
    command(*ASK, "--right", "correction", *change, "--record", "challenged=the name")
    command("verify", "1", "--session")
    assert "name" in command("plan", "1").stdout
    digest = json.loads(command("show", "1", "--json").stdout)["plan"]["digest"]
    command("approve", "1", "--digest", digest, "--reason", "wrong", "--fact", "found_wrong=true")
    command("run", "1")
    assert office.shop[0]["name"] == "Anna"


def test_refusing_settling_and_stores(command: Any) -> None:
    """The rest of the verbs."""
    command(*ASK, "--right", "access")
    command("verify", "1", "--session")
    refused = command("refuse", "1", "--ground", "secrecy_or_no_notice", "--reasons", "file 3", "--json")
    assert json.loads(refused.stdout)["state"] == "refused"
    command(*ASK, "--right", "restriction", "--purpose", "tips")
    command("verify", "2", "--session")
    facts = ["--fact", "law.permits_otherwise=false", "--fact", "another_basis=false"]
    assert (
        "tips" in json.loads(command("settle", "2", "--text", "stopped", *facts, "--json").stdout).__str__()
    )
    assert command("stores").exit_code == 0
