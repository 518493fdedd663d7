"""Every route and every role: who may go where stands in one file, and nothing is left undeclared."""

import re
from collections.abc import Iterator, Mapping

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import Engine

from shouxin.app import security
from shouxin.app.catalogue import LANGUAGES, catalogue
from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Role
from shouxin.duties.access.permissions import EVERYONE, ROLES, SYSTEM, permissions
from shouxin.duties.access.service import Access
from shouxin.duties.days import end_of
from shouxin.duties.library.service import Library
from shouxin.law.register import register
from tests.app.made_up import served
from tests.duties.access.conftest import HERE, PASSWORD, TOKEN, Client

PLACES = {"name": "nothing", "eid": "art_1", "number": "1", "citation": "pipl:art_29", "provision": "x",
          "code": "x", "form": "akn", "kind": "x", "path": "x", "address": "0" * 64,
          "decision": "0" * 32, "key": "0" * 32}  # fmt: skip
Door = tuple[str, str, str]


def doors(app: Litestar) -> Iterator[Door]:
    """Yield every route with one address of it, its method, and the permission it needs, "" if public."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                path = re.sub(r"{(\w+):\w+}", lambda found: PLACES[found[1]], route.path)
                for method in handler.http_methods:
                    if method != "OPTIONS":
                        assert handler.opt.get("needs") or handler.opt.get("public") is True, path
                        yield method, path, str(handler.opt.get("needs", ""))


@pytest.fixture
def headers(access: Access) -> Mapping[str, Mapping[str, str]]:
    """Give what each role sends: a stranger nothing, an operator a session, the system its key."""
    made: dict[str, Mapping[str, str]] = {"stranger": {}, SYSTEM: {"Authorization": f"Bearer {TOKEN}"}}
    for role in (EVERYONE, *ROLES):
        given = () if role == EVERYONE else (Role(role=role, until=end_of("2099-01-01")),)
        access.operators.add(SYSTEM_KEY, "cli", f"a {role}", password=PASSWORD, roles=given)
        token = access.sign_in(f"a {role}", PASSWORD, "", HERE)
        from shouxin.duties.access.tokens import form_token

        made[role] = {"Cookie": f"session={token}", "X-Form-Token": form_token(token)}
    return made


def test_every_route_lets_in_whom_the_file_names(
    app: Litestar, client: Client, headers: Mapping[str, Mapping[str, str]]
) -> None:
    """All routes times all roles: refused exactly where ``permissions.yaml`` does not name the role."""
    seen = set()
    for method, path, needs in doors(app):
        if path == "/sign-out":  # it would end the session that the others need
            continue
        seen.add(needs)
        for role, sent in headers.items() if needs else (("stranger", headers["stranger"]),):
            answer = client.request(method, path, headers=sent)
            known = {role} | ({EVERYONE} if role in ROLES else set())
            allowed = not needs or bool(permissions()[needs] & known)
            if role == "stranger" and not allowed:
                away = answer.headers.get("location", "").startswith("/sign-in?next=")
                assert answer.status_code == 401 or away, (method, path)
            elif not allowed:
                assert answer.status_code == 403, (method, path, role, answer.text[:300])
                assert "permission-missing" in answer.text
            else:
                assert answer.status_code != 401, (method, path, role)
                assert "permission-missing" not in answer.text, (method, path, role)
    assert len(seen) > 12


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
