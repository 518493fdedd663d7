"""Looking through folders: what is known is not told again, and a search that was killed goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from shouxin.detect.search import Missed, Search
from shouxin.duties.shield import looking
from shouxin.duties.shield.key import fingerprint_key
from shouxin.duties.shield.looking import Journal, Known, Line, Looking, Summary
from shouxin.errors import InputError
from tests.detect.sources.conftest import eleven_digits

SEARCH = Search(eleven_digits, b"k" * 32)


def found(job: Looking, journal: Journal | None = None) -> tuple[list[Line | Missed], Summary]:
    """Run a job and return what it told."""
    told: list[Line | Missed] = []

    def sink(result: Line | Missed) -> None:
        told.append(result)
        if journal and isinstance(result, Line):
            journal.put(result)

    return told, looking.look(job, SEARCH, sink, lambda _path, _size: None, journal)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a folder of twenty files with one number each, and one that cannot be read."""
    for at in range(20):
        (tmp_path / f"{at:02}.txt").write_text(f"tel 138001380{at:02}\n")
    (tmp_path / "picture").write_bytes(b"\x89PNG")
    return tmp_path


def test_a_folder_is_counted_by_kind_and_gaps_are_told(shop: Path) -> None:
    """Twenty findings and one part that was not looked at."""
    told, summary = found(Looking(places=(shop,)))
    assert (summary.files, summary.new, summary.unscanned) == (21, 20, 1)
    assert summary.types == {"mobile": 20}
    assert len(told) == 21


def test_what_a_baseline_knows_is_not_told_again(shop: Path) -> None:
    """The baseline holds hashes and no number; a new number is new, a known one that moved is known."""
    path = shop.parent / "known.json"
    looking.write_baseline(
        path, {line.known for line in found(Looking(places=(shop,)))[0] if isinstance(line, Line)}
    )
    assert "13800138" not in path.read_text()
    (shop / "03.txt").write_text("moved down\n\n\ntel 13800138003, new 13900139000\n")
    told, summary = found(Looking(places=(shop,), baseline=looking.read_baseline(path)))
    assert (summary.known, summary.new) == (20, 1)
    assert [line.file[-6:] for line in told if isinstance(line, Line)] == ["03.txt"]


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"findings": [{"file": 1}]}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, data: bytes) -> None:
    """A broken baseline is an error: taken as empty it would only make noise, taken as all it would hide."""
    (tmp_path / "known.json").write_bytes(data)
    with pytest.raises(InputError) as caught:
        looking.read_baseline(tmp_path / "known.json")
    assert caught.value.code == "baseline-unreadable"


_KILLED = """
import os, sys
from pathlib import Path
from shouxin.duties.shield import looking
from tests.duties.shield.test_looking import SEARCH, Journal, Line, Looking
out, stop = Path(sys.argv[2]), int(sys.argv[3])
journal = Journal(out, resume=False)
seen = []
def sink(result):
    if isinstance(result, Line):
        journal.put(result)
        seen.append(result)
        if len(seen) == stop:
            journal._out.flush()
            os.kill(os.getpid(), 9)
looking.look(Looking(places=(Path(sys.argv[1]),)), SEARCH, sink, lambda path, size: None, journal)
"""


@pytest.mark.parametrize("stop", [1, 7, 20])
def test_a_search_that_was_killed_goes_on_and_loses_nothing(shop: Path, stop: int) -> None:
    """After kill -9 in the middle of a file the output ends up as if nothing had happened."""
    whole, out = shop.parent / "whole.jsonl", shop.parent / "out.jsonl"
    journal = Journal(whole, resume=False)
    _, unbroken = found(Looking(places=(shop,)), journal)
    journal.close()
    process = subprocess.run([sys.executable, "-c", _KILLED, str(shop), str(out), str(stop)], check=False)
    assert process.returncode == -signal.SIGKILL
    with (shop.parent / "out.jsonl.journal").open("ab") as half:
        half.write(b'{"half a li')
    (shop / "01.txt").write_text("tel 13900139001 is new\n")
    (whole_lines,) = [whole.read_bytes().replace(b"13800138001", b"")]
    journal = Journal(out, resume=True)
    _, summary = found(Looking(places=(shop,)), journal)
    journal.close()
    assert summary.files >= unbroken.files
    numbers = [msgspec.json.decode(line)["file"] for line in out.read_bytes().splitlines()]
    assert sorted(set(numbers)) == sorted(
        msgspec.json.decode(line)["file"] for line in whole_lines.splitlines()
    )
    assert not (shop.parent / "out.jsonl.journal").exists()


def test_the_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    """Its permissions are 0600; a file that others can read, or that is no key, is refused."""
    key = fingerprint_key(tmp_path / "var")
    path = tmp_path / "var" / "detect.key"
    assert fingerprint_key(tmp_path / "var") == key
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(InputError) as caught:
        fingerprint_key(tmp_path / "var")
    assert caught.value.code == "detect-key-unsafe"
    path.chmod(0o600)
    os.truncate(path, 3)
    with pytest.raises(InputError) as caught:
        fingerprint_key(tmp_path / "var")
    assert caught.value.code == "detect-key-broken"


def test_a_known_finding_is_its_file_kind_and_hash() -> None:
    """Places may change without making a finding new."""
    assert Known("a", "mobile", "1") == Known("a", "mobile", "1")
