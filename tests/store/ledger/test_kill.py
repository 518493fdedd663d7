"""P7: whoever writes is killed at any moment, and every acknowledged change is there with its entry."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine, text

from shouxin.store.ledger.checkpoint import Sealer, outside_keys, outside_notes
from shouxin.store.ledger.note import opened
from shouxin.store.ledger.verify import verify

from .conftest import WRAPPER

_WRITER = """
import os, sys, threading
from pathlib import Path
from sqlalchemy import text
from shouxin.store import StoreConfig, open_store
from shouxin.store.ledger import Writer
from shouxin.store.ledger.checkpoint import Sealer
from tests.store.ledger.conftest import WRAPPER, entry

dsn, folder, first = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
with open_store(StoreConfig(dsn=dsn)) as store, Writer(store.engine) as writer:
    def write(start):
        for number in range(start, start + 100_000):
            put = text("insert into kept values (:n)").bindparams(n=number)
            writer.submit(lambda connection: connection.execute(put) and None, [entry(number)]).result()
            os.write(1, b"%d\\n" % number)  # whole lines, however it ends
    for start in range(6):
        threading.Thread(target=write, args=(first + start * 100_000,), daemon=True).start()
    while True:
        Sealer(store.engine, WRAPPER, folder).seal()
"""


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(
    migrated: Engine, database_dsn: str, tmp_path: Path
) -> None:
    """Six rounds of six threads and a signer, each killed without warning at a random moment."""
    chance = random.Random()
    with migrated.begin() as connection:
        connection.execute(text("create table kept (n int primary key)"))
    acknowledged: set[int] = set()
    for turn in range(6):
        command = [
            sys.executable,
            "-c",
            _WRITER,
            database_dsn,
            str(tmp_path / "ledger"),
            str(turn * 1_000_000),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            acknowledged.add(int(child.stdout.readline()))
            time.sleep(chance.uniform(0, 0.5))
            child.send_signal(signal.SIGKILL)
            acknowledged |= {int(line) for line in child.stdout.read().split()}
    sealer = Sealer(migrated, WRAPPER, tmp_path / "ledger")
    sealer.seal()
    with migrated.connect() as connection:
        kept = set(connection.execute(text("select n from kept")).scalars())
        told = connection.execute(text("select what from shouxin.ledger_entry where kind = 'decision'"))
        entries = [json.loads(json.dumps(what))["n"] for what in told.scalars()]
    assert acknowledged <= kept
    assert sorted(entries) == sorted(kept)
    keys = outside_keys(sealer.folder)
    report = verify(migrated, keys, [opened(note, keys) for note in outside_notes(sealer.folder)])
    assert report.problem is None
    assert report.signed == report.size == len(kept) + 1
