"""The description of the API at /api/openapi.json."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

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
        return self.render_json(request, document)


def config() -> OpenAPIConfig:
    """Return the framework's settings for the document."""
    return OpenAPIConfig(
        title="Shouxin",
        version=version("shouxin"),
        description="Personal-information protection for network services under Chinese law.",
        path="/api/openapi.json",
        render_plugins=[ExactSchemas(path="/")],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", description="The API token.")
            }
        ),
    )


def _shapes(shape: type[Shape]) -> Iterator[type[Shape]]:
    for child in shape.__subclasses__():
        yield child
        yield from _shapes(child)
