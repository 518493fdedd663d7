"""What the account of a store may do: what is missing is named, and what is too much."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from shouxin.connect.stores import opened
from tests.connect.household import ROWS, mapped

PASSWORD = "made-up-for-a-test"


@pytest.fixture
def account(household_engine: sa.Engine, url: str) -> Iterator[sa.URL]:
    """Give the address of the household for an account that may do nothing in it yet."""
    maria = household_engine.dialect.name in ("mysql", "mariadb")
    name = "'clerk'@'localhost'" if maria else "clerk"
    made = f"create user {name} identified by" if maria else f"create role {name} login password"
    with household_engine.begin() as connection:
        if not maria:
            connection.exec_driver_sql(
                "revoke temporary on database " + str(household_engine.url.database) + " from public"
            )
        connection.exec_driver_sql(f"{made} '{PASSWORD}'")
    query = {key: value for key, value in sa.make_url(url).query.items() if key != "passfile"}
    yield sa.make_url(url).set(username="clerk", password=PASSWORD, query=query)
    with household_engine.begin() as connection:
        if not maria:
            connection.exec_driver_sql(f"drop owned by {name}")
        connection.exec_driver_sql(f"drop {'user' if maria else 'role'} {name}")


def codes(address: sa.URL) -> list[tuple[str, str]]:
    """Return what a check of the store says, with where."""
    with opened(mapped(), address.render_as_string(hide_password=False)) as store:
        return [(one.code, one.where) for one in store.check()]


def grant(engine: sa.Engine, *rights: str) -> None:
    """Grant rights to the account."""
    to = "'clerk'@'localhost'" if engine.dialect.name in ("mysql", "mariadb") else "clerk"
    with engine.begin() as connection:
        for right in rights:
            connection.exec_driver_sql(f"grant {right} to {to}")


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_an_account_with_what_it_needs(household_engine: sa.Engine, account: sa.URL) -> None:
    """Every right that is missing is named with its table; with all of them there is nothing to say."""
    tables = ", ".join(ROWS)
    if household_engine.dialect.name in ("mysql", "mariadb"):
        grant(household_engine, *(f"select on shop.{table}" for table in ROWS))
        grant(household_engine, "create temporary tables on shop.*")
        assert ("right-missing", "tag") in codes(account)
        grant(household_engine, *(f"update, delete on shop.{table}" for table in ROWS))
    else:
        grant(household_engine, f"select on {tables}")
        assert {("right-missing", "tag"), ("right-missing", "")} <= {*codes(account)}
        grant(household_engine, f"update, delete on {tables}", f"temporary on database {account.database}")
    assert codes(account) == []


@pytest.mark.parametrize("url", ["postgresql", "mariadb"], indirect=True)
def test_an_account_that_may_do_too_much(household_engine: sa.Engine, url: str) -> None:
    """The owner of the server is warned of."""
    assert codes(sa.make_url(url)) == [("right-too-many", "")]
