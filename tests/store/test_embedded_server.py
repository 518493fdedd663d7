"""The embedded server: its doors, its coming and going, and what a crash leaves behind."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from shouxin.store import embedded, server
from shouxin.store.binaries import wheel_folders
from shouxin.store.embedded import EmbeddedServer
from shouxin.store.home import prepare_home
from shouxin.store.locks import FileLock, wait_until

from .conftest import UserProcess, copy_of, enter, kept, postmaster, refusal

Users = Callable[[Path], UserProcess]


def kill_hard(pid: int) -> None:
    """End a process as a crash would and return when it is dead."""
    os.kill(pid, signal.SIGKILL)
    with suppress(FileNotFoundError):
        while Path(f"/proc/{pid}/cmdline").read_bytes():
            pass


def test_a_new_folder_gets_a_closed_server_with_checksums_and_a_collation_of_its_own(folder: Path) -> None:
    """The first start makes the database as the design demands, and says so in order."""
    said: list[str] = []
    data_dir = folder / "var" / "postgres"
    with EmbeddedServer(data_dir, progress=said.append, for_tests=True).running() as dsn:
        with psycopg.connect(dsn) as connection:
            row = connection.execute(
                "select current_user, current_database(), current_setting('data_checksums'), "
                "current_setting('server_encoding'), current_setting('listen_addresses'), "
                "(select datlocprovider::text || datlocale from pg_database where datname = 'shouxin')"
            ).fetchone()
        sockets = psycopg.conninfo.conninfo_to_dict(dsn)["host"]
        assert Path(str(sockets)).stat().st_mode & 0o777 == 0o700
    assert said == ["creating the database …", "starting PostgreSQL …"]
    assert row == ("shouxin_owner", "shouxin", "on", "UTF8", "", "bC.UTF-8")
    assert {path.name for path in data_dir.iterdir()} == {
        "cluster", "pgpass", "run", "start.lock", "users.lock", "server.lock", "server.log",
    }  # fmt: skip


def test_every_door_asks_for_the_password(data_dir: Path) -> None:
    """A wrong password and none are refused, and pg_hba.conf holds nothing but scram lines."""
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        for change in ({"password": "wrong"}, {"passfile": "/dev/null"}):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(dsn, **change)  # type: ignore[arg-type]
    lines = (data_dir / "cluster" / "pg_hba.conf").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules
    assert all(rule.split()[-1] == "scram-sha-256" for rule in rules)


def test_no_tcp_port_is_open(data_dir: Path) -> None:
    """None of the sockets of the server's main process is a TCP socket."""
    with EmbeddedServer(data_dir, for_tests=True).running():
        links = []
        for entry in Path(f"/proc/{postmaster(data_dir)}/fd").iterdir():
            with suppress(OSError):
                links.append(str(entry.readlink()))
        mine = {found[1] for link in links if (found := re.fullmatch(r"socket:\[(\d+)\]", link))}
        tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
        rows = [row.split() for table in tables if table.exists() for row in table.read_text().splitlines()]
    assert mine, "the server has at least its unix socket"
    assert not mine & {row[9] for row in rows}


