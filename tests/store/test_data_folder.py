"""What the data folder may be, who may own it, and what the server says when it cannot use it."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shouxin.store import account, binaries, home
from shouxin.store.account import account_of, service_account
from shouxin.store.binaries import wheel_folders
from shouxin.store.embedded import EmbeddedServer

from .conftest import NOBODY, as_nobody, copy_of, enter, kept, postmaster, refusal

DEBIAN = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")


def give_to_nobody(path: Path) -> None:
    """Make a folder and all below it the ordinary account's own."""
    for place in (path, *path.rglob("*")):
        os.chown(place, NOBODY.pw_uid, NOBODY.pw_gid, follow_symlinks=False)


@pytest.fixture
def programs(folder: Path) -> Path:
    """Give the server's programs in a place that every account can reach."""
    source = wheel_folders()[0]
    if service_account().dropped and not service_account().can_enter(source):
        shutil.copytree(source.parents[1], folder / source.parents[1].name)
        libraries = source.parents[2] / f"{source.parents[1].name}.libs"
        shutil.copytree(libraries, folder / libraries.name)
        return folder / source.parents[1].name / source.parent.name / "bin"
    return source


def test_an_ordinary_account_runs_the_server_itself(folder: Path, programs: Path) -> None:
    """Without root the server belongs to the caller and the folder is closed to everybody else."""
    data_dir = folder / "own" / "postgres"
    data_dir.parent.mkdir()
    give_to_nobody(data_dir.parent)

    def use() -> tuple[list[str], int]:
        with EmbeddedServer(data_dir, programs, for_tests=True).running() as dsn:
            with psycopg.connect(dsn) as connection:
                connection.execute("create table kept (word text)")
            return kept(dsn), Path(f"/proc/{postmaster(data_dir)}").stat().st_uid

    assert as_nobody(use) == ([], NOBODY.pw_uid)
    owners = {path.lstat().st_uid for path in (data_dir, *data_dir.rglob("*"))}
    assert owners == {NOBODY.pw_uid}
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


@only_root
def test_root_and_the_owner_of_a_folder_may_take_turns(folder: Path, programs: Path) -> None:
    """Root makes the database as the folder's owner and leaves nothing that the owner cannot use."""
    data_dir = folder / "postgres"
    data_dir.mkdir()
    give_to_nobody(data_dir)
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        with psycopg.connect(dsn) as connection:
            connection.execute("create table kept as select '守信' as word")
        assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid == NOBODY.pw_uid

    def use() -> list[str]:
        with EmbeddedServer(data_dir, programs, for_tests=True).running() as dsn:
            return kept(dsn)

    assert as_nobody(use) == ["守信"]


@only_root
def test_under_root_the_server_runs_as_a_service_account_that_owns_only_its_own_files(data_dir: Path) -> None:
    """What root writes stands where the server's account cannot replace it."""
    uid = service_account().uid
    with EmbeddedServer(data_dir, for_tests=True).running():
        assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid == uid != 0
        owners = {path.name: path.stat().st_uid for path in data_dir.iterdir()}
    assert {name for name, owner in owners.items() if owner == uid} == {"cluster", "run"}
    assert data_dir.stat().st_uid == 0
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o711


@only_root
def test_a_folder_of_root_is_refused_to_an_ordinary_account(data_dir: Path, programs: Path) -> None:
    """The message names both accounts."""
    error = refusal(lambda: as_nobody(lambda: enter(data_dir, programs)))
    assert error.code == "store-folder-owner"
    assert '"root"' in str(error)
    assert f'"{NOBODY.pw_name}"' in str(error)


