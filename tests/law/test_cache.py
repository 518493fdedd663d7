"""The compiled form of the law: true to its files, or rebuilt, or done without."""

import shutil
from pathlib import Path

import pytest

from shouxin.errors import LawError
from shouxin.law import cache, loader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the installed law files."""
    for name in ("instruments", "tables", "vocabulary"):
        shutil.copytree(cache.FOLDER / name, tmp_path / "law" / name)
    return tmp_path / "law"


def test_the_cache_holds_what_the_files_hold(folder: Path, tmp_path: Path) -> None:
    """The second load comes from the cache and equals the first."""
    first = cache.load(folder, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert cache.load(folder, tmp_path / "cache") == first == (loader.load(folder), cache.digest(folder))


def test_a_changed_file_is_noticed(folder: Path, tmp_path: Path) -> None:
    """A change of one word changes the version of the law, and the old compiled form goes."""
    _, before = cache.load(folder, tmp_path / "cache")
    path = folder / "instruments" / "commercial-events.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("kind: policy", "kind: decision"), encoding="utf-8"
    )
    books, after = cache.load(folder, tmp_path / "cache")
    assert before != after
    changed = next(item for item in books.instruments if item.instrument == "commercial-events")
    assert changed.kind == "decision"
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_changed_word_of_the_vocabulary_is_noticed(folder: Path, tmp_path: Path) -> None:
    """Acts, facts and profiles are part of the law's version: rules mean nothing without them."""
    _, before = cache.load(folder, tmp_path / "cache")
    path = next((folder / "vocabulary").glob("*.yaml"))
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert cache.load(folder, tmp_path / "cache")[1] != before


def test_a_broken_file_is_refused_although_an_old_cache_is_there(folder: Path, tmp_path: Path) -> None:
    """A compiled form never hides that the files are wrong now."""
    cache.load(folder, tmp_path / "cache")
    (folder / "instruments" / "pipl.yaml").write_text("instrument: [", encoding="utf-8")
    with pytest.raises(LawError):
        cache.load(folder, tmp_path / "cache")


@pytest.mark.parametrize("damage", [b"", b"\x00\xff\x00", b"\x93"])
def test_a_damaged_cache_is_rebuilt(folder: Path, tmp_path: Path, damage: bytes) -> None:
    """Whatever stands in the cache file, the answer is that of the law files."""
    expected = cache.load(folder, tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    path.write_bytes(damage)
    assert cache.load(folder, tmp_path / "cache") == expected
    assert path.read_bytes() != damage


def test_no_place_for_a_cache_is_no_obstacle(folder: Path, tmp_path: Path) -> None:
    """Where the cache folder cannot be made the law still loads."""
    (tmp_path / "file").write_text("")
    books, _ = cache.load(folder, tmp_path / "file" / "cache")
    assert len(books.instruments) == 17


def test_the_cache_goes_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``XDG_CACHE_HOME`` is honoured where it is an absolute path, and only there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.default_folder() == tmp_path / "shouxin"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.default_folder().is_absolute()
