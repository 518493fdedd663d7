"""``shouxin ledger`` as real processes: signed, verified, proved to a bare Python, wrapped anew."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.app.test_command_line import run
from tests.store.ledger.conftest import damage, write

Shouxin = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def shouxin(tmp_path: Path, migrated: Engine, database_dsn: str) -> Shouxin:
    """Give the program in a folder of its own, over a store with forty entries."""
    write(migrated, range(40))

    def call(*words: str) -> subprocess.CompletedProcess[bytes]:
        return run(tmp_path, *words, stdin=b"", SHOUXIN_DSN=database_dsn, SHOUXIN_LANGUAGE="en")

    return call


def test_the_ledger_is_signed_verified_and_proved(shouxin: Shouxin, tmp_path: Path) -> None:
    """The whole round with files as an auditor would keep them."""
    assert shouxin("ledger", "checkpoint", "--out", "first").returncode == 0
    assert (tmp_path / "var" / "ledger" / "checkpoint").read_text() == (tmp_path / "first").read_text()
    key = shouxin("ledger", "keys", "--new", "--json")
    assert [item["current"] for item in json.loads(key.stdout)] == [False, True]
    (tmp_path / "keys").write_bytes(shouxin("ledger", "keys").stdout)
    sound = shouxin("ledger", "verify", "--against", "first", "--keys", "keys")
    assert (sound.returncode, b"all 42 entries" in sound.stdout) == (0, True)
    assert json.loads(shouxin("ledger", "verify", "--json").stdout)["problem"] is None
    for words in (("7",), ("--since", "first")):
        assert shouxin("ledger", "prove", *words, "--out", "proof.zip").returncode == 0
        with zipfile.ZipFile(tmp_path / "proof.zip") as archive:
            archive.extractall(tmp_path)
        command = [sys.executable, "-I", "-S", "verify.py", "proof.json", "keys"]
        assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    assert json.loads(shouxin("ledger", "prove", "7").stdout)["shouxin_proof"] == 1


def test_what_was_changed_ends_with_one(shouxin: Shouxin, migrated: Engine) -> None:
    """In words and as JSON, with the number of the entry."""
    assert shouxin("ledger", "checkpoint").returncode == 0
    damage(migrated, "delete from shouxin.ledger_entry where number = 20")
    told = shouxin("ledger", "verify")
    assert (told.returncode, b"entry-missing 20" in told.stdout) == (1, True)
    report = json.loads(shouxin("ledger", "verify", "--json").stdout)
    assert report["problem"]["number"] == 20


def test_entries_are_shown_in_words_and_as_json(shouxin: Shouxin) -> None:
    """The newest, one by its number, one kind."""
    assert json.loads(shouxin("ledger", "show", "3", "--json").stdout)["what"] == {"n": 3}
    lines = shouxin("ledger", "show", "--kind", "decision", "--limit", "2").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == ["NUMBER", "39", "38"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("prove", "7"), b"ledger-unsigned"),
        (("prove", "70"), b"ledger-number"),
        (("show", "40"), b"ledger-number"),
        (("show", "--whose", "zz"), b"ledger-whose"),
        (("verify", "--against", "nowhere"), b"ledger-file"),
        (("create", "--hash", "sm3"), b"ledger-begun"),
    ],
)
def test_what_cannot_be_done_is_said(shouxin: Shouxin, words: tuple[str, ...], code: bytes) -> None:
    """With the code, and 2 at the end."""
    ended = shouxin("ledger", *words)
    assert (ended.returncode, code in ended.stderr) == (2, True), ended.stderr
    assert b"Traceback" not in ended.stderr


def test_prove_wants_one_of_two(shouxin: Shouxin) -> None:
    """A number or an older checkpoint."""
    assert shouxin("ledger", "prove").returncode == 2
    assert shouxin("ledger", "prove", "1", "--since", "x").returncode == 2


def test_keys_are_wrapped_anew(shouxin: Shouxin) -> None:
    """A new key-encryption key takes over; the checkpoint after it opens the same signing key."""
    assert shouxin("ledger", "checkpoint").returncode == 0
    done = shouxin("ledger", "rewrap", "--new", "k2")
    assert (done.returncode, b"1 keys wrapped anew under k2" in done.stderr) == (0, True), done.stderr
    assert shouxin("ledger", "rewrap").stderr.endswith(b"0 keys wrapped anew under k2\n")
    assert len(json.loads(shouxin("ledger", "keys", "--json").stdout)) == 1
    assert shouxin("ledger", "checkpoint").returncode == 0


def test_a_new_ledger_can_hash_with_sm3(tmp_path: Path, database_dsn: str) -> None:
    """Chosen before the first entry."""
    made = run(tmp_path, "ledger", "create", "--hash", "sm3", stdin=b"", SHOUXIN_DSN=database_dsn)
    assert made.returncode == 0, made.stderr
    signed = run(tmp_path, "ledger", "checkpoint", stdin=b"", SHOUXIN_DSN=database_dsn)
    assert signed.returncode == 0, signed.stderr
    shown = run(tmp_path, "ledger", "verify", "--json", stdin=b"", SHOUXIN_DSN=database_dsn)
    assert json.loads(shown.stdout)["hash"] == "sm3"
