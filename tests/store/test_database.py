"""A store on a server named by a DSN, over TCP with a password, and everything that can be wrong with it."""

import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from shouxin.errors import StoreError
from shouxin.store import StoreConfig, database, open_store, store_exists
from shouxin.store.account import service_account
from shouxin.store.binaries import clean_environment, wheel_folders
from shouxin.store.dsn import read_dsn
from shouxin.store.embedded import connection_string
from tests.conftest import folder_for_all

from .conftest import refusal

PASSWORD = "p@ss/w%rd: 'zq' \\ 密码"


@dataclass(frozen=True)
class TcpServer:
    """A PostgreSQL server of our own that listens on the loopback."""

    port: int

    def dsn(self, **changes: str | int | None) -> str:
        """Return a key=value DSN for its superuser, changed as asked."""
        parts: dict[str, str | int | None] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "boss",
            "password": PASSWORD,
            "dbname": "postgres",
        }
        return psycopg.conninfo.make_conninfo("", **(parts | changes))

    def run(self, *statements: str) -> None:
        """Run statements as the superuser."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture(scope="session")
def tcp() -> Iterator[TcpServer]:
    """Start a server that is not ours: Debian's programs where there are any, else those of the wheel."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=wheel_folders()[0])
    account = service_account()
    with folder_for_all() as folder:
        data, secret = folder / "data", folder / "secret"
        data.mkdir(mode=0o700)
        secret.write_text(PASSWORD)
        for path in (data, secret):
            os.chown(path, account.uid, account.gid)
        options = {"env": clean_environment(), "cwd": "/", **account.spawn_options()}
        command = [programs / "initdb", "-D", data, "-U", "boss", "-A", "scram-sha-256", f"--pwfile={secret}"]
        subprocess.run(
            [*command, "-E", "UTF8", "--locale=C", "-N"], check=True, capture_output=True, **options
        )  # type: ignore[call-overload]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            programs / "postgres",
            "-D",
            data,
            "-p",
            str(port),
            "-k",
            "",
            "-c",
            "listen_addresses=127.0.0.1",
        ]
        server = subprocess.Popen([*command, "-F"], stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
        try:
            marker = data / "postmaster.pid"
            while not (marker.exists() and "ready" in marker.read_text()):
                assert server.poll() is None, "the server did not start"
            yield TcpServer(port)
        finally:
            server.terminate()
            server.wait()


@pytest.fixture
def new_database(tcp: TcpServer) -> Iterator[str]:
    """Give the name of a new database on the TCP server."""
    name = f"t_{os.urandom(6).hex()}"
    tcp.run(f"create database {name}")
    yield name
    tcp.run(f"drop database {name} with (force)")


def shown(error: StoreError) -> str:
    """Return all that a log could print of an error."""
    causes = repr(error.__cause__) + repr(error.__context__)
    return "".join(traceback.format_exception(error)) + repr(error) + causes


@pytest.mark.parametrize("form", ["url", "key=value"])
def test_a_store_opens_on_a_server_named_by_a_dsn(tcp: TcpServer, new_database: str, form: str) -> None:
    """Both forms of a DSN lead to the database, with our name, our time limits and UTC."""
    url = f"postgresql://boss:{quote(PASSWORD, safe='')}@127.0.0.1:{tcp.port}/{new_database}"
    dsn = url if form == "url" else tcp.dsn(dbname=new_database)
    with open_store(StoreConfig(dsn=dsn)) as store, store.engine.connect() as connection:
        row = connection.execute(
            text(
                "select current_database(), current_setting('application_name'), "
                "current_setting('TimeZone'), current_setting('statement_timeout'), "
                "current_setting('lock_timeout')"
            )
        ).one()
        assert tuple(row) == (new_database, "shouxin", "UTC", "30s", "10s")
        assert PASSWORD not in repr(store) + repr(store.engine) + repr(store.engine.url)
        assert quote(PASSWORD, safe="") not in repr(StoreConfig(dsn=dsn))


def test_settings_in_the_dsn_win_over_ours(tcp: TcpServer, new_database: str) -> None:
    """An operator may name the application and change a time limit."""
    dsn = tcp.dsn(dbname=new_database, application_name="theirs", options="-c statement_timeout=5s")
    with open_store(StoreConfig(dsn=dsn)) as store, store.engine.connect() as connection:
        row = connection.execute(
            text("select current_setting('application_name'), current_setting('statement_timeout')")
        ).one()
    assert tuple(row) == ("theirs", "5s")


def test_an_engine_survives_a_restart_of_its_connections(tcp: TcpServer, new_database: str) -> None:
    """A connection that the server has cut is replaced without an error."""
    with open_store(StoreConfig(dsn=tcp.dsn(dbname=new_database))) as store:
        with store.engine.connect() as connection:
            connection.execute(text("select 1"))
        tcp.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{new_database}'")
        with store.engine.connect() as connection:
            assert connection.execute(text("select 1")).scalar_one() == 1


def test_wrong_credentials_and_addresses_have_their_own_codes(tcp: TcpServer) -> None:
    """The message names the server and the database, and never the password."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        cases: dict[str, list[dict[str, str | int | None]]] = {
            "store-login-refused": [{"password": PASSWORD + "x"}, {"user": "stranger"}, {"password": None}],
            "store-database-missing": [{"dbname": "nowhere"}],
            "store-unreachable": [{"port": closed.getsockname()[1]}, {"host": "no-such-host.invalid"}],
        }
        for code, changes in cases.items():
            for change in changes:
                dsn = tcp.dsn(**change)
                error = refusal(lambda dsn=dsn: open_store(StoreConfig(dsn=dsn)))  # type: ignore[misc]
                assert error.code == code, change
                assert 'database "' in error.where
                assert error.remedy
                assert PASSWORD not in shown(error)
                assert "zq" not in shown(error)


def test_a_user_without_the_right_to_make_tables_is_refused(tcp: TcpServer, new_database: str) -> None:
    """The remedy is the very statement that the owner has to run, and it works."""
    name = f"u_{new_database}"
    tcp.run(f"create role {name} login password 'pw-of-u'")
    dsn = tcp.dsn(user=name, password="pw-of-u", dbname=new_database)
    error = refusal(lambda: open_store(StoreConfig(dsn=dsn)))
    assert error.code == "store-no-create-right"
    tcp.run(error.remedy.partition(": ")[2])
    open_store(StoreConfig(dsn=dsn)).close()
    tcp.run(f"revoke create on database {new_database} from {name}", f"drop role {name}")


def test_a_database_that_cannot_hold_every_character_is_refused(tcp: TcpServer) -> None:
    """Chinese names need UTF-8."""
    name = f"t_{os.urandom(6).hex()}"
    tcp.run(f"create database {name} encoding 'SQL_ASCII' template template0")
    assert refusal(lambda: open_store(StoreConfig(dsn=tcp.dsn(dbname=name)))).code == "store-encoding"
    tcp.run(f"drop database {name}")


def test_an_old_server_is_refused(tcp: TcpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is tried by asking for a version that is not out yet."""
    monkeypatch.setattr(database, "OLDEST_SERVER", 99)
    error = refusal(lambda: open_store(StoreConfig(dsn=tcp.dsn())))
    assert error.code == "store-server-old"


@pytest.mark.parametrize(
    "dsn",
    [
        "", " ", "nonsense", "mysql://u:secret-zq@host/db", "postgresql+psycopg://u:secret-zq@host/db",
        "postgresql://u:secret-zq@x@host/db", "postgresql://u:secret-zq/x@host/db", "postgresql://u:%zz@host/db",
        "postgresql://u:12/secret-zq@host/db", "postgresql://u:12/x?user=secret-zq@host/db",
        "host=x password=secret-zq two", "host=x pasword=secret-zq", "postgresql://u:secret-zq@[::1/db",
    ],
)  # fmt: skip
def test_a_dsn_that_cannot_be_read_is_refused_without_being_shown(dsn: str) -> None:
    """The words of libpq would quote it."""
    error = refusal(lambda: open_store(StoreConfig(dsn=dsn)))
    assert error.code == "store-dsn"
    assert "secret-zq" not in shown(error)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.booleans())
