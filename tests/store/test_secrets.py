"""The password of the embedded server is in one file and nowhere else."""

import logging
import os
import stat
import threading
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shouxin.store import StoreConfig, migrate, open_store

from .conftest import copy_of, refusal


class Watch(threading.Thread):
    """Reads the arguments and, where it may, the environment of every process until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.done = threading.Event()
        self.seen: set[bytes] = set()

    def run(self) -> None:
        """Look again and again."""
        while not self.done.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    with suppress(OSError):
                        self.seen.add((process / name).read_bytes())


def test_the_password_is_long_and_in_one_private_file(folder: Path) -> None:
    """While the database is made and used, nothing else shows the password."""
    said: list[str] = []
    config = StoreConfig(data_dir=folder / "postgres", for_tests=True)
    watch = Watch()
    watch.start()
    try:
        with open_store(config, said.append) as store:
            migrate.upgrade(store.engine, said.append)
            said += [repr(store), repr(store.engine), repr(store.engine.url), store.place, repr(config)]
    finally:
        watch.done.set()
        watch.join()
    pgpass = config.data_dir / "pgpass"
    password = pgpass.read_text().strip().rpartition(":")[2]
    assert len(bytes.fromhex(password)) >= 32
    assert stat.S_IMODE(pgpass.stat().st_mode) == 0o600
    holders = [
        path.name
        for path in config.data_dir.rglob("*")
        if path.is_file() and password.encode() in path.read_bytes()
    ]
    assert holders == ["pgpass"]
    assert any(b"initdb" in words for words in watch.seen), "the watch saw how the database was made"
    assert not any(password.encode() in words for words in watch.seen)
    assert not any(password in words for words in said)


def test_neither_errors_nor_log_lines_show_the_password(
    data_dir: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where the password is wrong, and with every library logging all it can."""
    caplog.set_level(logging.DEBUG)
    config = StoreConfig(data_dir=data_dir, for_tests=True)
    pgpass = data_dir / "pgpass"
    right = pgpass.read_text()
    wrong = "0123456789abcdef" * 4
    pgpass.write_text(right.rpartition(":")[0] + ":" + wrong + "\n")
    error = refusal(lambda: open_store(config))
    assert error.code == "store-login-refused"
    assert error.where == str(pgpass)
    pgpass.write_text(right)
    with open_store(config) as store, store.engine.connect() as connection:
        connection.execute(text("select 1"))
    shown = "".join(traceback.format_exception(error)) + caplog.text + "".join(capfd.readouterr())
    shown += (data_dir / "server.log").read_text()
    assert wrong not in shown
    assert right.strip().rpartition(":")[2] not in shown


def test_a_lost_password_file_is_named(data_dir: Path) -> None:
    """The server is not started with a password nobody knows."""
    (data_dir / "pgpass").unlink()
    error = refusal(lambda: open_store(StoreConfig(data_dir=data_dir, for_tests=True)))
    assert error.code == "store-password-missing"
    assert "pgpass" in error.where


def test_the_log_of_the_server_holds_no_values(data_dir: Path) -> None:
    """A statement that fails on a person's data leaves no trace of them in the log."""
    with open_store(StoreConfig(data_dir=data_dir, for_tests=True)) as store:
        with store.engine.begin() as connection:
            connection.execute(text("create table person (phone text unique)"))
        for statement in ("insert into person values (:phone)", "select cast(:phone as integer)"):
            with store.engine.connect() as connection, suppress(DBAPIError):
                connection.execute(text(statement), {"phone": "phone-of-a-person"})
                connection.execute(text(statement), {"phone": "phone-of-a-person"})
                pytest.fail("the statement must fail")
    assert "phone-of-a-person" not in (data_dir / "server.log").read_text()


def test_an_error_of_the_database_does_not_repeat_bound_values(data_dir: Path) -> None:
    """SQLAlchemy is told to keep parameters out of its messages."""
    with (
        open_store(StoreConfig(data_dir=data_dir, for_tests=True)) as store,
        store.engine.connect() as connection,
        pytest.raises(DBAPIError) as caught,
    ):
        connection.execute(text("select :phone from no_such_table"), {"phone": "phone-of-a-person"})
    assert "phone-of-a-person" not in str(caught.value)


def test_a_copied_folder_keeps_its_password_private(made_once: Path, folder: Path) -> None:
    """Files that became readable for others are not used by libpq, and the message says which."""
    data_dir = copy_of(made_once, folder / "copy")
    (data_dir / "pgpass").chmod(0o644)
    os.sync()
    error = refusal(lambda: open_store(StoreConfig(data_dir=data_dir, for_tests=True)))
    assert error.code == "store-login-refused"
    assert "pgpass" in error.where
