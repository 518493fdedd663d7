"""Telling people: whatever is cut off, nobody is told twice and nobody is left out."""

import io
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.incident import lists, sending
from shouxin.duties.incident.gateway import Batch, FolderGateway, WebhookGateway, gateway
from shouxin.duties.incident.service import Incidents
from shouxin.errors import InputError, StoreError
from shouxin.store.people import People
from tests.duties.incident.conftest import DAY, report
from tests.duties.incident.test_incidents import code, handed_out, weighed


class Memory:
    """A gateway that remembers batches by their keys, and fails where it is told to."""

    def __init__(self, fails: Sequence[int] = (), refuses: str = "") -> None:
        self.taken: dict[str, Batch] = {}
        self.calls = 0
        self._fails = fails
        self._refuses = refuses

    def take(self, batch: Batch) -> Sequence[str]:
        """Take a batch, then fail or refuse somebody of it."""
        self.calls += 1
        self.taken[batch.key] = batch
        if self.calls in self._fails:
            raise StoreError("incident-gateway-failed", "the answer was lost")
        return [one.key for one in batch.people if one.person == self._refuses]

    @property
    def told(self) -> Counter[str]:
        """Return how often each person is told by the batches it knows."""
        return Counter(one.person for batch in self.taken.values() for one in batch.people)


def issued(incidents: Incidents, people: int) -> None:
    """Take an incident to where its people are to be told."""
    incidents.record(report(), DAY)
    weighed(incidents, 1)
    incidents.issue(1, "department", DAY, reference="letter 12")
    incidents.add_people(1, io.BytesIO("\n".join(f"u-{one}" for one in range(people)).encode()))
    incidents.issue(1, "individual", DAY)


