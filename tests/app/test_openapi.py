"""The description of the API is valid, complete, and what the server does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from schemathesis.core.result import Ok

from shouxin.app.settings import Settings
from shouxin.app.whole import assembled
from shouxin.duties.problem import Problem
from shouxin.store import StoreConfig, open_store
from tests.app.made_up import TOKEN, served
from tests.conftest import folder_for_all, new_database

Client = TestClient[Litestar]
ROOT = Path(__file__).parents[2]
HEADERS = {"Host": "localhost", "Authorization": f"Bearer {TOKEN}"}
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", served(), headers=HEADERS)
OPEN = ("own", "letter", "subjects")
"""What anybody may do with a complaint or a content request, besides bringing one."""

UNFIT = [
    schemathesis.checks.positive_data_acceptance,  # a schema cannot say all of a citation
    schemathesis.checks.unsupported_method,  # held by a test of its own
]


@pytest.fixture(scope="module")
def described(client: Client) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = client.get("/api/openapi.json").json()
    return document


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every operation with its path."""
    return [(path, item[method]) for path, item in document["paths"].items() for method in item]


def test_every_route_of_the_api_is_described_and_no_page_is(described: dict[str, Any]) -> None:
    """The document holds every address of the API in docs/api.md and no other, under OpenAPI 3.1."""
    assert described["openapi"].startswith("3.1")
    written = re.findall(
        r"/api/[^\s`?·]*", (ROOT / "docs" / "api.md").read_text(encoding="utf-8").split("```")[0]
    )
    told = {re.sub(r"{[^}]*}", "{}", path) for path in written} - {"/api/openapi.json"}
    assert {re.sub(r"{[^}]*}", "{}", path) for path in described["paths"]} == told


def test_every_operation_says_what_it_is_for_and_what_it_answers(described: dict[str, Any]) -> None:
    """Each has a summary, a description, a schema for its answer, and described parameters."""
    for path, operation in operations(described):
        assert operation["summary"], path
        assert operation["description"], path
        done = next(status for status in operation["responses"] if status.startswith("2"))
        assert "schema" in next(iter(operation["responses"][done]["content"].values())), path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
        for status, response in operation["responses"].items():
            if status != done:
                assert response["content"]["application/json"]["schema"]["$ref"].endswith("/Problem"), path


def test_every_schema_is_valid_and_every_reference_resolves(described: dict[str, Any]) -> None:
    """The components are JSON Schema 2020-12, as OpenAPI 3.1 wants."""
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(described)
    for name in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert name in described["components"]["schemas"]


def test_what_needs_a_permission_says_so(described: dict[str, Any]) -> None:
    """The import and what the organisation keeps name the scheme and the permission; the law is open."""
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operation in operations(described):
        kept = re.match(
            "/api/(approvals|assessments|cases|consents|deadlines|evidence|incidents|inventory|keys|ledger|operators|organisation|posture|requests|retention|v1/decisions)",
            path,
        )
        desk = (
            re.match(r"/api/v1/(complaints|content-requests)", path) and path.rpartition("/")[2] not in OPEN
        )
        secured = (
            bool(kept)
            or bool(desk and not operation["operationId"].endswith("-bring"))
            or operation["operationId"] in ("law-import", "notice-publish", "protect_keyed")
        )
        assert (operation.get("security") == [{"token": []}]) == secured, path
        assert ("x-needs" in operation, "401" in operation["responses"]) == (secured, secured), path


@pytest.fixture(scope="module")
def over_a_store(shared_dsn: str, migrated_dsn: str) -> Iterator[Litestar]:
    """Give the whole system over a store of its own, as ``serve`` runs it."""
    with (
        folder_for_all() as data,
        new_database(shared_dsn, of=migrated_dsn) as dsn,
        open_store(StoreConfig(dsn=dsn)) as store,
        assembled(Settings(data=str(data)), store.engine, TOKEN) as whole,
    ):
        yield whole.app


OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_server_does_what_its_description_says(
    over_a_store: Litestar, operation: schemathesis.schemas.APIOperation[Any, Any, Any, Any]
) -> None:
    """Made-up requests, good and bad, get an answer that the description allows, over a real store (P10).

    The parameters are our own: items of ``SCHEMA.parametrize`` share one node id, and pytest-xdist
    runs but one of them.
    """
    operation.app = over_a_store

    @given(case=operation.as_strategy())
    @settings(
        max_examples=12,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=HEADERS, excluded_checks=UNFIT)

    holds()


def test_a_body_of_another_type_is_refused_wherever_json_is_read(
    over_a_store: Litestar, described: dict[str, Any]
) -> None:
    """Also where it would be good JSON; a type with parameters, or none, is taken as JSON."""
    reading = [
        path
        for path, item in described["paths"].items()
        if {*item.get("post", {}).get("requestBody", {}).get("content", {})} == {"application/json"}
        and not path.startswith("/api/opendsr")  # whatever it is called, its bytes are signed
    ]
    client, refused = TestClient(over_a_store), 0
    for path in reading:
        address = re.sub(r"{[^}]*}", "1", path)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
            answer = client.post(address, content=b"{}", headers={**HEADERS, "Content-Type": kind})
            told = (answer.status_code, answer.json()["code"])
            assert told in ((415, "http-content-type"), (403, "permission-missing")), path
            refused += told[0] == 415
        assert "415" in described["paths"][path]["post"]["responses"], path
        for kind in ("application/json; charset=utf-8", "Application/LD+JSON", ""):
            answer = client.post(address, content=b"[", headers={**HEADERS, "Content-Type": kind})
            assert answer.status_code != 415, (path, kind)
    assert refused > 90


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.one_of(
        st.binary(max_size=30).map(lambda data: "".join(f"%{byte:02X}" for byte in data)),
        st.from_regex(r"(law|api/law)(/[a-z_0-9:%.-]{0,12}){0,4}", fullmatch=True),
    ),
    query=st.binary(max_size=40),
)
def test_any_bytes_in_an_address_get_an_answer_or_a_clear_error(
    client: Client, path: str, query: bytes
) -> None:
    """P10: no address and no query string brings out a 500 or a bare error."""
    escaped = "".join(
        f"%{byte:02X}" if byte > 126 or byte < 33 or byte in b"#%" else chr(byte) for byte in query
    )
    answer = client.get(f"/{path}?{escaped}", headers={"Accept-Language": "en"})
    assert answer.status_code in {200, 301, 302, 400, 404, 405, 503}
    if answer.status_code >= 400 and path.startswith("api/"):
        assert msgspec.json.decode(answer.content, type=Problem).code


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(max_size=400),
    encoding=st.sampled_from(["", "&encoding=utf-8", "&encoding=%00", "&encoding=zip"]),
)
def test_any_file_gets_a_report_or_a_clear_error(client: Client, body: bytes, encoding: str) -> None:
    """P10: whatever bytes are imported, the answer is a report or a ``Problem``."""
    answer = client.post(
        f"/api/law/texts?dry_run=true{encoding}", content=body, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.status_code in {200, 400, 413}
    if answer.status_code != 200:
        assert msgspec.json.decode(answer.content, type=Problem).remedy
