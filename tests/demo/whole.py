"""The whole system over a small demo, on a server of its own: for tests of every door and every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest
from litestar import Litestar
from sqlalchemy import Engine

from shouxin.app import whole
from shouxin.app.settings import Settings
from shouxin.demo.office import at_work
from shouxin.demo.place import Mark, contents
from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.access.service import Access
from shouxin.duties.access.tokens import form_token
from shouxin.duties.days import today
from shouxin.store import StoreConfig, open_store
from shouxin.store.embedded import EmbeddedServer
from shouxin.store.migrate import upgrade
from tests.app.made_up import TOKEN
from tests.conftest import folder_for_all
from tests.demo.made import PEOPLE

HOST = {"Host": "localhost"}


class Demo(NamedTuple):
    """The application over the demo, who may come in, and its store."""

    app: Litestar
    access: Access
    engine: Engine

    def token(self, name: str) -> str:
        """Return the token of a new session of an account."""
        account = self.access.operators.find(name)
        return self.access.links.use(self.access.links.make(account.id), "127.0.0.1", "tests", "")

    def signed_in(self, name: str) -> dict[str, str]:
        """Return what the browser of an account sends, with the token of its forms."""
        token = self.token(name)
        return {"Cookie": f"session={token}", "X-Form-Token": form_token(token), **HOST}

    def keyed(self, *scopes: str) -> dict[str, str]:
        """Return what an application sends that has a key of these scopes."""
        until = datetime.now(UTC) + timedelta(days=1)
        made, _line = self.access.keys.new(SYSTEM_KEY, "cli", "made up for tests", scopes, until)
        return {"Authorization": f"Bearer {made}", **HOST}


@contextmanager
def demo() -> Iterator[Demo]:
    """Build a demo with few customers, and serve it as ``shouxin serve --demo`` does."""
    with (
        folder_for_all() as place,
        EmbeddedServer(place / "postgres", for_tests=True).running() as dsn,
        open_store(StoreConfig(dsn=dsn)) as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        upgrade(store.engine)
        patch.setattr(whole, "at_work", partial(at_work, people=PEOPLE))
        mark = Mark(made=today(), of=contents())
        with whole.assembled(Settings(data=str(place / "data")), store.engine, TOKEN, mark) as made:
            yield Demo(made.app, made.access, store.engine)
