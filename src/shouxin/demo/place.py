"""The folder of the demo: its own, marked as such, and taken away only where the mark stands."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from shouxin.errors import StoreError
from shouxin.law.base import Shape
from shouxin.store.config import Progress
from shouxin.store.files import disk_errors, remove_tree, write_private
from shouxin.store.home import ROOT_BASE
from shouxin.store.locks import FileLock

NAME = "demo"
"""The folder's name within that of the data."""

STORE_URL = "shop.url"
"""The file with the address of the shop's database, for commands at the terminal."""

_MARK = "demo.json"


class Mark(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the folder says of itself: the day the demo counts from, what made it, whether it is whole."""

    made: date
    of: str
    whole: bool = False


def prepare(folder: Path, today: date, say: Progress, *, fresh: bool = False) -> Mark:
    """Return the mark of the folder, made where there is none; ``fresh`` takes an earlier demo away first.

    Raises ``StoreError``: demo-folder where somebody else's files lie there, demo-running where ``fresh``
    finds the demo in use, and those of ``disk_errors``.
    """
    with disk_errors(folder):
        found = _read(folder)
        if found and fresh:
            say(f"taking away the demo of {found.made} in {folder}, with all that was entered there since")
            _remove(folder)
            found = None
        if found is None:
            if folder.exists() and any(folder.iterdir()):
                raise StoreError(
                    "demo-folder",
                    "the folder of the demo holds something else",
                    where=str(folder),
                    remedy="move it away, or choose another folder for the data with SHOUXIN_DATA",
                )
            folder.mkdir(parents=True, exist_ok=True)
            found = Mark(made=today, of=contents())
            keep(folder, found)
        elif found.of != contents():
            say("this demo was made by another version of Shouxin; --fresh makes it anew")
    return found


def keep(folder: Path, mark: Mark) -> None:
    """Write the mark."""
    with disk_errors(folder):
        write_private(folder / _MARK, msgspec.json.encode(mark).decode() + "\n")


def stores(folder: Path) -> dict[str, str]:
    """Return where the stores of the demo are whose folder this is; nothing where it is none."""
    if not (folder / _MARK).exists():
        return {}
    try:
        return {"shop": (folder / STORE_URL).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError):
        return {}


@cache
def contents() -> str:
    """Return the digest of everything that a demo is made of."""
    parts = sorted(
        path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".sql", ".yaml"}
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()


def _read(folder: Path) -> Mark | None:
    mark = folder / _MARK
    if not mark.exists():
        return None
    try:
        return msgspec.json.decode(mark.read_bytes(), type=Mark)
    except msgspec.DecodeError:
        raise StoreError(
            "demo-folder",
            "the mark of the demo cannot be read",
            where=str(mark),
            remedy="move the folder away, and start the demo again",
        ) from None


def _remove(folder: Path) -> None:
    """Remove the database, also where it lies elsewhere, then the rest, and the mark last."""
    database = folder / "postgres"
    home = database.resolve()
    lock = FileLock(home / "users.lock")
    if (home / "users.lock").exists() and not lock.try_exclusive():
        raise StoreError(
            "demo-running",
            "the demo is in use",
            where=str(folder),
            remedy="stop the other `shouxin serve --demo`, then try again",
        )
    lock.release()
    if database.is_symlink() and home.parent == ROOT_BASE:
        remove_tree(home)
    for path in folder.iterdir():
        if path.name != _MARK:
            remove_tree(path)
    remove_tree(folder)
