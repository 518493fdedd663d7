"""``shouxin search`` as a real process: in words, as JSON, and never for a person."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.app.test_command_line import run
from tests.store.ledger.conftest import write

Shouxin = Callable[..., subprocess.CompletedProcess[bytes]]
MOBILE = "13800138000"


@pytest.fixture
def shouxin(tmp_path: Path, migrated: Engine, database_dsn: str) -> Shouxin:
    """Give the program in a folder of its own, over a store with eight entries in its ledger."""
    write(migrated, range(8))

    def call(*words: str) -> subprocess.CompletedProcess[bytes]:
        return run(tmp_path, *words, stdin=b"", SHOUXIN_DSN=database_dsn, SHOUXIN_LANGUAGE="en")

    return call


def test_what_is_found_is_told_in_words_and_as_json(shouxin: Shouxin) -> None:
    """By kind with its address and the place in its text; results alone stand on the output."""
    told = shouxin("search", "separate", "consent")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.decode().splitlines()
    assert lines[0] == "Provisions of the law"
    assert any(line.startswith("  ") and "/law/pipl/art_" in line for line in lines)
    answer = shouxin("search", "--json", "separate", "consent")
    groups = {one["kind"]: one for one in json.loads(answer.stdout)["groups"]}
    addresses = [hit["address"] for hit in groups["provision"]["hits"]]
    assert all(f"  {address}" in told.stdout.decode() for address in addresses)
    marked = [
        piece["text"].lower()
        for hit in groups["provision"]["hits"]
        for piece in hit["pieces"]
        if piece["hit"]
    ]
    assert {"separate", "consent"} <= set(marked)
    numbered = json.loads(shouxin("search", "--json", "#5").stdout)["groups"]
    assert [hit["address"] for one in numbered if one["kind"] == "ledger" for hit in one["hits"]] == [
        "/ledger/5"
    ]


def test_nothing_found_ends_with_one(shouxin: Shouxin) -> None:
    """In words on the other output; as JSON an empty list."""
    told = shouxin("search", "quetzalcoatl")
    assert (told.returncode, told.stdout, b"nothing was found" in told.stderr) == (1, b"", True)
    answer = shouxin("search", "--json", "quetzalcoatl")
    assert (answer.returncode, json.loads(answer.stdout)) == (1, {"groups": []})


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_person_is_not_looked_for_here(tmp_path: Path, more: tuple[str, ...]) -> None:
    """The error leads to the search that asks for a reason, repeats nothing, and opens no store."""
    told = run(tmp_path, "search", *more, MOBILE, stdin=b"", SHOUXIN_LANGUAGE="en")
    said = (told.stdout + told.stderr).decode()
    assert told.returncode == 2
    assert "search-personal" in said
    assert "shouxin consent show" in said
    assert MOBILE not in said
    assert not (tmp_path / "var").exists()
