"""The compiled rules on disk: true to the law, or made anew, or done without; never trusted blindly."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shouxin.duties.gate import stock
from shouxin.engine.gate import Gate
from shouxin.engine.ready import Code, Key
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.register import Register, register

DAY = date(2025, 6, 3)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what is kept of the installed law."""
    folder = tmp_path_factory.mktemp("kept")
    stock.gate(register(), folder=folder)
    return only(folder).read_bytes()


@pytest.fixture
def folder(tmp_path: Path, kept: bytes) -> Path:
    """Return a folder with a good file."""
    path = tmp_path / stock._name(register(), {})
    path.write_bytes(kept)
    path.chmod(0o600)
    return tmp_path


def only(folder: Path) -> Path:
    """Return the one file of a folder."""
    (path,) = folder.iterdir()
    return path


def compiles(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with every program that is compiled."""
    done: list[object] = []
    compile_it = Gate.code

    def counted(gate: Gate, key: Key) -> Code:
        done.append(key)
        return compile_it(gate, key)

    monkeypatch.setattr(Gate, "code", counted)
    return done


def test_a_gate_from_disk_decides_like_one_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules and outcomes for every act, and nothing is compiled."""
    new = Gate(RuleBase(register()))
    expected = {act: new.outcome_of(act, new.reader.usual(), DAY) for act in new.rules.acts}
    done = compiles(monkeypatch)
    old = stock.gate(register(), folder=folder)
    assert (old.rules.rules, old.rules.dormant) == (new.rules.rules, new.rules.dormant)
    for act, outcome in expected.items():
        assert old.outcome_of(act, old.reader.usual(), DAY) == outcome
        assert old.outcome(old.prepare({"act": act, **old.reader.usual()}), DAY) == outcome
    assert done == []
    assert old.check({"act": "collect"}, date(2016, 1, 1)) == new.check({"act": "collect"}, date(2016, 1, 1))


def cut(path: Path) -> None:
    """Take the last byte away."""
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    """Leave nothing."""
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    """Turn one bit."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def open_to_others(path: Path) -> None:
    """Let others write."""
    path.chmod(0o666)


def a_link(path: Path) -> None:
    """Put a link in its place."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def of_another_key(path: Path) -> None:
    """Put the file of another law in its place."""
    body = path.read_bytes()[32:]
    path.write_bytes(stock._sealed(path.with_name("another"), body) + body)


def a_folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil", [cut, empty, flipped, open_to_others, a_link, of_another_key, a_folder], ids=lambda f: f.__name__
)
def test_a_file_that_cannot_be_trusted_is_not_used(folder: Path, spoil: Callable[[Path], None]) -> None:
    """Damaged, open to others, a link, another's: it is ignored, and replaced where that can be done."""
    path = only(folder)
    spoil(path)
    assert stock._read(path) is None
    made = stock.gate(register(), folder=folder)
    assert made.check({"act": "collect", "data.sensitive": True}, DAY).effect == "undetermined"
    assert (stock._read(path) is not None) == (spoil is not a_folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_not_used(folder: Path) -> None:
    """Whoever owns a file can write it."""
    path = only(folder)
    os.chown(path, 12345, -1)
    assert stock._read(path) is None


def test_where_nothing_can_be_kept_nothing_is_compiled_in_advance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache folder that cannot be made costs one act's program, not all of them."""
    (tmp_path / "file").write_text("")
    done = compiles(monkeypatch)
    made = stock.gate(register(), folder=tmp_path / "file" / "cache")
    made.check({"act": "collect"}, DAY)
    assert len(done) == 1


def test_other_readings_are_kept_apart_and_older_laws_go(folder: Path) -> None:
    """Each choice of readings has its file; a file of another law or program is taken away."""
    (folder / f"gate-{sys.implementation.cache_tag}-older-none").write_bytes(b"")
    item, reading = next(iter(register().readings()))
    stock.gate(register(), {f"{item.instrument}:{reading.id}": reading.alternatives[-1].id}, folder)
    assert len(list(folder.iterdir())) == 2
    with pytest.raises(InputError):
        stock.gate(register(), {"none": "such"}, folder)


def test_a_made_up_law_is_never_kept(tmp_path: Path) -> None:
    """Only the installed law has a version that says what is in it."""
    stock.gate(Register(register().books, "made up"), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_processes_at_once_leave_one_good_file(tmp_path: Path) -> None:
    """Each writes all of it and puts it there in one step."""
    code = (
        "import sys; from pathlib import Path; from shouxin.duties.gate import stock; "
        "from shouxin.law.register import register; stock.gate(register(), folder=Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert stock._read(only(tmp_path)) is not None
