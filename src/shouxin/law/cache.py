"""The compiled form of the law files: read once, checked once, then a few milliseconds a start.

The cache is keyed by the content of every law file and of the code that reads them, so it can be
stale in no way; where it cannot be written, everything works without it. It holds only public data
and is decoded into typed values, never executed.
"""

import contextlib
import gc
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from shouxin.law.model import Books

FOLDER = Path(__file__).parent
PARTS = ("instruments", "procedures", "tables", "vocabulary")
_CODE = (
    "base.py", "model.py", "mechanism.py", "procedure.py", "rule.py", "wording.py", "loader.py", "checks.py",
    "citation.py", "tables.py", "yamltext.py",
)  # fmt: skip


def digest(folder: Path = FOLDER) -> str:
    """Return the SHA-256 (hex) of the law files of ``folder``: the version of the law they state."""
    total = hashlib.sha256()
    for part in PARTS:
        for path in sorted((folder / part).glob("*.yaml")):
            content = path.read_bytes()
            total.update(f"{part}/{path.name} {len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()


def load(folder: Path = FOLDER, cache_folder: Path | None = None) -> tuple[Books, str]:
    """Return the checked law files of ``folder`` and their digest, from the cache where it is true.

    Raises ``LawError`` like ``shouxin.law.loader.load`` where a file is wrong.
    """
    version = digest(folder)
    path = (cache_folder or default_folder()) / f"law-{_code_digest(version)}.msgpack"
    with contextlib.suppress(OSError, msgspec.DecodeError), without_collecting():
        return msgspec.msgpack.decode(path.read_bytes(), type=Books), version
    from shouxin.law import loader  # the cache exists so that YAML need not be imported

    books = loader.load(folder)
    with contextlib.suppress(OSError):
        _write(path, msgspec.msgpack.encode(books))
    return books, version


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the collector still while tens of thousands of values that live for good are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def default_folder() -> Path:
    """Return where compiled law files are kept: ``$XDG_CACHE_HOME/shouxin`` or ``~/.cache/shouxin``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path("~/.cache").expanduser()) / "shouxin"


def _code_digest(version: str) -> str:
    total = hashlib.sha256(version.encode())
    for name in _CODE:
        total.update((FOLDER / name).read_bytes())
    return total.hexdigest()[:24]


def _write(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step, and take the compiled forms of older files away."""
    put(path, content)
    for old in path.parent.glob("law-*.msgpack"):
        if old != path:
            old.unlink(missing_ok=True)


def put(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step, readable by this account only; raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:4]}")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
