"""How rows looked when they were read, so that a change by somebody else is noticed before ours is made."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from shouxin.connect.rows.source import Change, Key, Record
from shouxin.errors import StoreError


class Noticed:
    """A mark for each row that was read and matters, by its table and key."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, Key], bytes] = {}

    def seen(self, table: str, rows: Iterable[Record]) -> Iterator[Record]:
        """Yield rows and keep the mark of each; the first one counts, since that is what was decided on."""
        for row in rows:
            self._marks.setdefault((table, row.key), row.mark)
            yield row

    def check(self, store: str, change: Change, now: Record | None) -> None:
        """Raise ``StoreError`` (connect-locked) where the row of a change is another one than was read.

        One that is gone meanwhile is no longer anybody's: nothing is to be done where it was to go.
        """
        was = self._marks.get((change.table, change.key))
        if was is not None and (change.values is not None if now is None else now.mark != was):
            raise changed(store, change.table)

    def forget(self) -> None:
        """Forget everything: what was read has been changed by us."""
        self._marks.clear()


def changed(store: str, table: str) -> StoreError:
    """Return the error of a row that somebody else changed."""
    return StoreError(
        "connect-locked",
        "somebody else changed a row in the meantime; nothing was changed",
        where=f"{store}.{table}",
        remedy="look again and do it again",
    )


def mark_of(pieces: Iterable[bytes]) -> bytes:
    """Return the mark of a row that consists of these pieces."""
    found = blake2b(digest_size=16)
    for piece in pieces:
        found.update(len(piece).to_bytes(8, "big") + piece)
    return found.digest()
