"""What a route declares is held, and nothing is left undeclared; every route and role: tests/security."""

import re

from litestar import get
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app import security
from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.server import create_app
from shouxin.duties.access.permissions import EVERYONE, ROLES, SYSTEM, permissions
from shouxin.duties.access.service import Access
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import served
from tests.duties.access.conftest import TOKEN


def test_a_route_that_declares_nothing_is_refused(access: Access) -> None:
    """Forgetting to say who may use it closes a route to everyone, the system included."""

    @get("/forgotten")
    async def forgotten() -> str:
        return "open"

    app = security.GuardedApp([forgotten], guards=[security.guard(access, TOKEN)], openapi_config=None)
    app.host_names = frozenset({"testserver.local"})
    with TestClient(app) as made:
        for sent in ({}, {"Authorization": f"Bearer {TOKEN}"}):
            assert made.get("/forgotten", headers=sent).status_code == 500
            assert "open" not in made.get("/forgotten", headers=sent).text


def test_needing_goes_before_being_public(access: Access) -> None:
    """A handler that needs a permission inside a router that is public keeps its need."""

    @get("/inside", opt={"needs": "operator.change", "public": True})
    async def inside() -> str:
        return "open"

    app = security.GuardedApp([inside], guards=[security.guard(access, TOKEN)], openapi_config=None)
    app.host_names = frozenset({"testserver.local"})
    with TestClient(app) as made:
        assert made.get("/inside").text != "open"


def test_without_a_store_what_is_not_public_says_so() -> None:
    """A server of the law alone answers about the law, and clearly refuses the rest."""
    with TestClient(served(token=None)) as made:
        assert made.get("/law").status_code == 200
        assert made.get("/api/law").status_code == 200
        for path in ("/posture", "/api/posture", "/retention", "/api/cases"):
            answer = made.get(path)
            assert (answer.status_code, "store-missing" in answer.text) == (503, True), path
        assert made.get("/sign-in").status_code == 404


def test_a_store_that_is_down_leaves_the_law_open(access: Access, migrated: Engine) -> None:
    """Who has a session meets a page, not an error, as long as the page needs no store."""
    app = create_app(Library(register()), host_names=("testserver.local",), api_token=None, access=access)

    class Down:
        def find(self, _token: str) -> None:
            from sqlalchemy.exc import OperationalError

            raise OperationalError("select", None, ConnectionError("gone"))

    access.sessions = Down()  # type: ignore[assignment]
    with TestClient(app) as made:
        sent = {"Cookie": "session=x", "Accept": "text/html"}
        assert made.get("/law", headers=sent).status_code == 200
        assert made.get("/approvals", headers=sent).status_code == 503


def test_every_permission_is_one_that_a_role_or_everyone_has() -> None:
    """No permission is lost, and each role has less than the privacy officer with the system."""
    assert all(permissions().values())
    for name, roles in permissions().items():
        assert roles <= {*ROLES, EVERYONE, SYSTEM}, name
        assert re.fullmatch(r"[a-z]+\.[a-z]+", name)
    changing = {name for name in permissions() if not name.endswith(".read")}
    for role in ("auditor", "inspector"):
        assert not [name for name in changing if role in permissions()[name]]
    assert SYSTEM not in permissions()["approval.decide"] | permissions()["operator.change"]


def test_every_role_has_a_name_in_three_languages() -> None:
    """The pages call roles by words, not by ids."""
    for code in LANGUAGES:
        assert set(catalogue(code).labels["access_role"]) == set(ROLES)
