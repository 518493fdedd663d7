"""The guard as an application holds it: for one service, opened on first use, in each process by itself."""

import asyncio
import atexit
import ctypes
import os
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import Any, ParamSpec, TypedDict, TypeVar, Unpack

from sqlalchemy.exc import SQLAlchemyError

from shouxin.app import settings
from shouxin.duties.guard import office
from shouxin.duties.guard.model import NOTHING, Act, Question, Ruling
from shouxin.duties.guard.service import BLIND
from shouxin.duties.guard.service import Guard as Rules
from shouxin.errors import StoreError
from shouxin.law.register import register
from shouxin.sdk import needing
from shouxin.sdk.denied import DeniedError
from shouxin.store import open_store
from shouxin.store.keyring import open_wrapper
from shouxin.store.ledger import Actor, Writer
from shouxin.store.people import People

BY = Actor("system", "sdk")
"""Who asks, as the ledger keeps it."""

AGAIN = 1.0
"""Seconds after which a store that could not be opened is tried again."""

P = ParamSpec("P")
R = TypeVar("R")
Opened = Callable[[], AbstractContextManager[Rules]]


class About(TypedDict, total=False):
    """What is told of an act besides its name: see ``shouxin.duties.guard.model.Act``; ``facts`` by name."""

    categories: Collection[str]
    recipient: str
    channel: str
    facts: Mapping[str, Any]


@contextmanager
def of_settings() -> Iterator[Rules]:
    """Give a guard on the store of the settings: SHOUXIN_DSN, or ``shouxin.toml``."""
    chosen = settings.load()[0]
    with open_store(settings.store_config(chosen)) as store:
        people = People(open_wrapper(store.engine, settings.key_choice(chosen)))
        sample = chosen.guard_permits
        with (
            Writer(store.engine) as writer,
            office.of_store(
                store.engine, register(), chosen.readings, people, writer, sample=sample
            ) as guard,
        ):
            yield guard


class Guard:
    """Asks before an application acts; safe for threads, tasks and forked processes.

    ``person`` is always the reference that the service has for somebody. What cannot be asked is not
    allowed: where the store cannot be opened the rulings are ``blind``. ``with`` or ``close`` ends it.
    """

    def __init__(self, service: str, opened: Opened = of_settings) -> None:
        self.service = service
        self._opened = opened
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._rules: Rules | None = None
        self._process = 0
        self._failed = float("-inf")
        _GUARDS.add(self)

    def __enter__(self) -> "Guard":
        self._held()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store once the ledger has what was handed in; a later question opens it again."""
        with self._lock:
            self._rules = None
            atexit.unregister(self.close)
            self._stack.close()

    def check(self, person: str, act: str, activity: str, **about: Unpack[About]) -> Ruling:
        """Say whether an act may be done now; raise ``InputError`` as ``duties.guard.service.Guard.check``.

        An act may be done only where the answer is ``allowed``.
        """
        rules = self._held()
        return rules.check(*self._question(person, act, activity, about), by=BY) if rules else BLIND

    async def acheck(self, person: str, act: str, activity: str, **about: Unpack[About]) -> Ruling:
        """Say the same without holding up the loop: what is not remembered is read in a thread."""
        question, rules = self._question(person, act, activity, about), self._rules
        if rules and self._process == os.getpid() and (known := rules.recall(question)):
            return rules.tell([known], BY)[0][0]
        return await asyncio.to_thread(self.check, person, act, activity, **about)

    def require(self, person: str, act: str, activity: str, **about: Unpack[About]) -> Ruling:
        """Return the permit; raise ``DeniedError`` where there is none, and ``InputError`` as ``check``."""
        return self._permit(self.check(person, act, activity, **about), act, activity)

    async def arequire(self, person: str, act: str, activity: str, **about: Unpack[About]) -> Ruling:
        """Return the permit without holding up the loop; errors as ``require``."""
        return self._permit(await self.acheck(person, act, activity, **about), act, activity)

    def needs(
        self, act: str, activity: str, *, person: str | Callable[..., str] = "person", **about: Unpack[About]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Return a decorator: the function runs where the act is allowed, else ``DeniedError`` is raised.

        ``person`` names the parameter that holds the reference, or is what finds it in the same arguments.
        Functions with ``async def`` are asked about without holding up the loop.
        Raises ``InputError`` (guard-parameter) for a function without that parameter.
        """
        return needing.decorator(self, person, (act, activity), about)

    def allowed(self, person: str, act: str, activity: str, **about: Unpack[About]) -> "needing.Allowed":
        """Return what guards a block, in ``with`` or ``async with``; ``DeniedError`` keeps one out."""
        return needing.Allowed(self, (person, act, activity), about)

    def _question(self, person: str, act: str, activity: str, about: About) -> Question:
        given = about.get("categories", ())
        categories = frozenset((given,) if isinstance(given, str) else given)
        recipient, channel = about.get("recipient", ""), about.get("channel", "")
        asked = Act(act, self.service, activity, categories, recipient, channel)
        return Question(person, asked, about.get("facts", NOTHING))

    def _permit(self, ruling: Ruling, act: str, activity: str) -> Ruling:
        if not ruling.allowed:
            raise DeniedError(Act(act, self.service, activity), ruling)
        return ruling

    def _held(self) -> Rules | None:
        """Return the guard of this process, opened where it is not; None where it cannot be."""
        if self._rules and self._process == os.getpid():
            return self._rules
        with self._lock:
            self._process = os.getpid()
            if self._rules is None and time.monotonic() - self._failed >= AGAIN:
                try:
                    with ExitStack() as stack:
                        self._rules = stack.enter_context(self._opened())
                        self._stack = stack.pop_all()
                        atexit.register(self.close)
                except (StoreError, SQLAlchemyError):
                    self._failed = time.monotonic()
            return self._rules

    def _forked(self) -> None:
        """Begin anew in a process that was forked: a parent's lock, threads and connections are not ours.

        Ending them here would end the parent's, so they are held for as long as this process lives, beyond
        its orderly end.
        """
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._stack))
        self._lock, self._stack, self._rules = threading.Lock(), ExitStack(), None


_GUARDS: "weakref.WeakSet[Guard]" = weakref.WeakSet()


def _all_forked() -> None:
    for guard in list(_GUARDS):
        guard._forked()  # nobody else calls it


os.register_at_fork(after_in_child=_all_forked)
