"""The fields of a form that a page sent."""

from collections.abc import Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict

from shouxin.errors import InputError


class Form:
    """The fields of a form; what was not sent is empty."""

    def __init__(self, fields: Sequence[tuple[str, Any]]) -> None:
        self._fields = [(name, value) for name, value in fields if isinstance(value, str)]

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self._fields if key == name), "")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields, each once."""
        return tuple(dict.fromkeys(name for name, _ in self._fields))

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that may be sent more than once."""
        return tuple(value for key, value in self._fields if key == name)

    def number(self, name: str) -> int:
        """Return a whole number; raise ``InputError`` (form-field)."""
        text = self[name].strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise InputError(
                "form-field", f'the field "{name}" is no whole number', remedy="write digits only"
            )
        return int(text)

    def number_or_none(self, name: str) -> int | None:
        """Return a whole number of at least one, None where the field is empty; raise ``InputError``."""
        if not self[name].strip():
            return None
        found = self.number(name)
        if found < 1:
            raise InputError("form-field", f'the field "{name}" is less than one', remedy="write one or more")
        return found


async def form(request: Request[Any, Any, Any]) -> Form:
    """Return the fields that were sent, for handlers: ``form: NamedDependency[Form]``; errors as ``sent``."""
    return Form(list((await sent(request)).multi_items()))


async def sent(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Return the form of a request, empty where its body is none.

    Raises ``InputError`` (http-bad-request): parts that are no text of the charset they name, a charset that
    nobody knows, no boundary; the framework lets some of these through as mistakes of the server.
    """
    try:
        return await request.form()
    except (LookupError, ValueError):
        raise InputError(
            "http-bad-request",
            "the form cannot be read",
            where="the body",
            remedy="send it as UTF-8, as browsers do",
        ) from None
