"""The folder of the demo: made once, kept to, and taken away only where it is a demo's."""

import datetime
from pathlib import Path

import pytest

from shouxin.demo.place import Mark, contents, keep, prepare
from shouxin.errors import StoreError
from shouxin.store.locks import FileLock

TODAY = datetime.date(2026, 11, 22)


def test_a_second_start_counts_from_the_first_day(tmp_path: Path) -> None:
    """The days of the demo do not move under its feet."""
    said: list[str] = []
    first = prepare(tmp_path / "demo", TODAY, said.append)
    again = prepare(tmp_path / "demo", TODAY + datetime.timedelta(days=9), said.append)
    assert (again, said) == (first, [])


def test_a_demo_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    """It is kept, and the way to a new one is named."""
    said: list[str] = []
    prepare(tmp_path / "demo", TODAY, said.append)
    keep(tmp_path / "demo", Mark(made=TODAY, of="older", whole=True))
    assert prepare(tmp_path / "demo", TODAY, said.append).whole
    assert "--fresh" in said[0]


def test_fresh_says_what_goes_away_and_takes_it(tmp_path: Path) -> None:
    """Everything in the folder goes, and nothing beside it."""
    said: list[str] = []
    folder = tmp_path / "demo"
    prepare(folder, TODAY, said.append)
    (folder / "postgres").mkdir()
    (folder / "postgres" / "users.lock").touch()
    (folder / "entered").touch()
    (tmp_path / "real").touch()
    later = TODAY + datetime.timedelta(days=9)
    assert prepare(folder, later, said.append, fresh=True) == Mark(made=later, of=contents())
    assert (len(said), str(folder) in said[0]) == (1, True)
    assert sorted(path.name for path in folder.iterdir()) == ["demo.json"]
    assert (tmp_path / "real").exists()


@pytest.mark.parametrize("fresh", [False, True])
def test_what_is_no_demo_is_never_taken_away(tmp_path: Path, fresh: bool) -> None:
    """A folder with other files and no mark is refused and left as it is."""
    (tmp_path / "postgres").mkdir()
    with pytest.raises(StoreError) as caught:
        prepare(tmp_path, TODAY, lambda _words: None, fresh=fresh)
    assert caught.value.code == "demo-folder"
    assert (tmp_path / "postgres").exists()


def test_a_demo_in_use_is_not_taken_away(tmp_path: Path) -> None:
    """Another process that has its database open keeps it."""
    folder = tmp_path / "demo"
    prepare(folder, TODAY, lambda _words: None)
    (folder / "postgres").mkdir()
    other = FileLock(folder / "postgres" / "users.lock")
    assert other.try_shared()
    with pytest.raises(StoreError) as caught:
        prepare(folder, TODAY, lambda _words: None, fresh=True)
    other.release()
    assert caught.value.code == "demo-running"
    assert (folder / "demo.json").exists()


def test_a_mark_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """It is not taken for no mark."""
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(StoreError) as caught:
        prepare(tmp_path, TODAY, lambda _words: None, fresh=True)
    assert caught.value.code == "demo-folder"
