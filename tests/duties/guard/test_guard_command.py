"""``shouxin guard``: the page about it is carried out as it stands, and what is refused."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from click.testing import CliRunner, Result
from sqlalchemy import text

from shouxin.app.cli import Terminal, root
from shouxin.duties.notice.service import write
from shouxin.errors import InputError
from shouxin.store.database import connected
from shouxin.store.keyring import open_wrapper
from shouxin.store.people import People
from tests.duties.guard.conftest import Shop, shop_notice
from tests.duties.guard.test_guard import FACTS

PAGE = (Path(__file__).parents[3] / "docs" / "guard-sql.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the examples of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def run(*args: str) -> Result:
    """Run a command and return its result."""
    return CliRunner().invoke(root, args, catch_exceptions=True)


def organisation() -> dict[str, Any]:
    """Return the organisation of the page, with everything that the law asks of it and no field says."""
    said = ("consent.", "notice.given", "notice.complete", "service.relies_on_consent", "basis.contract")
    facts = {name: worth for name, worth in FACTS.items() if not name.startswith(said)}
    return {**yaml.safe_load(blocks("yaml")[0]), "facts": facts}


@pytest.fixture
def office(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Work in a new folder over the store of the shop, with its inventory in it."""
    monkeypatch.chdir(tmp_path)
    with shop.store.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        parameters = raw.info.get_parameters()
    monkeypatch.setenv("SHOUXIN_DSN", psycopg.conninfo.make_conninfo(**parameters))
    Path("organisation.yaml").write_text(yaml.safe_dump(organisation()), encoding="utf-8")
    Path("notice.yaml").write_text(write(shop_notice()), encoding="utf-8")
    assert run("inventory", "load", "organisation.yaml").exit_code == 0
    wrapper = open_wrapper(shop.store, Terminal().keys)
    shop.kept._people = shop.people = People(wrapper)
    return shop


def commands(shop: Shop) -> list[list[str]]:
    """Return the commands of the page, as they are for this shop."""
    lines = [line.split() for block in blocks("text") for line in block.splitlines()]
    known = {"postgresql://owner@db.shop.example/shop": shop.dsn, "app": shop.role}
    return [[known.get(word, word) for word in line[1:]] for line in lines]


def test_the_page_is_true(office: Shop) -> None:
    """Its inventory, its commands one after the other, and what its queries return."""
    office.says("give", "ann")
    office.says("refuse", "bob")
    office.change(
        "delete from parcels; delete from customers where id = 'cho'; grant usage on schema public to public"
    )
    written, put_up, followed, taken = commands(office)
    assert run(*written).exit_code == 0
    assert Path("guard.sql").read_text(encoding="utf-8").endswith("commit;\n")
    done = run(*put_up)
    assert (done.exit_code, "revoke select" in done.stderr) == (0, True), done.output
    assert run(*followed, "--once").stderr == ""
    with psycopg.connect(office.dsn) as connection:
        connection.execute(f"set role {office.role}".encode())
        for line in blocks("sql")[0].splitlines():
            statement, _, shown = line.partition("--")
            cursor = connection.execute(statement.encode())
            if shown:
                rows = ", ".join(sorted(str(row[0]) for row in cursor))
                assert (statement, rows or "nothing") == (statement, shown.strip())
    assert run(*taken).exit_code == 0
    assert office.rows("select id from customers") == ["ann", "bob"]
    with office.store.connect() as connection:
        asked = text("select kind from shouxin.ledger_entry where kind like 'guard.%' order by number")
        kinds = list(connection.execute(asked).scalars())
    assert kinds == ["guard.applied", "guard.dropped"]


def test_without_apply_nothing_is_changed(office: Shop) -> None:
    """The script is written out, and what does not hold is said."""
    done = run("guard", "sql", "--service", "shop", "--dsn", office.dsn, "--role", office.role)
    assert (done.exit_code, done.stdout.count('create view "')) == (0, 3)
    assert "itself" in done.stderr
    with psycopg.connect(office.dsn) as connection:
        assert connection.execute("select to_regnamespace('shouxin_guard')").fetchone() == (None,)


def test_a_map_of_a_file_needs_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does an organisation of one."""
    monkeypatch.chdir(tmp_path)
    given = organisation()
    Path("map.yaml").write_text(yaml.safe_dump(given["systems"][0]["datasets"][0]), encoding="utf-8")
    Path("organisation.yaml").write_text(
        yaml.safe_dump(
            {**given, "systems": []}
            | {
                "services": [
                    {"name": "shop", "activities": [{"name": "tips", "categories": ["browsing_history"]}]}
                ]
            }
        ),
        encoding="utf-8",
    )
    options = ("--service", "shop", "--dataset", "map.yaml", "--file", "organisation.yaml")
    done = run("guard", "sql", *options)
    assert (done.exit_code, done.stdout.count('create view "')) == (0, 1), done.output
    assert "orders: no purpose" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"map.yaml", "organisation.yaml"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("sql", "--service", "nobody"), "service-unknown"),
        (("sql", "--service", "shop", "--store", "bank"), "guard-map"),
        (("sql", "--service", "shop", "--identity", "passport"), "guard-identity"),
        (("sql", "--service", "shop", "--out", "/nowhere/guard.sql"), "file-unwritable"),
    ],
)
def test_what_is_wrong_is_refused_in_words(office: Shop, options: tuple[str, ...], code: str) -> None:
    """With what to do about it."""
    done = run("guard", *options)
    assert isinstance(done.exception, InputError), done.output
    assert (done.exception.code, bool(done.exception.remedy)) == (code, True)


@pytest.mark.parametrize(
    "options",
    [
        ("sql",),
        ("sql", "--service", "shop", "--apply"),
        ("follow",),
        ("sql", "--service", "shop", "--stale", "0"),
    ],
)
def test_what_is_missing_is_said(options: tuple[str, ...]) -> None:
    """Before anything is opened."""
    assert run("guard", *options).exit_code == 2


def test_a_database_that_does_not_answer_is_said(office: Shop) -> None:
    """Without its password."""
    done = run("guard", "follow", "--once", "--dsn", "postgresql://app:secret@127.0.0.1:1/shop")
    assert done.exit_code != 0
    assert "secret" not in done.output + str(done.exception)


def test_an_engine_is_made_for_what_a_dsn_names() -> None:
    """And not for anything else."""
    with pytest.raises(Exception, match="DSN"):
        connected("mysql://somewhere")
