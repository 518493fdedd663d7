"""Names of services in addresses: any script works; what cuts a path is refused."""

from urllib.parse import quote

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.described import versions
from shouxin.duties.consent.service import Consents
from shouxin.duties.days import today
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import put_within
from shouxin.duties.library.service import Library
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.service import Publisher
from shouxin.duties.widget.service import Widgets
from shouxin.law.register import register
from tests.duties.centre.front import Client, Front

NAMES = (
    "茶叶店",
    "tea & coffee; café",
    "a+b=c",
    "متجر",
    "shop.js",
    "shop.0123456789abcdef",
    'say "hi" <b>',
    "~'!*()",
)
REFUSED = (
    "a/b",
    "/",
    "a\\b",
    "shop?x=1",
    "#top",
    "100%",
    "%2f",
    ".",
    "..",
    "two\nlines",
    "nul\0",
    "\u2028",
    "",
)


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_no_address_can_hold_is_refused(name: str) -> None:
    """In the inventory and in a notice, with what to leave out."""
    plain = msgspec.to_builtins(versions()[1])
    for shape, given in (
        (Organisation, {"name": "tea", "services": [{"name": name}]}),
        (Notice, plain | {"service": name}),
    ):
        with pytest.raises(msgspec.ValidationError, match=r"leave out / |length >= 1"):
            msgspec.convert(given, shape)


def test_every_other_name_works_in_every_address(front: Front, client: Client, migrated: Engine) -> None:
    """Each page of the centre, its links, and the script of the widget, for names in any script."""
    inventory = {"name": "tea", "services": [{"name": one} for one in NAMES]}
    with migrated.begin() as connection:
        put_within(connection, msgspec.convert(inventory, Organisation), Author("cli", "cli", "a test"))
    notices = front.centre.offices.notices
    for name in NAMES:
        told = msgspec.structs.replace(versions()[1], service=name)
        notices.publish(told, Publisher("system", "system", "a test"), today())
    pages = ("", "/notice", "/recipients", "/recipients.csv", "/complaint", "/sign-in")
    index = client.get("/centre").text
    widgets = Widgets(notices, Consents(migrated, front.office.people), migrated, front.centre.keys)
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None, widgets=widgets)
    with TestClient(app) as other:
        for name in NAMES:
            home = f"/centre/{quote(name, safe='')}"
            assert home in index
            assert [(one, client.get(home + one).status_code) for one in pages] == [
                (one, 200) for one in pages
            ]
            start = client.get(home).text
            assert f'href="{home}/choices"' in start
            about = widgets.script(name).about
            assert other.get(about.path).status_code == 200, about.path
            assert other.get(f"/widget/{quote(name, safe='')}.js").content == other.get(about.path).content
            assert other.get(f"/widget/{quote(name, safe='')}.html").status_code == 200
