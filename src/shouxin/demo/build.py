"""Building the demo step by step, each of which may be begun again where an earlier start was cut off."""

from collections.abc import Callable
from datetime import date
from secrets import token_hex

import msgspec

from shouxin.demo import answered, brought, described, inspected, worked
from shouxin.demo.past import unfold
from shouxin.demo.place import STORE_URL, Mark, keep
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.store.files import write_private

APP_DSN = "shop.dsn"
"""The file with the connection string by which the shop's own programs come in."""

_PASSWORD = "shop.pgpass"  # noqa: S105  # the name of a file


def build(site: Site, mark: Mark, today: date) -> None:
    """Build what is not there yet, mark it whole, and bring what is to be fresh on the day it is shown."""
    if not mark.whole:
        for number, (words, step) in enumerate(_STEPS, 1):
            site.say(f"demo, step {number} of {len(_STEPS)}: {words} …")
            step(site)
        keep(site.folder, msgspec.structs.replace(mark, whole=True))
    brought.refresh(site, max(today, site.today))
    write_private(site.folder / STORE_URL, database.shop_url(site.engine) + "\n")
    write_private(site.folder / APP_DSN, database.app_dsn(site.engine, site.folder / _PASSWORD) + "\n")


def _shop(site: Site) -> None:
    """Make the shop, and write down for its programs how they come in."""
    if not database.exists(site.engine):
        password = token_hex(24)
        write_private(site.folder / _PASSWORD, f"*:*:*:{database.ROLE}:{password}\n")
        made = database.make(site.engine, site.today, password, site.people)
        site.say(f"  {sum(made.values()):,} rows in {len(made)} tables")


def _happen(site: Site) -> None:
    """Let two years go by."""
    people = answered.customers(site)
    events = (
        *described.events(site),
        *answered.events(site, people),
        *worked.events(site, people),
        *brought.events(site),
        *inspected.events(site),
    )
    unfold(site.engine, site.past, events, site.say)


def _wait(site: Site) -> None:
    """Let what has run out be found, and ask for what waits for a second person."""
    site.cases.fire()
    worked.ask_for_an_export(site)


_STEPS: tuple[tuple[str, Callable[[Site], None]], ...] = (
    ("a tea shop in a database of its own", _shop),
    ("two years of notices, answers, requests, cases, inspections", _happen),
    ("what waits today", _wait),
)
