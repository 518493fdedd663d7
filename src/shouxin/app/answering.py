"""A process that answers: uvicorn, with an orderly start and end."""

import gc
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from shouxin.app.interpreter import prepare
from shouxin.app.signals import SIGNALS

_GRACE = 5
"""Seconds that open requests get to finish when the server is stopped."""


def settle() -> None:
    """Let the collector of garbage no longer look at what lives as long as the process.

    Looking the law and the routes through takes a tenth of a second, in which every request waits.
    """
    prepare()
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """A server that tells once it can be reached, and that signals ask to end.

    uvicorn itself would raise a caught signal again inside its loop.
    """

    def __init__(
        self,
        app: Litestar,
        reached: Callable[[], object],
        proxies: Sequence[str] = (),
        signals: Sequence[signal.Signals] = SIGNALS,
    ) -> None:
        """Call ``reached`` as soon as requests are answered; ``signals`` end it.

        What ``proxies`` say of whom a request comes from, and over what, is believed; anybody else could
        say of themselves what they like, and is taken for who connects.
        """
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,  # its loggers reach the handler of ``app.logs``
                log_level="warning",
                access_log=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._reached = reached
        self._signals = signals

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        if self.started:
            self._reached()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let every signal of the server ask it to end, for as long as it runs."""
        before = {number: signal.signal(number, self.handle_exit) for number in self._signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
