"""Building the demo step by step, each of which may be begun again where an earlier start was cut off."""

from collections.abc import Callable
from datetime import date
from secrets import token_hex

import msgspec

from shouxin.demo import answered, brought, described, worked
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


_STEPS: tuple[tuple[str, Callable[[Site], None]], ...] = (
    ("a tea shop in a database of its own", _shop),
    ("the company, what it does and what shows it", described.describe),
    ("what it tells people, in two versions", described.publish),
    ("guardians of children", answered.link),
    ("what people answered over two years", answered.answer),
    ("complaints, an assessment, an incident", worked.work_on_cases),
    ("what people brought and asked for", brought.bring),
    ("the staff, and an export that waits for a second person", worked.let_in),
    ("acts that the guard rules on", worked.rule),
)
