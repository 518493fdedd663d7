"""What a database refused, as an error without values: its own messages quote rows."""

from typing import Any, Final

from sqlalchemy import exc

from shouxin.errors import StoreError

_STATES: Final = {  # of PostgreSQL, by their beginning
    "42501": "rights", "25006": "rights",
    "28": "rights", "53": "room", "54": "room", "08": "reach", "57P": "reach",
    "55P03": "busy", "40": "busy", "57014": "busy", "23": "rule", "22": "rule",
}  # fmt: skip
_NUMBERS: Final = {  # of MySQL and MariaDB
    1044: "rights", 1045: "rights", 1142: "rights", 1143: "rights", 1290: "rights", 1021: "room",
    1114: "room", 1041: "room", 2002: "reach", 2003: "reach", 2006: "reach", 2013: "reach", 1053: "reach",
    1205: "busy", 1213: "busy", 1048: "rule", 1062: "rule", 1406: "rule", 4025: "rule",
}  # fmt: skip
_FILES: Final = {  # of SQLite
    "SQLITE_READONLY": "rights", "SQLITE_AUTH": "rights", "SQLITE_PERM": "rights", "SQLITE_FULL": "room",
    "SQLITE_CANTOPEN": "reach", "SQLITE_IOERR": "reach", "SQLITE_BUSY": "busy", "SQLITE_LOCKED": "busy",
    "SQLITE_CONSTRAINT": "rule",
}  # fmt: skip
_REMEDIES: Final = {
    "rights": "give the account the right to read and to change the table",
    "room": "make room where the database keeps its files, and run it again",
    "reach": "see that the server runs and that its address is right, and run it again",
    "busy": "wait until others have finished with the table, and run it again",
    "rule": "look at what its columns demand: unique values, their length, checks",
    "": "look at its connection, its rights and the constraints of the columns",
}


class hidden:  # noqa: N801 - reads as a word of the with statement
    """Turn what a database says into an error of ours, protect-database; nothing was changed."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise ``StoreError`` in the place of SQLAlchemy's own."""
        if isinstance(error, exc.SQLAlchemyError):
            original = getattr(error, "orig", None)
            raise StoreError(
                "protect-database",
                f"the database refused ({type(original or error).__name__}); nothing was changed",
                where=self._where,
                remedy=_REMEDIES[_sort(error, original)],
            ) from None


def _sort(error: exc.SQLAlchemyError, original: Any) -> str:
    """Return what kind of refusal it was, as far as the driver tells."""
    state = getattr(original, "sqlstate", None)
    if state:
        return next((_STATES[state[:size]] for size in (5, 3, 2) if state[:size] in _STATES), "")
    name = str(getattr(original, "sqlite_errorname", ""))
    if name:
        return next((sort for begin, sort in _FILES.items() if name.startswith(begin)), "")
    number = original.args[0] if original is not None and original.args else None
    if isinstance(number, int):
        return _NUMBERS.get(number, "")
    lost = isinstance(error, exc.OperationalError) or getattr(error, "connection_invalidated", False)
    return "reach" if lost else ""
