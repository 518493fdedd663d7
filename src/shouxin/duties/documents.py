"""How a route that answers with a file, and not with JSON, is described."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema


def document(*media_types: str) -> type[Operation]:
    """Return an ``operation_class=`` for a route whose answer is a file of one of the media types."""

    @dataclass
    class Document(Operation):
        def __post_init__(self) -> None:
            answer = (self.responses or {}).get("200")
            if isinstance(answer, OpenAPIResponse):
                answer.content = {name: OpenAPIMediaType(schema=_schema(name)) for name in media_types}

    return Document


def _schema(media_type: str) -> Schema:
    return Schema() if media_type.endswith("json") else Schema(type=OpenAPIType.STRING)
