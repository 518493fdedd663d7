"""Access over a real store, with quick hashes, a clock of the test's own, and clients that are signed in."""

from collections.abc import Callable, Iterator

import pyotp
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.app.server import create_app
from shouxin.duties.access.model import SYSTEM_KEY, Principal, Role
from shouxin.duties.access.service import Access, Visitor
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.library.service import Library
from shouxin.law.register import register

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "seven made-up herons"
TOKEN = "a-token-for-tests-only"
HERE = Visitor("192.0.2.7", "a browser made up")
Client = TestClient[Litestar]


class Clock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def code(self, seed: str) -> str:
        """Return what an app would show now."""
        return pyotp.TOTP(seed).at(int(self.now))


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def access(migrated: Engine, clock: Clock) -> Access:
    """Give access over a new store."""
    return Access(migrated, bytes(range(32)), hasher=QUICK, clock=clock)


@pytest.fixture
def person(access: Access) -> Callable[..., Principal]:
    """Make an account with roles, and give it as the one who asks."""

    def make(name: str, *roles: str) -> Principal:
        given = tuple(Role(role=role) for role in roles)
        access.operators.add(SYSTEM_KEY, "cli", name, password=PASSWORD, roles=given)
        return access.prove(name, PASSWORD, "")

    return make


@pytest.fixture
def app(access: Access, migrated: Engine) -> Litestar:
    """Give the whole application over the store."""
    cases = Cases(Timekeeper(register()), KeptCases(migrated))
    return create_app(
        Library(register()),
        host_names=("testserver.local",),
        api_token=TOKEN,
        engine=migrated,
        cases=cases,
        access=access,
    )


@pytest.fixture
def client(app: Litestar) -> Iterator[Client]:
    """Give a client that is a stranger and follows no redirect."""
    with TestClient(app) as made:
        made.follow_redirects = False
        yield made


def form(client: Client, path: str, **fields: str) -> dict[str, str]:
    """Return the fields of a form with the token that the page holds."""
    page = client.get(path, headers={"Accept": "text/html"})
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    return {"form_token": token, **fields}


def signed_in(client: Client, name: str, password: str = PASSWORD, code: str = "") -> Client:
    """Sign in through the page, and give the client with its cookie."""
    fields = form(client, "/sign-in", name=name, password=password, code=code)
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 303, answer.text
    return client


def entries(engine: Engine, kind: str = "%") -> list[tuple[str, str, str, str]]:
    """Return what the ledger holds: kind, who, outcome and what."""
    asked = text(
        "select kind, who, outcome, what::text from shouxin.ledger_entry "
        "where kind like :kind order by number"
    )
    with engine.connect() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(asked, {"kind": kind})]
