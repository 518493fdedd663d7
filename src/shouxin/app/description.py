"""The description of the API at /api/openapi.json."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from shouxin.app import media
from shouxin.duties.problem import refusals
from shouxin.law.model import Shape


class ExactSchemas(JsonRenderPlugin):
    """Serves the document with the schemas that msgspec itself validates by.

    The framework's own schemas lose the patterns of ids, and describe a tuple of any length that
    carries a constraint wrongly.
    """

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the document as JSON."""
        components = openapi_schema["components"]
        named = [shape for shape in _shapes(Shape) if shape.__name__ in components["schemas"]]
        _, exact = msgspec.json.schema_components(named, ref_template="#/components/schemas/{name}")
        document = {**openapi_schema, "components": {**components, "schemas": components["schemas"] | exact}}
        _say_who_may(request.app, document)
        return self.render_json(request, document)


def config() -> OpenAPIConfig:
    """Return the framework's settings for the document."""
    return OpenAPIConfig(
        title="Shouxin",
        version=version("shouxin"),
        description="Personal-information protection for network services under Chinese law.",
        openapi_router=Router(
            "/api/openapi.json", route_handlers=[], include_in_schema=False, opt={"public": True}
        ),
        render_plugins=[ExactSchemas(path="/")],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "token": SecurityScheme(
                    type="http", scheme="bearer", description="A key, or the API token of the system."
                )
            }
        ),
    )


def _say_who_may(app: Litestar, document: dict[str, Any]) -> None:
    """Write into each operation that needs a permission that it does, and how refusals look."""
    needs = {
        handler.operation_id: handler.opt["needs"]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("needs")
    }
    json = media.operations(app)
    for path in document["paths"].values():
        for operation in path.values():
            if operation.get("operationId") in needs:
                operation["security"] = [{"token": []}]
                operation["x-needs"] = needs[operation["operationId"]]
                operation["responses"] = refusals(401, 403) | operation["responses"]
            if operation.get("operationId") in json:
                operation["responses"] |= refusals(415)


def _shapes(shape: type[Shape]) -> Iterator[type[Shape]]:
    for child in shape.__subclasses__():
        yield child
        yield from _shapes(child)
