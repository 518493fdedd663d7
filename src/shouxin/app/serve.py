"""``shouxin serve``: the store, its migrations and the server, from one command."""

import os
import secrets
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click
import msgspec

from shouxin.app import demonstration
from shouxin.app import settings as configuration
from shouxin.app.settings import Settings, store_config
from shouxin.app.signals import SIGNALS
from shouxin.duties.command import say
from shouxin.duties.days import today
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from shouxin.demo.place import Mark
    from shouxin.store import Store


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; one for each core.")
@click.option(
    "--demo", is_flag=True, help="Show the system at work with a made-up shop, in a folder of its own."
)
@click.option("--fresh", is_flag=True, help="With --demo: take an earlier demo away and make it anew.")
def serve(host: str | None, port: int | None, workers: int | None, *, demo: bool, fresh: bool) -> None:
    """Start the whole system; Ctrl-C stops it and leaves nothing running.

    \b
    Example:
      shouxin serve --port 9000
    """
    from shouxin.store import open_store
    from shouxin.store.migrate import upgrade

    if fresh and not demo:
        raise click.UsageError("--fresh goes with --demo; data that matters is never taken away")
    asked = {"host": host, "port": port, "workers": workers}
    given = {name: value for name, value in asked.items() if value is not None}
    loaded, sources = configuration.load()
    chosen = msgspec.structs.replace(loaded, **given)
    sources |= {name: f"command line, --{name}" for name in given}
    if demo:
        chosen = demonstration.settings(chosen)
    for number in SIGNALS:
        signal.signal(number, _stop)
    listener = _listen(chosen)
    try:
        with listener:
            mark = demonstration.prepare(chosen, today(), say, fresh=fresh) if demo else None
            with open_store(store_config(chosen), say) as store:
                upgrade(store.engine, say)
                _run(chosen, store, listener, (mark, sources))
    except KeyboardInterrupt:
        pass
    say("stopped")


def api_token(chosen: Settings) -> str:
    """Return the system's own key: the setting, or one made once and kept beside the data.

    Raises ``StoreError`` (token-unreadable) where the file of the token cannot be read or made.
    """
    if chosen.api_token:
        return chosen.api_token
    path = Path(chosen.data) / "api-token"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+", encoding="ascii") as file:
            token = file.read().strip()
            if not token:
                token = secrets.token_urlsafe(32)
                file.write(token + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            "token-unreadable",
            f"the API token cannot be read or made: {error}",
            where=str(path),
            remedy="mend the file's permissions, or delete it and a new one is made",
        ) from None
    return token


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """End an orderly stop by signal like one by Ctrl-C: the store is closed on the way out."""
    raise KeyboardInterrupt


def _listen(chosen: Settings) -> socket.socket:
    """Take the address before anything is started: a second start fails at once and changes nothing."""
    try:
        family = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((chosen.host, chosen.port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        raise InputError(
            "serve-address",
            f"the server cannot listen there: {error.strerror}",
            where=f"{chosen.host}, port {chosen.port}",
            remedy="stop what uses the port, or choose another with --port or SHOUXIN_PORT",
        ) from None
    return listener


def _run(
    chosen: Settings,
    store: "Store",
    listener: socket.socket,
    made: "tuple[Mark | None, Mapping[str, str]]",
) -> None:
    from shouxin.app.answering import Server, settle
    from shouxin.app.whole import assembled
    from shouxin.app.workers import Share, working

    mark, sources = made
    token = api_token(chosen)
    with assembled(chosen, store.engine, token, mark, sources) as whole:
        code = whole.access.first_code()
        share = Share(chosen, sources, token, mark, whole.access.first)
        with working(share, listener, say):
            if code:
                say(f"there is no account yet: enter this code at /first-operator, once: {code}")
                say("to see the system at work with a made-up shop first: shouxin serve --demo")
            if mark:
                say(demonstration.doors(whole.access, _address(chosen)))
            settle()
            ready = f"ready: {_address(chosen)} (Ctrl-C stops it)"
            Server(whole.app, lambda: say(ready), chosen.proxies).run(sockets=[listener])


def _address(chosen: Settings) -> str:
    """Return where a browser on this machine finds the server."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    return f"http://{host}:{chosen.port}"
