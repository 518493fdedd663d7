"""The guard in four frameworks, each through its own test client: permit, deny, and fail closed."""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from shouxin.sdk import DeniedError, Guard
from tests.duties.guard.test_guard import World

Answer = tuple[int, str, Any]


class Asked(NamedTuple):
    """The frameworks' clients in one shape: the status, the content type and the JSON of an answer."""

    get: Callable[[str], Answer]


def in_fastapi(guard: Guard) -> Asked:
    """Return a client of an application with a dependency, and with a check inside a route."""
    from fastapi import Depends, FastAPI, Header

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its client asks for the successor of the httpx that Litestar uses
        from fastapi.testclient import TestClient

    from shouxin.sdk import fastapi as adapter

    app = FastAPI()
    adapter.install(app)

    def person(x_user: str = Header()) -> str:
        return x_user

    needed = adapter.needs(guard, "use", "tips", person=person, categories={"views"})

    @app.get("/tips", dependencies=[Depends(needed)])
    def tips() -> dict[str, bool]:
        return {"served": True}

    @app.get("/inside")
    def inside(x_user: str = Header()) -> dict[str, bool]:
        guard.require(x_user, "use", "tips")
        return {"served": True}

    client = TestClient(app, raise_server_exceptions=False)
    return _of(client)


def in_litestar(guard: Guard) -> Asked:
    """Return a client of an application with a guard of routes, and with a check inside a route."""
    from litestar import Request, get
    from litestar.testing import create_test_client

    from shouxin.sdk import litestar as adapter

    needed = adapter.needs(guard, "use", "tips", person=lambda at: at.headers["x-user"], categories={"views"})

    @get("/tips", guards=[needed])
    async def tips() -> dict[str, bool]:
        return {"served": True}

    @get("/inside")
    async def inside(request: Request[Any, Any, Any]) -> dict[str, bool]:
        await guard.arequire(request.headers["x-user"], "use", "tips")
        return {"served": True}

    handlers: Any = {DeniedError: adapter.answer}
    return _of(create_test_client([tips, inside], exception_handlers=handlers, logging_config=None))


def in_django(guard: Guard) -> Asked:
    """Return a client of an application with decorated views, one of them async."""
    import sys
    import types

    import django
    from django.conf import settings
    from django.http import HttpRequest, JsonResponse
    from django.test import Client
    from django.urls import path

    from shouxin.sdk import django as adapter

    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["testserver"],
            MIDDLEWARE=["shouxin.sdk.django.DenialMiddleware"],
            ROOT_URLCONF="made_up_urls",
            SECRET_KEY="made up",
        )
        django.setup()

    needs = adapter.needs(guard, "use", "tips", person=lambda at: at.headers["x-user"], categories={"views"})

    @needs
    def tips(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"served": True})

    @needs
    async def inside(request: HttpRequest) -> JsonResponse:
        return JsonResponse({"served": True})

    urls: Any = types.ModuleType("made_up_urls")
    urls.urlpatterns = [path("tips", tips), path("inside", inside)]
    sys.modules["made_up_urls"] = urls
    django.urls.clear_url_caches()
    django.urls.set_urlconf(None)
    client = Client(raise_request_exception=False)

    def get(path: str, person: str) -> Answer:
        answer = client.get(path, headers={"x-user": person})
        return answer.status_code, answer["content-type"], answer.json()

    return Asked(lambda asked: get(*asked.split(" ")))


def in_flask(guard: Guard) -> Asked:
    """Return a client of an application with decorated views, one of them async."""
    from flask import Flask, request

    from shouxin.sdk import flask as adapter

    app = Flask("made_up")
    adapter.install(app)
    needs = adapter.needs(
        guard, "use", "tips", person=lambda: request.headers["x-user"], categories={"views"}
    )

    @app.get("/tips")
    @needs
    def tips() -> dict[str, bool]:
        return {"served": True}

    @app.get("/inside")
    @needs
    async def inside() -> dict[str, bool]:
        return {"served": True}

    client = app.test_client()

    def get(path: str, person: str) -> Answer:
        answer = client.get(path, headers={"x-user": person})
        return answer.status_code, str(answer.content_type), answer.get_json(force=True)

    return Asked(lambda asked: get(*asked.split(" ")))


def _of(client: Any) -> Asked:
    def get(path: str, person: str) -> Answer:
        answer = client.get(path, headers={"x-user": person})
        return answer.status_code, answer.headers["content-type"], answer.json()

    return Asked(lambda asked: get(*asked.split(" ")))


@pytest.fixture(params=[in_fastapi, in_litestar, in_django, in_flask])
def client(request: pytest.FixtureRequest, guard: Guard) -> Asked:
    """Give an application in each framework."""
    made: Asked = request.param(guard)
    return made


@pytest.mark.parametrize("path", ["/tips", "/inside"])
def test_who_agreed_is_served(client: Asked, path: str) -> None:
    """The view runs."""
    status, _, body = client.get(f"{path} u-1")
    assert (status, body) == (200, {"served": True})


@pytest.mark.parametrize("path", ["/tips", "/inside"])
def test_a_denial_is_a_403_that_cites_the_law(client: Asked, world: World, path: str) -> None:
    """As problem+json, with the provision, what to do, the id in the ledger, and without the person."""
    status, media, body = client.get(f"{path} u-2")
    assert (status, media.partition(";")[0]) == (403, "application/problem+json")
    assert any(one.startswith("pipl:art_13") for one in body["provisions"])
    assert (body["status"], body["code"]) == (403, "guard-denied")
    assert "ask the person" in body["remedy"]
    assert body["decision"] == world.written[-1].decision
    assert "u-2" not in str(body)


@pytest.mark.parametrize("path", ["/tips", "/inside"])
def test_when_the_store_is_down_nobody_is_served(client: Asked, world: World, path: str) -> None:
    """Not even who was served a moment ago."""
    assert client.get(f"{path} u-1")[0] == 200
    world.stands, world.down = False, True
    status, media, body = client.get(f"{path} u-1")
    assert (status, media.partition(";")[0]) == (503, "application/problem+json")
    assert body["code"] == "guard-blind"


def test_no_framework_is_imported_before_its_adapter_is() -> None:
    """A program that asks for the guard alone needs none of them."""
    import subprocess
    import sys

    program = (
        "import sys; from shouxin.sdk import Guard, DeniedError; "
        "print(sorted({'fastapi', 'django', 'flask'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