def test_the_environment_cannot_lead_the_connection_astray(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PG variables of the shell neither replace the password nor the socket."""
    for name, value in {"PGPASSWORD": "x", "PGHOSTADDR": "127.0.0.1", "PGPORT": "1", "PGDATA": "/x"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert kept(dsn) == ["守信"]


def test_after_the_last_user_no_process_is_left_and_the_data_stay(data_dir: Path) -> None:
    """The main process is gone altogether, not even a zombie, and the next start needs no recovery."""
    for _ in range(2):
        with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
            assert kept(dsn) == ["守信"]
            pid = postmaster(data_dir)
        assert not Path(f"/proc/{pid}").exists()
        assert not (data_dir / "cluster" / "postmaster.pid").exists()
    assert "not properly shut down" not in (data_dir / "server.log").read_text()


def test_a_killed_server_starts_again_with_its_data(data_dir: Path) -> None:
    """SIGKILL of the main process loses nothing that was committed."""
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        with psycopg.connect(dsn) as connection:
            connection.execute("insert into kept values ('more')")
        kill_hard(postmaster(data_dir))
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert kept(dsn) == ["more", "守信"]
    assert "not properly shut down" in (data_dir / "server.log").read_text()


def test_a_new_server_waits_for_an_orphaned_backend_of_a_killed_one(data_dir: Path) -> None:
    """Two servers never write to one folder, even when the old one is headless and busy."""
    said: list[str] = []
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        connection = psycopg.connect(dsn)

        def work() -> None:
            with suppress(psycopg.Error):
                connection.execute("select count(*) from generate_series(1, 6000000)")

        thread = threading.Thread(target=work)
        thread.start()
        with psycopg.connect(dsn) as watch:
            query = "select count(*) from pg_stat_activity where state = 'active' and query like '%6000000%'"
            while (row := watch.execute(query).fetchone()) is None or row[0] < 2:
                watch.rollback()
        kill_hard(postmaster(data_dir))
        with EmbeddedServer(data_dir, progress=said.append, for_tests=True).running() as again:
            assert kept(again) == ["守信"]
        thread.join()
        connection.close()
    assert said[0].startswith("waiting for the remains")


def test_a_server_that_has_just_been_born_is_waited_for(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes after a starter that died finds the lock held and no file yet, and joins in time."""
    with EmbeddedServer(data_dir, for_tests=True).running():
        marker = data_dir / "cluster" / "postmaster.pid"
        hidden = marker.rename(marker.with_name("not.yet"))
        monkeypatch.setattr(server, "_LINGER_SECONDS", 20.0)
        threading.Timer(0.5, hidden.rename, [marker]).start()
        said: list[str] = []
        with EmbeddedServer(data_dir, progress=said.append, for_tests=True).running() as dsn:
            assert kept(dsn) == ["守信"]
        assert said == []


@pytest.mark.parametrize("content", ["", "not a number\n", "999999999\n/nowhere\n"])
def test_a_stale_pid_file_does_not_stop_the_start(data_dir: Path, content: str) -> None:
    """What a crash of the machine leaves in postmaster.pid is cleared, stale sockets too."""
    stale = data_dir / "cluster" / "postmaster.pid"
    stale.write_text(content)
    stale.chmod(0o600)
    os.chown(stale, stale.parent.stat().st_uid, stale.parent.stat().st_gid)
    (data_dir / "run" / ".s.PGSQL.5432").touch()
    (data_dir / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert kept(dsn) == ["守信"]


def test_a_stale_pid_that_now_belongs_to_another_process_does_not_stop_the_start(data_dir: Path) -> None:
    """A process of the server's own account that took over the id is neither believed nor harmed."""
    home = prepare_home(data_dir, print)
    stale = data_dir / "cluster" / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], **home.account.spawn_options()) as other:
        stale.write_text(f"{other.pid}\n{home.cluster}\n1\n5432\n{data_dir / 'run'}\n\n  1 1\nready   \n")
        stale.chmod(0o600)
        os.chown(stale, home.account.uid, home.account.gid)
        with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
            assert kept(dsn) == ["守信"]
        assert other.poll() is None
        other.kill()


