"""A centre of the made-up shop: two customers in two stores, two versions of its notice, a key of its own."""

import re
import time
from secrets import token_hex
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import Key, OctKey
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.described import versions
from shouxin.duties.centre.service import Centre, Offices
from shouxin.duties.complaint.model import KIND
from shouxin.duties.consent.service import Consents
from shouxin.duties.content.model import KIND as CONTENT
from shouxin.duties.days import today
from shouxin.duties.desk.service import Desk
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import Inventory, put_within
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.duties.rights.service import Rights
from shouxin.law.register import register
from shouxin.store.ledger import Actor
from tests.duties.rights.made_up import Office

HERE = "testserver.local"
ACTOR = Actor("uid:0", "cli")
Client = TestClient[Litestar]

COMPANY: dict[str, Any] = {
    "name": "tea",
    "facts": {
        "actor.ecommerce_operator": True,
        "actor.state_organ": False,
        "actor.internet_information_provider": True,
        "actor.telecom_or_internet_provider": True,
        "actor.network_service_provider": True,
        "law.requires_secrecy_or_no_notice": False,
        "law.permits_otherwise": False,
        "user_info.retention_agreed": False,
        "algorithm.service_in_china": True,
        "actor.algorithm_provider": True,
        "algorithm.uses_tags": True,
    },
    "officer": {"name": "示例负责人", "contact": "privacy@tea.example", "published": True},
    "services": [
        {
            "name": "shop",
            "activities": [
                {
                    "name": "orders",
                    "purpose": "deliver tea",
                    "recipients": [{"party": "示例快递", "purpose": "delivery"}],
                }
            ],
            "sdks": [
                {"name": "=far-sdk", "party": "Far", "policy": "https://far.example/privacy"},
                {"name": "odd-sdk", "policy": "javascript:alert(1)"},
            ],
        },
        {"name": "bare"},
    ],
    "parties": [
        {"name": "示例快递", "kind": "entrusted", "contact": "dpo@express.example", "country": "CN"},
        {"name": "Far", "kind": "processor", "contact": "dpo@far.example", "country": "SG"},
    ],
}


class Front:
    """The office of the made-up shop with a centre before it."""

    def __init__(self, engine: Engine, host: str = HERE, **more: Any) -> None:
        self.office = Office(engine)
        self.engine = engine
        law = register()
        with engine.begin() as connection:
            put_within(connection, msgspec.convert(COMPANY, Organisation), Author("cli", "cli", "a test"))
        self.consents = Consents(engine, self.office.people)
        notices = Notices(Decider(law), law.version, engine)
        for notice in versions():
            notices.publish(notice, Publisher("system", "system", "a test"), today())
        self.rights = Rights(self.office.desk, Inventory(law, {}, engine))
        self.complaints = Desk(KIND, self.office.desk.cases, engine, self.office.people)
        offices = Offices(notices, self.consents, self.rights, self.complaints, law)
        subjects = {"shop": "customer_id"}
        self.centre = Centre(engine, self.office.people, bytes(range(32)), offices, subjects, **more)
        _, self.secret = self.centre.keys.add("shop", "one", "HS256", None, ACTOR)
        contents = Desk(CONTENT, self.office.desk.cases, engine, self.office.people)
        self.app = create_app(
            Library(law),
            host_names=(host, "127.0.0.1"),
            api_token=None,
            engine=engine,
            cases=self.office.desk.cases,
            consents=(self.consents, None),
            rights=self.rights,
            desks=(self.complaints, contents),
            centre=self.centre,
        )

    def token(self, sub: str = "7", key: Key | None = None, head: Any = None, **more: Any) -> str:
        """Return a token that the shop signs for a customer."""
        claims = {"sub": sub, "aud": "shop", "exp": int(time.time()) + 120, "jti": token_hex(16)}
        header = {"alg": "HS256", "kid": "one", **(head or {})}
        signing = key or OctKey.import_key(self.secret.encode())
        return jwt.encode(header, {**claims, **more}, signing, algorithms=[header["alg"]])

    def enter(self, client: Client, sub: str = "7", **more: Any) -> Client:
        """Sign a customer in by a token."""
        answer = client.post("/centre/shop/enter", data={"token": self.token(sub, **more)})
        assert answer.status_code == 303, answer.text
        return client


def fields(page: str, number: int = 0, action: str = "") -> dict[str, str]:
    """Return the hidden fields of a form of a page, by its number among those whose address ends so."""
    forms = [
        one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'{action}" method="post"' in one
    ]
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', forms[number])
    return dict(found)


def answer(client: Client, purpose: str, action: str, channel: str = "", where: str = "choices") -> Any:
    """Answer to a purpose by the form that its page shows."""
    page = client.get(f"/centre/shop/{where}")
    assert page.status_code == 200, page.text
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        said = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form))
        if (said.get("purpose"), said.get("channel")) == (purpose, channel) and f'value="{action}"' in form:
            return client.post("/centre/shop/choices/answer", data={**said, "action": action})
    raise AssertionError(f"{purpose} has no button {action}")
