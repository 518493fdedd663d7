"""P7: after kill -9 at any moment every acknowledged answer is there, with its entry."""

import os
import signal
import subprocess
import sys

from sqlalchemy import Engine, text

from shouxin.duties.consent.rows import digest, history
from tests.duties.consent.test_service import Shop

SERVICE = """
import sys
from sqlalchemy import create_engine
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.kept import KeptConsents, Report, Teller
from shouxin.duties.consent.model import Given, How
from shouxin.duties.notice.service import Offering
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Writer
from shouxin.store.people import People

url, notice = sys.argv[1:]
engine = create_engine(url)
kept = KeptConsents(People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))]))), Offering())
with Writer(engine) as writer:
    intake = Intake(kept, writer)
    number = 0
    while True:
        waiting = []
        for _ in range(8):
            number += 1
            given = Given(person=f"u-{number}", action="give", purpose="tips", notice=notice,
                          how=How(gesture="button"), request=f"request-{number}")
            waiting.append((number, intake.take(Report(given, Teller("key-1", "api")))))
        for one, future in waiting:
            future.result()
            print(one, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_kept_with_its_entry(
    migrated: Engine, database_url: str
) -> None:
    """The writer is killed in the midst of its work; answers and entries agree to the digest."""
    shop = Shop(migrated)
    command = [sys.executable, "-c", SERVICE, database_url, shop.notice.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as service:
        assert service.stdout
        acknowledged = {int(service.stdout.readline()) for _ in range(100)}
        os.kill(service.pid, signal.SIGKILL)
        acknowledged |= {int(line) for line in service.stdout.read().split(b"\n") if line.strip()}
    with migrated.connect() as connection:
        people = shop.people.find(connection, shop.notice.service, [f"u-{one}" for one in acknowledged])
        digests = {digest(one) for person in people if person for one in history(connection, person.id)}
        asked = text("select what->>'digest' from shouxin.ledger_entry where kind = 'consent.given'")
        entries = list(connection.execute(asked).scalars())
        kept = connection.execute(text("select count(*) from shouxin.consent_transaction")).scalar_one()
    assert len(digests) == len(acknowledged) >= 100
    assert digests <= set(entries)
    assert len(entries) == kept
