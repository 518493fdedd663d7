"""``shouxin serve`` as an operator meets it: it comes up, it goes down, and nothing stays behind."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

PROGRAM = Path(sys.executable).with_name("shouxin")
Started = tuple[subprocess.Popen[str], str]


def free_port() -> int:
    """Return a port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Started]]:
    """Start servers in a folder of their own; those left over are ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*more: str, **environment: str) -> Started:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SHOUXIN_")}
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", str(free_port()), *more],
            cwd=folder,
            env={**clean, **environment},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stderr
        for line in process.stderr:
            if ready := re.match(r"ready: (\S+)", line):
                return process, ready.group(1)
        pytest.fail("the server ended before it was ready")

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if process.stderr:
            process.stderr.close()


def get(address: str) -> bytes:
    """Return what the server answers."""
    with urlopen(address) as answer:
        body: bytes = answer.read()
        return body


def servers_of(folder: Path) -> list[str]:
    """Return the processes that live in a data folder below ``folder``: PostgreSQL's home is its data."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                str(folder) in str((process / "cwd").readlink())
                and "shouxin" not in (process / "comm").read_text()
            ):
                found.append(process.name)
    return found


def test_it_comes_up_and_leaves_nothing_behind(serve: Callable[..., Started], folder: Path) -> None:
    """Ctrl-C, a service manager's stop and a closed terminal all end it in order, quietly and with 0."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process, address = serve()
        assert json.loads(get(f"{address}/health")) == {"status": "ok"}
        assert servers_of(folder)
        os.killpg(process.pid, number)
        _, said = process.communicate()
        assert (process.returncode, "Traceback" in said, "stopped" in said) == (0, False, True), said
        assert servers_of(folder) == []


def test_it_survives_being_killed(serve: Callable[..., Started], folder: Path) -> None:
    """After kill -9 the next start takes over the database, with every acknowledged import in it."""
    process, address = serve(SHOUXIN_API_TOKEN="made-up-token")
    text = "示例规定\n\n第一条 为了示例。\n\n第二条 样例。\n".encode()
    request = Request(
        f"{address}/api/law/texts?name=sample.txt",
        data=text,
        headers={"Authorization": "Bearer made-up-token", "Content-Type": "text/plain"},
    )
    with urlopen(request) as answer:
        assert json.loads(answer.read())["instruments"][0]["stored"] is True
    process.kill()
    process.communicate()
    again, address = serve()
    (kept,) = json.loads(get(f"{address}/api/law/texts"))
    assert kept["source_name"] == "sample.txt"
    again.terminate()
    again.communicate()
    assert servers_of(folder) == []


def workers_of(first: int) -> set[int]:
    """Return the processes of a server that answer beside the first."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == first and b"spawn_main" in (process / "cmdline").read_bytes():
                found.add(int(process.name))
    return found


def eventually(true: Callable[[], bool]) -> bool:
    """Tell whether something becomes true within a minute."""
    for _ in range(300):
        if true():
            return True
        time.sleep(0.2)
    return False


def test_a_worker_that_is_killed_is_replaced_and_none_outlives_the_server(
    serve: Callable[..., Started], folder: Path
) -> None:
    """What one process keeps another finds; each of them may be killed at any moment."""
    process, address = serve("--workers", "3")
    before = workers_of(process.pid)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    assert eventually(lambda: len(workers_of(process.pid) - before) == 1)
    assert all(json.loads(get(f"{address}/health")) == {"status": "ok"} for _ in range(20))
    left = workers_of(process.pid)
    process.kill()
    process.communicate()
    assert eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in left))
    assert eventually(lambda: servers_of(folder) == [])