def test_no_part_of_a_password_reaches_a_message(middle: str, escaped: bool) -> None:
    """Whatever the password is, escaped or not, a DSN is understood with it or refused without it."""
    password = f"Xq1{middle}Zj2"
    url = f"postgresql://someone:{quote(password, safe='') if escaped else password}@db.example/shop"
    try:
        dsn = read_dsn(url)
    except StoreError as error:
        words = shown(error)
        assert not escaped or "\0" in middle, "PostgreSQL knows no passwords with NUL"
    else:
        words = repr(dsn) + dsn.place
        assert dsn.parameters["host"] == "db.example"
        if escaped:
            assert dsn.parameters["password"] == password
    assert "Xq1" not in words
    assert "Zj2" not in words


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_connection_string_leads_to_the_folder_whatever_its_name(name: str) -> None:
    """Quotes, backslashes, spaces and signs survive libpq's reading."""
    sockets, pgpass = Path("/") / name / "run", Path("/") / name / "pgpass"
    parameters = psycopg.conninfo.conninfo_to_dict(connection_string(sockets, pgpass))
    assert (parameters["host"], parameters["passfile"]) == (str(sockets), str(pgpass))


def test_a_store_is_known_to_exist_without_opening_it(tmp_path: Path, made_once: Path) -> None:
    """A DSN counts, a made data folder counts, an empty one does not."""
    assert store_exists(StoreConfig(dsn="postgresql://nowhere.invalid/x"))
    assert store_exists(StoreConfig(data_dir=made_once))
    assert not store_exists(StoreConfig(data_dir=tmp_path))
    assert not store_exists(StoreConfig(data_dir=tmp_path / "missing"))


def test_importing_the_store_imports_no_database_library() -> None:
    """Commands that need no store start fast."""
    code = (
        "import sys, shouxin.store as s; s.store_exists(s.StoreConfig());"
        "print([m for m in sys.modules if m.split('.')[0] in {'sqlalchemy', 'psycopg', 'alembic'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