def test_a_server_started_by_somebody_else_is_left_alone(data_dir: Path) -> None:
    """A server that pg_ctl started on the folder is refused and keeps running."""
    home = prepare_home(data_dir, print)
    command = [str(wheel_folders()[0] / "postgres"), "-D", str(home.cluster)]
    command += ["-c", "listen_addresses=", "-c", f"unix_socket_directories={data_dir / 'run'}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **home.account.spawn_options()) as other:
        while (found := server.read_pid_file(home)) is None or not found.ready:
            assert other.poll() is None
        error = refusal(lambda: enter(data_dir))
        assert error.code == "store-running-elsewhere"
        assert other.poll() is None
        other.send_signal(signal.SIGINT)


def test_two_processes_share_one_server_and_the_last_stops_it(data_dir: Path, users: Users) -> None:
    """Whoever goes first, the server stays for the other."""
    other = users(data_dir)
    other.wait_for("in")
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        pid = postmaster(data_dir)
        other.leave()
        assert postmaster(data_dir) == pid
        assert kept(dsn) == ["守信"]
    assert not server.is_alive(prepare_home(data_dir, print))


def test_two_users_inside_one_process_share_one_server(data_dir: Path) -> None:
    """The inner user goes out without taking the server away from the outer one."""
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert enter(data_dir) == dsn
        assert kept(dsn) == ["守信"]


def test_four_processes_may_make_the_folder_at_the_same_time(folder: Path, users: Users) -> None:
    """One of them makes the database, all of them get in, and nothing is left at the end."""
    data_dir = folder / "postgres"
    started = [users(data_dir) for _ in range(4)]
    for user in started:
        user.wait_for("in")
    assert (data_dir / "server.log").read_text().count("starting PostgreSQL") == 1
    for user in started:
        user.leave()
    assert not server.is_alive(prepare_home(data_dir, print))


def test_the_server_of_a_killed_user_is_taken_over_and_stopped_by_the_next(
    data_dir: Path, users: Users
) -> None:
    """SIGKILL of the only user drops its lock; the server waits for the next user."""
    other = users(data_dir)
    other.wait_for("in")
    pid = postmaster(data_dir)
    other.kill(signal.SIGKILL)
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert postmaster(data_dir) == pid
        assert kept(dsn) == ["守信"]
    assert not server.is_alive(prepare_home(data_dir, print))


def test_ctrl_c_ends_the_user_and_then_the_server_in_order(data_dir: Path, users: Users) -> None:
    """SIGINT to the whole process group reaches the server only as an orderly stop."""
    other = users(data_dir)
    other.wait_for("in")
    other.kill(signal.SIGINT)
    assert not server.is_alive(prepare_home(data_dir, print))
    log = (data_dir / "server.log").read_text()
    assert log.count("received fast shutdown request") == log.count("starting PostgreSQL") == 2
    assert log.rstrip().endswith("database system is shut down")


@pytest.mark.parametrize("step", ["creating the database …", "starting PostgreSQL …"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_start_that_is_cut_off_is_made_good_by_the_next(
    folder: Path, users: Users, number: signal.Signals, step: str
) -> None:
    """A half-made folder is thrown away, never used; a server that was starting is taken over."""
    data_dir = folder / "postgres"
    other = users(data_dir)
    other.wait_for(step)
    other.kill(number)
    assert (data_dir / "cluster").exists() or step == "creating the database …"
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn, psycopg.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (data_dir / "cluster.new").exists()
    assert not (data_dir / "initdb.password").exists()


def test_a_half_made_folder_is_thrown_away(folder: Path) -> None:
    """What an interrupted initdb left, even with its password file, does not disturb the next."""
    data_dir = folder / "postgres"
    half = data_dir / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (data_dir / "initdb.password").write_text("left over\n")
    (data_dir / "pgpass").write_text("left over\n")
    enter(data_dir)
    assert "left over" not in (data_dir / "pgpass").read_text()


@pytest.mark.parametrize(
    "name", ["with a space", "数据 库", "a,b", "quote\"and'quote", "$HOME `id` \\ #=", "名" * 60], ids=ascii
)
def test_a_folder_may_have_any_name(made_once: Path, folder: Path, name: str) -> None:
    """Spaces, Chinese, commas, quotes, shell signs, and names too long for a socket."""
    data_dir = copy_of(made_once, folder / name / "postgres")
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert kept(dsn) == ["守信"]
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(dsn)["host"]))
        assert sockets.stat().st_mode & 0o777 == 0o700
    assert not (sockets / ".s.PGSQL.5432").exists()
    assert sockets.parent == data_dir or not sockets.exists(), "a folder elsewhere is removed"


def test_a_socket_folder_that_somebody_else_has_prepared_is_refused(made_once: Path, folder: Path) -> None:
    """Nobody can lend us an open folder for the socket."""
    data_dir = copy_of(made_once, folder / ("x" * 100) / "postgres")
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(dsn)["host"]))
    sockets.mkdir()
    sockets.chmod(0o777)
    try:
        assert refusal(lambda: enter(data_dir)).code == "store-folder-unsafe"
    finally:
        sockets.rmdir()
    target = folder / "trap"
    target.mkdir(mode=0o700)
    sockets.symlink_to(target)
    try:
        assert refusal(lambda: enter(data_dir)).code == "store-folder-unsafe"
    finally:
        sockets.unlink()


def test_a_process_that_never_gives_way_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a stuck neighbour ends with a message after words about it."""
    monkeypatch.setattr(embedded, "_PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(embedded, "_TURN_SECONDS", 0.1)
    said: list[str] = []
    stuck = FileLock(data_dir / "start.lock")
    assert stuck.try_exclusive()
    error = refusal(lambda: EmbeddedServer(data_dir, progress=said.append).running().__enter__())
    stuck.release()
    assert error.code == "store-busy"
    assert said == ["waiting for another process that is starting or stopping PostgreSQL …"]


def test_a_server_that_cannot_stop_is_named_and_may_be_stopped_later(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen server is reported; once it thaws it obeys."""
    home = prepare_home(data_dir, print)
    for name in ("_FAST_STOP_SECONDS", "_HARD_STOP_SECONDS"):
        monkeypatch.setattr(server, name, 0.1)
    running = EmbeddedServer(data_dir, for_tests=True).running()
    running.__enter__()
    pid = postmaster(data_dir)
    os.kill(pid, signal.SIGSTOP)
    error = refusal(lambda: running.__exit__(None, None, None))
    os.kill(pid, signal.SIGCONT)
    assert error.code == "store-stop-failed"
    assert wait_until(lambda: not server.is_alive(home), 30)
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        assert kept(dsn) == ["守信"]


def test_a_server_that_never_becomes_ready_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its users are told after the time is over, and the server stays what it is."""
    monkeypatch.setattr(server, "_SILENT_SECONDS", 0.0)
    monkeypatch.setattr(server, "_READY_SECONDS", 0.1)
    with EmbeddedServer(data_dir, for_tests=True).running() as dsn:
        status = data_dir / "cluster" / "postmaster.pid"
        before = status.read_text()
        status.write_text(before.replace("ready", "starting"))
        assert refusal(lambda: enter(data_dir)).code == "store-start-slow"
        status.write_text(before)
        assert kept(dsn) == ["守信"]