def test_the_running_server_rules_on_acts_and_finds_its_decisions_again(
    serve: Callable[..., Started],
) -> None:
    """An inventory is put, an act is asked about by its names, and the denial is in the ledger."""
    _, address = serve(SHOUXIN_API_TOKEN="made-up-token", SHOUXIN_WORKERS="2")

    def call(method: str, path: str, given: object = None) -> dict[str, Any]:
        headers = {"Authorization": "Bearer made-up-token", "Content-Type": "application/json"}
        body = json.dumps(given).encode() if given else None
        with urlopen(Request(f"{address}{path}", body, headers, method=method)) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    activity = {"name": "tips", "facts": {"data.personal": True}}
    shop = {"name": "Made-up Shop", "services": [{"name": "shop", "activities": [activity]}]}
    call("PUT", "/api/inventory", shop)
    asked = {"person": "u-1", "act": "use", "service": "shop", "activity": "tips"}
    ruling = call("POST", "/api/v1/decisions", asked)
    kept = call("GET", f"/api/v1/decisions/{ruling['decision']}")
    assert (ruling["allowed"], kept["allowed"], kept["service"], kept["who"]) == (
        *(False, False),
        *("shop", "system"),
    )


def test_a_taken_port_is_refused_before_anything_starts(folder: Path) -> None:
    """The refusal names the port and the way out, and no database is made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = subprocess.run(
            [PROGRAM, "serve", "--port", str(taken.getsockname()[1])],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (ran.returncode, "serve-address" in ran.stderr, "--port" in ran.stderr) == (2, True, True)
    assert list(folder.iterdir()) == []


def test_a_token_for_writing_is_made_once_and_kept_private(
    serve: Callable[..., Started], folder: Path, database_dsn: str
) -> None:
    """The token is a file that only its owner can read, and stays the same."""
    process, _ = serve(SHOUXIN_DSN=database_dsn)
    path = folder / "var" / "api-token"
    token = path.read_text()
    assert (len(token.strip()) >= 32, path.stat().st_mode & 0o777) == (True, 0o600)
    process.terminate()
    process.wait()
    serve(SHOUXIN_DSN=database_dsn)
    assert path.read_text() == token


def test_a_server_of_ones_own_is_used_by_its_dsn(
    serve: Callable[..., Started], folder: Path, database_dsn: str
) -> None:
    """With a DSN no database is made here."""
    _, address = serve(SHOUXIN_DSN=database_dsn)
    assert json.loads(get(f"{address}/api/law/texts")) == []
    assert not (folder / "var" / "postgres").exists()


def test_a_dsn_that_leads_nowhere_is_refused(folder: Path) -> None:
    """The message says what to do and never shows the password."""
    environment = {**os.environ, "SHOUXIN_DSN": "postgresql://u:pa55word@127.0.0.1:1/none"}
    ran = subprocess.run(
        [PROGRAM, "serve", "--port", str(free_port())],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "store-unreachable" in ran.stderr, "pa55word" in ran.stderr) == (2, True, False)


def test_a_demo_that_was_killed_is_gone_on_with(serve: Callable[..., Started], folder: Path) -> None:
    """It is built beside what is real, survives kill -9, and its first page and its links work."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SHOUXIN_")}
    with subprocess.Popen(
        [PROGRAM, "serve", "--demo", "--port", str(free_port())],
        cwd=folder, env=clean, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as first:  # fmt: skip
        assert first.stderr
        line = next(line for line in first.stderr if "  until " in line or "http://" in line)
        assert "http://" not in line  # the second step is under way
        first.kill()
    process, address = serve("--demo", SHOUXIN_DSN="postgresql://nobody@192.0.2.1/real")
    assert 'href="/posture"' in get(f"{address}/").decode()
    assert [path.name for path in (folder / "var").iterdir()] == ["demo"]
    process.terminate()
    process.communicate()
    assert servers_of(folder) == []


def test_only_a_demo_is_ever_made_anew(folder: Path) -> None:
    """Without --demo there is nothing that --fresh would take away."""
    ran = subprocess.run(
        [PROGRAM, "serve", "--fresh"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, "--demo" in ran.stderr) == (2, True)
    assert list(folder.iterdir()) == []