@pytest.fixture
def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder that only root can enter, as /root is; the place to go instead is beside it."""
    monkeypatch.setattr(home, "ROOT_BASE", folder / "elsewhere")
    place = folder / "closed"
    place.mkdir(mode=0o700)
    yield place
    assert stat.S_IMODE(place.stat().st_mode) == 0o700, "nobody loosened it"


@only_root
@pytest.mark.parametrize("exists", [False, True])
def test_below_a_closed_folder_the_data_are_kept_elsewhere_behind_a_link(closed: Path, exists: bool) -> None:
    """The data folder works from the place that was asked for, and again after that was moved."""
    data_dir = closed / "var" / "postgres"
    if exists:
        data_dir.mkdir(parents=True)
    said: list[str] = []
    with EmbeddedServer(data_dir, progress=said.append, for_tests=True).running():
        pass
    assert said[0].startswith("keeping the database in ")
    assert data_dir.is_symlink()
    moved = closed.parent / "moved"
    closed.rename(moved)
    enter(moved / "var" / "postgres")
    assert len(list(home.ROOT_BASE.iterdir())) == 1
    moved.rename(closed)


@only_root
def test_data_that_were_moved_below_a_closed_folder_are_refused(closed: Path, made_once: Path) -> None:
    """The message says which account cannot enter and where to go."""
    error = refusal(lambda: enter(copy_of(made_once, closed / "postgres")))
    assert error.code == "store-folder-unreachable"
    assert service_account().name in str(error)


@only_root
def test_programs_below_a_closed_folder_are_copied_to_where_the_account_can_run_them(
    closed: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment below /root does not keep the server from starting; the copy is made once."""
    package = wheel_folders()[0].parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, closed / source.name, ignore=shutil.ignore_patterns("include"))
    hidden = closed / package.name / wheel_folders()[0].parent.name / "bin"
    monkeypatch.setattr(binaries, "wheel_folders", lambda: [hidden])
    made = []
    for _ in range(2):
        with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
            assert kept(dsn) == ["守信"]
        made.append([(path.name, path.stat().st_mtime_ns) for path in (data_dir / "binaries").iterdir()])
    assert len(made[0]) == 1
    assert made[0] == made[1]


def test_a_folder_that_holds_something_else_is_left_alone(folder: Path) -> None:
    """Neither a home folder nor the data of another PostgreSQL is taken for ours."""
    for name in ("letter.txt", "PG_VERSION"):
        place = folder / name.split(".")[0]
        place.mkdir()
        (place / name).touch()
        before = place.stat().st_mode
        error = refusal(lambda place=place: enter(place))  # type: ignore[misc]
        assert error.code == "store-folder-foreign"
        assert f'"{name}"' in str(error)
        assert place.stat().st_mode == before
        assert [path.name for path in place.iterdir()] == [name]


def test_a_file_or_a_dangling_link_is_no_data_folder(folder: Path) -> None:
    """Both are refused before anything is made."""
    (folder / "file").touch()
    (folder / "link").symlink_to(folder / "nowhere")
    for name in ("file", "link", "a\nb"):
        assert refusal(lambda name=name: enter(folder / name)).code == "store-folder-foreign"  # type: ignore[misc]


def test_a_read_only_folder_is_refused(folder: Path, programs: Path) -> None:
    """The message names the folder that cannot be written."""
    place = folder / "read-only"
    place.mkdir()
    give_to_nobody(place)
    place.chmod(0o555)
    error = refusal(lambda: as_nobody(lambda: enter(place / "postgres", programs)))
    assert error.code == "store-folder-denied"
    assert str(place) in str(error)


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a folder on a disk of 16 MiB."""
    place = folder / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_too_small_for_a_new_database_is_named(small_disk: Path) -> None:
    """Nothing is left of the attempt, not even the password."""
    data_dir = small_disk / "postgres"
    error = refusal(lambda: enter(data_dir))
    assert error.code == "store-disk-full"
    assert {path.name for path in data_dir.iterdir()} <= {"start.lock", "users.lock", "server.lock"}


def test_a_disk_that_is_full_when_the_server_starts_is_named(small_disk: Path, data_dir: Path) -> None:
    """The data are kept, and once there is room again they are there."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    copied = copy_of(data_dir, small_disk / "postgres")
    (copied / "server.log").unlink()
    filler = small_disk / "filler"
    with filler.open("wb") as file, pytest.raises(OSError, match="No space left"):
        while True:
            os.write(file.fileno(), bytes(4096))
    assert refusal(lambda: enter(copied)).code == "store-disk-full"
    filler.unlink()
    with EmbeddedServer(copied, for_tests=True).running() as dsn:
        assert kept(dsn) == ["守信"]


