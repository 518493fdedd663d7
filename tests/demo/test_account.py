"""The account page of the made-up shop: its button signs a customer in to the privacy centre."""

import re
from pathlib import Path

from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app.server import create_app
from shouxin.demo.account import signer
from shouxin.demo.answered import AGREES
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.duties.centre.front import Front


def test_the_button_of_the_shop_leads_into_its_centre(migrated: Engine, tmp_path: Path) -> None:
    """A later start signs with the same key; each button is good once, and the page is kept nowhere."""
    front = Front(migrated)
    sign = signer(front.centre.keys, tmp_path)
    sign = signer(front.centre.keys, tmp_path)
    assert len(front.centre.keys.list("shop")) == 2
    app = create_app(
        Library(register()),
        host_names=("testserver.local",),
        api_token=None,
        engine=migrated,
        centre=front.centre,
        demo=True,
        sign=sign,
    )
    with TestClient(app) as client:
        client.follow_redirects = False
        page = client.get("/demo/account")
        assert page.headers["cache-control"] == "no-store"
        tokens = re.findall(r'name="token" value="([^"]+)"', page.text)
        assert len(tokens) == 4
        assert client.post("/centre/shop/enter", data={"token": tokens[0]}).status_code == 303
        assert str(AGREES) in client.get("/centre/shop").text
        assert client.post("/centre/shop/enter", data={"token": tokens[0]}).status_code == 403