def test_a_batch_whose_answer_was_lost_goes_out_again_under_its_key(
    incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway sees the same people under the same key, and everybody once."""
    monkeypatch.setattr(sending, "BATCH", 4)
    issued(incidents, 10)
    memory = Memory(fails=[2])
    with pytest.raises(StoreError):
        incidents.send(1, memory, DAY)
    assert incidents.show(1, DAY).state == "department_told"
    before = dict(memory.taken)
    sent = incidents.send(1, memory, DAY)
    assert sent.finished
    assert before.items() <= memory.taken.items()
    assert memory.told == Counter({f"u-{one}": 1 for one in range(10)})
    assert (memory.calls, len(memory.taken)) == (4, 3)
    assert incidents.show(1, DAY).state == "individuals_told"


def test_who_is_found_later_is_told_later_and_the_others_not_again(incidents: Incidents) -> None:
    """The step of the procedure is taken once."""
    issued(incidents, 2)
    memory = Memory()
    incidents.send(1, memory, DAY)
    incidents.add_people(1, io.BytesIO(b"u-1\nu-late\n"))
    assert incidents.send(1, memory, DAY).handed_out == 1
    assert memory.told == Counter({"u-0": 1, "u-1": 1, "u-late": 1})
    steps = [one.step for one in incidents.show(1, DAY).case.history]
    assert steps.count("notify_individuals") == 1


def test_who_cannot_be_reached_is_counted_and_never_taken_for_told(
    incidents: Incidents, migrated: Engine, people: People
) -> None:
    """Refused by the gateway, or forgotten by the store."""
    issued(incidents, 3)
    with migrated.begin() as connection:
        (gone,) = people.find(connection, "shop", ["u-0"])
        assert gone
        people.shred(connection, [gone.id])
    delivery = incidents.send(1, Memory(refuses="u-1"), DAY).delivery
    assert (delivery.sent, delivery.refused, delivery.gone) == (1, 1, 1)
    with migrated.connect() as connection:
        asked = text("select count(*) from shouxin.ledger_entry where kind = 'incident.told'")
        assert connection.scalar(asked) == 1


def test_one_sends_at_a_time(incidents: Incidents) -> None:
    """A second officer is told that it is being done."""
    issued(incidents, 2)

    class Busy(Memory):
        def take(self, batch: Batch) -> Sequence[str]:
            with ThreadPoolExecutor(1) as pool:
                second = pool.submit(code, lambda: incidents.send(1, Memory(), DAY))
                assert second.result() == "incident-sending"
            return super().take(batch)

    assert incidents.send(1, Busy(), DAY).handed_out == 2


PROGRAM = """
import sys, time
from datetime import date
from pathlib import Path
from sqlalchemy import create_engine
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.incident import sending
from shouxin.duties.incident.gateway import FolderGateway
from shouxin.duties.incident.service import Incidents
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People

url, folder = sys.argv[1:]
sending.BATCH = 7

class Slow(FolderGateway):
    def take(self, batch):
        done = super().take(batch)
        print(batch.key, flush=True)
        time.sleep(0.02)
        return done

engine = create_engine(url)
people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
incidents = Incidents(register(), Cases(Timekeeper(register()), KeptCases(engine)), engine, people)
incidents.send(1, Slow(Path(folder)), date(2025, 6, 3))
"""


def test_a_sender_that_is_killed_leaves_nobody_out_and_tells_nobody_twice(
    incidents: Incidents, database_url: str, tmp_path: Path
) -> None:
    """Killed in the midst of batches, again and again, then left to finish."""
    issued(incidents, 200)
    command = [sys.executable, "-c", PROGRAM, database_url, str(tmp_path)]
    for batches in (1, 4):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as sender:
            assert sender.stdout
            for _ in range(batches):
                assert sender.stdout.readline()
            os.kill(sender.pid, signal.SIGKILL)
    sent = incidents.send(1, FolderGateway(tmp_path), DAY)
    assert (sent.finished, sent.delivery.sent) == (True, 200)
    assert Counter(handed_out(tmp_path)) == Counter({f"u-{one}": 1 for one in range(200)})
    assert not list(tmp_path.glob(".*"))


def test_a_webhook_gets_each_batch_with_its_key() -> None:
    """Any status from 200 to 299 takes it; what else comes back is an error and not a success."""
    batch = msgspec.convert(
        {"key": "notice-1-000001", "service": "s", "texts": {"zh": "t"}, "people": []}, Batch
    )
    answers: list[tuple[int, bytes]] = [
        (202, b""), (200, b'{"refused": ["k"]}'), (200, b"<html>thanks"), (503, b""), (302, b""),
        (200, b'{"refused": 1}'),
    ]  # fmt: skip
    seen = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["idempotency-key"], msgspec.json.decode(request.content, type=Batch)))
        status, content = answers[len(seen) - 1]
        return httpx.Response(status, content=content)

    hook = WebhookGateway("https://gateway.example/in", httpx.MockTransport(handle))
    assert [list(hook.take(batch)) for _ in range(3)] == [[], ["k"], []]
    for _ in range(3):
        with pytest.raises(StoreError) as failed:
            hook.take(batch)
        assert failed.value.code == "incident-gateway-failed"
        assert "gateway.example" not in str(failed.value)
    assert seen == [(batch.key, batch)] * 6


def test_a_webhook_that_does_not_answer_is_an_error_of_its_own() -> None:
    """A connection refused, a time that ran out."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("too slow", request=request)

    batch = Batch(key="k", service="s", texts={}, people=())
    with pytest.raises(StoreError):
        WebhookGateway("https://gateway.example", httpx.MockTransport(handle)).take(batch)


@pytest.mark.parametrize(
    "place", ["", "no-such-folder", "http://gateway.example", "ftp://x", "https://[", "://"]
)
def test_a_place_that_is_no_gateway_is_refused(place: str) -> None:
    """People's references never leave in the clear, nor into nowhere."""
    assert code(lambda: gateway(place)) == "incident-gateway"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"u-1\n\xff\xfe\n", 2),
        ("u-1\nu-2".encode("utf-16"), 1),
        (b"u" * 5000, 1),
        (b"u-1\n" + b"u" * 513 + b"\n", 2),
        (b"u-1\nu\x00-2\n", 2),
        (b"u-1\n\x1b[31mu\n", 2),
    ],
)
def test_a_list_that_cannot_be_read_names_the_line_and_not_what_stands_in_it(
    content: bytes, line: int
) -> None:
    """Whatever bytes it holds."""
    with pytest.raises(InputError) as refused:
        list(lists.chunks(io.BytesIO(content)))
    assert (refused.value.code, refused.value.where) == ("incident-list", f"line {line}")
    assert "u-" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\n\n \r\n", "\ufeff".encode()])
def test_an_empty_list_adds_nobody(incidents: Incidents, content: bytes) -> None:
    """And is no error."""
    incidents.record(report(), DAY)
    assert incidents.add_people(1, io.BytesIO(content)).listed == 0


def test_a_list_can_be_given_again_after_a_bad_line_was_mended(
    incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood before it is on record, and not twice."""
    monkeypatch.setattr(lists, "CHUNK", 2)
    incidents.record(report(), DAY)
    assert (
        code(lambda: incidents.add_people(1, io.BytesIO(b"u-1\r\nu-2\r\nu-3\r\n\xff\r\n"))) == "incident-list"
    )
    assert incidents.show(1, DAY).listed == 2
    found = incidents.add_people(1, io.BytesIO(b"u-1\r\nu-2\r\nu-3\r\nu-4\r\n"))
    assert (found.lines, found.new, found.listed) == (4, 2, 4)


def test_two_lists_at_once_that_overlap_are_both_taken(incidents: Incidents) -> None:
    """In opposite orders, so that they would wait for each other if they held more than a part."""
    incidents.record(report(), DAY)
    names = [f"u-{one}" for one in range(6000)]
    given: list[Any] = ["\n".join(order).encode() for order in (names, names[::-1])]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: incidents.add_people(1, io.BytesIO(one)), given))
    assert incidents.show(1, DAY).listed == 6000