@pytest.mark.skipif(DEBIAN is None, reason="there is no second PostgreSQL in /usr/lib/postgresql")
def test_configured_programs_are_used_and_a_folder_of_another_version_is_refused(folder: Path) -> None:
    """A folder made by one major version is not touched by the programs of another."""
    assert DEBIAN is not None
    data_dir = folder / "postgres"
    enter(data_dir, DEBIAN.parent)
    version = (data_dir / "cluster" / "PG_VERSION").read_text().strip()
    if any(version == folder.parent.name.removeprefix("pginstall") for folder in wheel_folders()):
        pytest.skip("the machine's PostgreSQL is of the wheel's version")
    error = refusal(lambda: enter(data_dir))
    assert error.code == "postgres-version"
    assert f"PostgreSQL {version}" in str(error)
    enter(data_dir, DEBIAN.parent)


def test_a_damaged_version_file_is_named(data_dir: Path) -> None:
    """A folder that does not say its version is not given to any server."""
    (data_dir / "cluster" / "PG_VERSION").write_text("\x00\n")
    assert refusal(lambda: enter(data_dir)).code == "postgres-version"


def test_missing_and_broken_programs_are_named(
    data_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty folder, programs that fail, programs that are too old, and no wheel at all."""
    empty = folder / "bin"
    empty.mkdir()
    assert refusal(lambda: enter(data_dir, empty)).code == "postgres-missing"
    for name in ("postgres", "initdb"):
        (empty / name).write_text("#!/bin/sh\necho no library >&2; exit 1\n")
        (empty / name).chmod(0o755)
    error = refusal(lambda: enter(data_dir, empty))
    assert error.code == "postgres-unusable"
    assert "no library" in str(error)
    (empty / "postgres").chmod(0o644)
    assert refusal(lambda: enter(data_dir, empty)).code == "postgres-unusable"
    (empty / "postgres").chmod(0o755)
    (empty / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
    assert refusal(lambda: enter(folder / "new", empty)).code == "postgres-version"
    monkeypatch.setattr(binaries, "_WHEEL", "shouxin_no_such_wheel")
    assert refusal(lambda: enter(data_dir)).code == "postgres-missing"


def test_a_database_that_cannot_be_made_is_explained_and_leaves_nothing(folder: Path) -> None:
    """The words of initdb are in the message; the remedy fits what they say."""
    fakes = folder / "bin"
    fakes.mkdir()
    cases = {"out of luck": "nothing was kept", "could not look up effective user ID 7": "/etc/passwd"}
    for words, remedy in cases.items():
        for name, answer in {"postgres": "postgres (PostgreSQL) 18.4", "initdb": words}.items():
            (fakes / name).write_text(f"#!/bin/sh\necho '{answer}'\ntest \"$1\" = --version\n")
            (fakes / name).chmod(0o755)
        error = refusal(lambda: enter(folder / "postgres", fakes))
        assert error.code == "store-create-failed"
        assert words in error.what
        assert remedy in error.remedy
        left = {path.name for path in (folder / "postgres").iterdir()}
        assert left == {"start.lock", "users.lock", "server.lock"}


@only_root
def test_root_without_any_account_to_hand_the_server_to_is_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No account is made; the message says what to do."""
    monkeypatch.setattr(account, "SERVICE_ACCOUNTS", ("root", "no-such-account"))
    assert refusal(lambda: enter(folder / "postgres")).code == "store-account-missing"


def test_a_server_that_does_not_start_is_explained_in_its_own_words(data_dir: Path) -> None:
    """The end of the log is in the message."""
    with (data_dir / "cluster" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 'plenty'\n")
    error = refusal(lambda: enter(data_dir))
    assert error.code == "store-start-failed"
    assert "shared_buffers" in str(error)


def test_the_permission_bits_are_read_as_the_kernel_reads_them(folder: Path) -> None:
    """The first class that fits decides, even when a later one would allow more."""
    own = account_of(os.geteuid(), os.getegid())
    other = account_of(65533, 65533)
    group = account_of(65533, os.getegid())
    for mode, allowed in {0o100: {own}, 0o010: {group}, 0o001: {other}, 0o711: {own, group, other}}.items():
        folder.chmod(mode)
        assert {who for who in (own, group, other) if who.may_execute(folder)} == allowed
    folder.chmod(0o755)
