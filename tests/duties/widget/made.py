"""The made-up tea shop with its notice in force, its inventory and its widget, over a real store."""

import time
from typing import Any, NamedTuple

import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey
from litestar import Litestar
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.described import organisation, versions
from shouxin.duties.centre.service import ServiceKeys
from shouxin.duties.consent.service import Consents
from shouxin.duties.consent.views import Asked, Stand
from shouxin.duties.days import today
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Author
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.duties.widget.service import Widgets
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.people import People
from tests.app.made_up import TOKEN
from tests.duties.consent.conftest import TELLER

SECRET = bytes(range(32))


class TeaShop(NamedTuple):
    """A service that asks with the widget."""

    engine: Engine
    consents: Consents
    notices: Notices
    widgets: Widgets

    def publish(self, number: int) -> str:
        """Publish the first or the second version of the notice; return its address."""
        notice = versions()[number]
        self.notices.publish(notice, Publisher("system", "system", "a test"), today())
        return notice.address

    def served_from(self, *origins: str) -> None:
        """Say in the inventory where the pages of the shop are."""
        company = organisation()
        shop = msgspec.structs.replace(company.services[0], origins=origins)
        changed = msgspec.structs.replace(company, services=(shop, *company.services[1:]), evidence=())
        StoredInventory(self.engine).load(changed, Author("system", "system", "a test"))

    def stands(self, person: str) -> dict[str, Stand]:
        """Return where a person stands, by purpose and channel."""
        asked = Asked(service="shop", person=person, reason="a test")
        return {f"{one.purpose} {one.channel}".strip(): one for one in self.consents.standing(asked, TELLER)}

    def app(self) -> Litestar:
        """Return the application in front of the store, with the pages of the demo."""
        return create_app(
            Library(register()),
            host_names=("127.0.0.1", "testserver.local"),
            api_token=TOKEN,
            engine=self.engine,
            consents=(self.consents, None),
            widgets=self.widgets,
            demo=True,
        )


def tea_shop(engine: Engine) -> TeaShop:
    """Return the shop with its second notice in force, and its pages at https://tea.example."""
    consents = Consents(engine, People(LocalWrapper(Keys([MainKey("test", SECRET)]))))
    notices = Notices(Decider(register()), "test", engine)
    made = TeaShop(engine, consents, notices, Widgets(notices, consents, engine, ServiceKeys(engine, SECRET)))
    made.publish(1)
    made.served_from("https://tea.example")
    return made


def vouched(secret: str, **more: Any) -> str:
    """Return a token that the shop signs for a page with the widget."""
    claims = {"sub": "u-7", "aud": "shop", "exp": int(time.time()) + 600, "use": "widget"}
    key = OctKey.import_key(secret.encode())
    return jwt.encode({"alg": "HS256", "kid": "one"}, {**claims, **more}, key)
