"""Where files are: any address of fsspec's, what is there, and errors without what stands in it."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import fsspec
import pyarrow as pa

from shouxin.connect.files.formats import CODECS, unreadable
from shouxin.errors import InputError, ShouxinError, StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


class Folder:
    """A folder and everything below it; paths are relative to it, with "/" between their parts."""

    def __init__(self, store: str, url: str) -> None:
        self.store = store
        scheme, _, rest = url.partition("://")
        try:
            address = f"file://{rest}" if scheme == "files" else url
            self.fs, self._root = fsspec.core.url_to_fs(address)
        except ImportError:
            raise InputError(
                "database-driver-missing",
                f'nothing is installed that reads "{scheme}://"',
                where=store,
                remedy="install it: pip install shouxin[s3] for s3://",
            ) from None
        except ValueError:
            raise InputError(
                "database-url-unreadable",
                "this is no address of files",
                where=store,
                remedy="write it like files:///srv/export or s3://bucket/prefix",
            ) from None
        self.local = isinstance(self.fs, fsspec.implementations.local.LocalFileSystem)
        self._root = self._root.rstrip("/")

    def place(self, path: str) -> str:
        """Return the place of a path; one that leads out of the folder is refused."""
        if ".." in path.split("/") or path.startswith("/"):
            raise InputError(
                "map-schema",
                "a table's files must be below the store's folder",
                where=f"{self.store}.{path}",
                remedy="write the pattern without a leading / and without ..",
            )
        place = f"{self._root}/{path}"
        return os.path.realpath(place) if self.local else place

    def matching(self, pattern: str) -> dict[str, str]:
        """Return the files of a pattern, each with what tells one state of it from another.

        Files whose name, or that of a folder above them, begins with "." or "_" are none of it.
        """
        with self.told():
            self.fs.invalidate_cache()
            self.place(pattern)
            found = sorted(self.fs.glob(f"{self._root}/{pattern}"))
            names = [one.removeprefix(self._root).lstrip("/") for one in found]
            shown = [one for one in names if not any(part[:1] in ("", ".", "_") for part in one.split("/"))]
            return {one: self.state(one) for one in shown if self.fs.isfile(f"{self._root}/{one}")}

    def state(self, path: str) -> str:
        """Return what tells one state of a file from another, "" where it is not there.

        That is the tag that an object store gives it, since a listing and the object itself describe the
        same state in other words; elsewhere all that is said of the file.
        """
        try:
            about = self.fs.info(self.place(path))
            tag = about.get("ETag") or about.get("etag")
            return f"{tag} {about.get('size')}" if tag else str(self.fs.ukey(self.place(path)))
        except FileNotFoundError:
            return ""

    @contextmanager
    def reading(self, path: str) -> Iterator[IO[bytes]]:
        """Open a file, unpacked where it is compressed as a whole."""
        codec = CODECS.get(Path(path).suffix.lower())
        with self.told(path), self.fs.open(self.place(path), "rb") as file:
            if codec is None:
                yield file
                return
            try:
                with pa.CompressedInputStream(pa.PythonFile(file, "r"), codec) as unpacked:
                    yield unpacked
            except OSError as error:
                if error.errno is None:
                    raise unreadable(path, f"it cannot be unpacked ({codec})") from None
                raise

    @contextmanager
    def writing(self, path: str, *, like: str = "") -> Iterator[IO[bytes]]:
        """Open a new file, compressed and with the rights of one that it is like; then it is on the disk."""
        codec, place = CODECS.get(Path(like).suffix.lower()), self.place(path)
        with self.told(path):
            with self.fs.open(place, "wb") as file:
                if like and self.local:
                    Path(place).chmod(stat.S_IMODE(Path(self.place(like)).stat().st_mode))
                if codec is None:
                    yield file
                else:
                    with pa.CompressedOutputStream(pa.PythonFile(file, "w"), codec) as packed:
                        yield packed
            if self.local:
                _settle(place)

    def move(self, path: str, to: str) -> None:
        """Put a file in the place of another; on a disk that is one step."""
        with self.told(to):
            if self.local:
                Path(self.place(path)).replace(self.place(to))
                _settle(str(Path(self.place(to)).parent))
            else:
                self.fs.copy(self.place(path), self.place(to))
                self.fs.rm_file(self.place(path))

    def remove(self, path: str) -> None:
        """Take a file away, or do nothing where there is none."""
        with self.told(path):
            try:
                self.fs.rm_file(self.place(path))
            except FileNotFoundError:
                return

    def beside(self, path: str, ending: str) -> str:
        """Return the path of a hidden file beside another, which no pattern finds."""
        folder, _, name = path.rpartition("/")
        return f"{folder}/.{name}{ending}" if folder else f".{name}{ending}"

    def writable(self, path: str) -> bool:
        """Tell whether a file can be put in the place of another, as far as that is known."""
        return not self.local or os.access(Path(self.place(path)).parent, os.W_OK | os.X_OK)

    @contextmanager
    def told(self, path: str = "") -> Iterator[None]:
        """Turn what a file system says into an error of ours.

        Raises ``StoreError``: connect-refused where it says no or is full, else connect-lost.
        """
        where = f"{self.store}.{path}" if path else self.store
        try:
            yield
        except ShouxinError:
            raise
        except (OSError, pa.ArrowException) as error:
            raise _said(error, where) from None


def _settle(place: str) -> None:
    """See that a file, or what a folder lists, is on the disk."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _said(error: Exception, where: str) -> StoreError:
    number: Any = getattr(error, "errno", None)
    if number in _FULL:
        return StoreError(
            "connect-refused",
            "there is no room for the new file",
            where=where,
            remedy="make room and try again",
        )
    if number in _DENIED or isinstance(error, PermissionError):
        return StoreError(
            "connect-refused",
            "the file or its folder is not to be written or read",
            where=where,
            remedy="give the right to read and write there",
        )
    return StoreError(
        "connect-lost",
        f"the files do not answer ({type(error).__name__})",
        where=where,
        remedy="look at the address and try again",
    )
