"""What stands before a function or a block: it runs only where the guard allows it."""

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from shouxin.duties.guard.model import Ruling
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.sdk.guard import About, Guard

P = ParamSpec("P")
R = TypeVar("R")


class Allowed:
    """A block that is entered only where an act is allowed; entering gives the ruling."""

    def __init__(self, guard: "Guard", asked: tuple[str, str, str], about: "About") -> None:
        self._guard = guard
        self._asked = asked
        self._about = about

    def __enter__(self) -> Ruling:
        return self._guard.require(*self._asked, **self._about)

    async def __aenter__(self) -> Ruling:
        return await self._guard.arequire(*self._asked, **self._about)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def decorator(
    guard: "Guard", person: str | Callable[..., str], asked: tuple[str, str], about: "About"
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator that ``Guard.needs`` gives."""

    def around(function: Callable[P, R]) -> Callable[P, R]:
        who = person if callable(person) else _parameter(function, person)
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def waits(*given: P.args, **named: P.kwargs) -> Any:
                await guard.arequire(who(*given, **named), *asked, **about)
                return await function(*given, **named)

            return cast("Callable[P, R]", waits)

        @functools.wraps(function)
        def runs(*given: P.args, **named: P.kwargs) -> R:
            guard.require(who(*given, **named), *asked, **about)
            return function(*given, **named)

        return runs

    return around


def _parameter(function: Callable[..., Any], name: str) -> Callable[..., str]:
    """Return what finds a parameter in the arguments of a call; raise ``InputError`` (guard-parameter)."""
    signature = inspect.signature(function)
    if name not in signature.parameters:
        raise InputError(
            "guard-parameter",
            f'the function has no parameter "{name}"',
            where=getattr(function, "__qualname__", ""),
            remedy="name the one that holds the person's reference: needs(…, person=…)",
        )

    def found(*given: Any, **named: Any) -> str:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        return str(bound.arguments[name])

    return found
