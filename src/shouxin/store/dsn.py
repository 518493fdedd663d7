"""Reading a DSN without ever repeating what may be its password."""

from dataclasses import dataclass, field

from shouxin.errors import StoreError

_URL_PREFIXES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class Dsn:
    """A DSN taken apart: the parameters of libpq, and a description that is safe to show."""

    parameters: dict[str, str] = field(repr=False)
    place: str


def read_dsn(text: str) -> Dsn:
    """Take apart a ``postgresql://`` URL or a libpq ``key=value`` string.

    A reserved character in an unescaped password moves parts of it into the host or the port, and libpq
    would then show them in its messages; such a DSN is refused. Raises StoreError ``store-dsn``.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    is_url = text.startswith(_URL_PREFIXES)
    if any(ord(char) < 32 for char in text):
        raise _unreadable("it holds a line break or another control character")
    if not is_url and "://" in text.split("=", 1)[0]:
        raise _unreadable('a URL must begin with "postgresql://"')
    try:
        parsed = conninfo_to_dict(text)
    except ProgrammingError:
        parsed = {}  # the words of libpq quote the DSN and must not be passed on, not even as a cause
    parameters = {name: str(value) for name, value in parsed.items() if value is not None}
    if not parameters:
        raise _unreadable("it is neither a postgresql:// URL nor a libpq key=value string")
    shown = [parameters.get(name, "") for name in ("host", "hostaddr", "port", "dbname", "user")]
    host, hostaddr, port, dbname, user = shown
    astray = any("@" in value for value in shown[:4]) or not _are_ports(port)
    if astray or (is_url and (text.count("@") > 1 or ("@" in user and "%40" not in text))):
        raise _unreadable("a part of it is in the wrong place")
    words = {"host": host or hostaddr, "port": port, "database": dbname, "user": user}
    return Dsn(
        parameters, ", ".join(f'{name} "{value}"' for name, value in words.items() if value) or "the DSN"
    )


def _are_ports(text: str) -> bool:
    """Tell whether a port, or one for each of several hosts, is made of digits."""
    return all(port == "" or port.isdecimal() for port in text.split(","))


def _unreadable(what: str) -> StoreError:
    """Return the error for a DSN that cannot be read, without the DSN."""
    return StoreError(
        "store-dsn",
        f"the DSN of the database cannot be read: {what}",
        where="the DSN (not shown: it may hold a password)",
        remedy="write it as postgresql://user:password@host:5432/database, with the characters "
        '"@", "/", ":" and "%" of the password percent-encoded',
    )
