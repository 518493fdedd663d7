"""``shouxin guard``: the guard as SQL in a service's own PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from shouxin.duties.command import at_the_terminal, opened_store, put_file, say, workplace
from shouxin.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.connect.model import DatasetMap
    from shouxin.duties.guard.rows import Plan
    from shouxin.duties.guard.rows_follow import Follower
    from shouxin.duties.inventory.service import Organisation

_dsn_option = click.option(
    "--dsn",
    envvar="SHOUXIN_GUARD_DSN",
    help="The service's database: postgresql://user:password@host/database.",
)


@click.group()
def guard() -> None:
    """Hold queries in a service's own PostgreSQL to what its people allow.

    \b
    Example:
      shouxin guard sql --service shop --store orders
    """


@guard.command("sql")
@click.option("--service", default="", help="The service of the inventory.")
@click.option("--dataset", type=click.File("rb"), help="A dataset map instead of one of the inventory.")
@click.option("--store", "store_name", default="", help="The store whose map the inventory has.")
@click.option("--file", type=click.File("rb"), help="An organisation file instead of the store.")
@click.option("--identity", default="", help="The identity by which the service names people to Shouxin.")
@click.option("--role", "roles", multiple=True, help="A role that may read the views; may be repeated.")
@click.option(
    "--stale",
    type=click.IntRange(1, 86_400),
    default=10,
    show_default=True,
    help="Seconds without news after which nothing is shown.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File.  [default: output]")
@click.option("--apply", "applied", is_flag=True, help="Run the script on --dsn, in one transaction.")
@_dsn_option
@click.option("--drop", is_flag=True, help="Take the guard away again, all of it.")
def sql_(
    service: str,
    dataset: BinaryIO | None,
    store_name: str,
    file: BinaryIO | None,
    identity: str,
    roles: tuple[str, ...],
    stale: int,
    out: Path | None,
    applied: bool,
    dsn: str | None,
    drop: bool,
) -> None:
    """Write the SQL script that shows a query under a purpose only the rows whose people allow it.

    Nothing is changed without --apply; with --dsn alone the plan is compared with that database.

    \b
    Example:
      shouxin guard sql --service shop --store orders --role app --out guard.sql
    """
    from shouxin.duties.guard import rows_script

    if applied and not dsn:
        raise click.UsageError("--apply needs --dsn")
    if drop:
        plan, script = None, rows_script.drop_script()
    elif service:
        plan = _planned(service, dataset, store_name, file, identity)
        script = rows_script.script(plan, stale=stale, roles=roles)
    else:
        raise click.UsageError("--service is missing")
    if dsn:
        _on(dsn, plan, script if applied else "", roles)
    if out:
        put_file(out, script.encode())
    elif not applied:
        click.echo(script, nl=False)
    if applied:
        _recorded(plan)


@guard.command()
@_dsn_option
@click.option("--once", is_flag=True, help="Follow up to now, and end.")
def follow(dsn: str | None, once: bool) -> None:
    """Keep the guard in a service's database current with what its people say, until Ctrl-C.

    \b
    Example:
      shouxin guard follow --dsn postgresql://guard@db.shop.example/shop
    """
    from shouxin.duties.guard.following import databases

    if not dsn:
        raise click.UsageError("--dsn is missing")
    if len(databases(dsn)) > 1:
        raise click.UsageError("these are several databases: name one with --dsn")
    with _follower(dsn) as follower:
        if not once:
            say("following (Ctrl-C stops it)")
            follower.run(threading.Event(), say)
        while follower.round():
            pass
        for purpose, why in follower.closed.items():
            say(f'"{purpose}" shows nothing: {why}')


def _planned(
    service: str, dataset: BinaryIO | None, store_name: str, file: BinaryIO | None, identity: str
) -> "Plan":
    from shouxin.connect.checking import check
    from shouxin.duties.guard import rows
    from shouxin.duties.inventory.service import one

    organisation = _organisation(file)
    found = _map(organisation, dataset, store_name)
    check([found])
    systems = {
        system.name
        for system in organisation.systems
        for each in system.datasets
        if each.store == found.store
    }
    activities = one("service", service, organisation.services).activities
    purposes = {
        activity.name: activity.categories or ()
        for activity in activities
        if not systems or activity.systems is None or systems & {*activity.systems}
    }
    plan = rows.plan(service, purposes, found, identity)
    _told(plan)
    return plan


def _organisation(file: BinaryIO | None) -> "Organisation":
    from shouxin.duties.inventory.file import LARGEST
    from shouxin.duties.inventory.service import organisation_within, read

    if file:
        return read(file.read(LARGEST + 1), where=file.name)
    with opened_store() as store, store.engine.connect() as connection:
        return organisation_within(connection)


def _map(organisation: "Organisation", dataset: BinaryIO | None, store_name: str) -> "DatasetMap":
    """Return the map of the file, or that of the inventory which is named or the only one."""
    from shouxin.connect import mapfile, plain

    if dataset:
        return mapfile.read(dataset.read(plain.LARGEST + 1), where=dataset.name)
    known = [one for one in organisation.maps if store_name in ("", one.store)]
    if len(known) != 1:
        stores = ", ".join(one.store for one in organisation.maps)
        raise InputError(
            "guard-map",
            f'the inventory has no map of a store "{store_name[:80]}"'
            if store_name
            else "it is not clear which map is meant",
            where="the inventory",
            remedy=f"name one with --store ({stores[:300] or 'there is none'}), or a file with --dataset",
        )
    return known[0]


def _told(plan: "Plan") -> None:
    """Say what the plan leaves out, and why."""
    for table in plan.tables:
        if table.closed:
            say(f"{table.table}: {table.closed}, so no row is shown")
        elif not table.views:
            say(f"{table.table}: no purpose has a category of it, so it has no view")
    for purpose in plan.purposes:
        if not any(view.purpose == purpose for table in plan.tables for view in table.views):
            say(f'"{purpose}": none of its categories is in this store')


def _on(dsn: str, plan: "Plan | None", script: str, roles: tuple[str, ...]) -> None:
    """Compare a plan with a database, and run a script there."""
    from shouxin.duties.guard import rows_place

    with _reached(dsn) as engine:
        if plan:
            with engine.connect() as connection:
                for remark in rows_place.check(connection, plan, roles):
                    say(f"warning: {remark}")
        if script:
            rows_place.run(engine, script)
            say("nothing is shown until `shouxin guard follow` runs" if plan else "taken away")


def _recorded(plan: "Plan | None") -> None:
    """Write into the ledger that a guard was put up or taken away."""
    from shouxin.store.ledger import append

    what = {"service": plan.service, "tables": len(plan.tables)} if plan else {}
    entry = at_the_terminal().did("guard.applied" if plan else "guard.dropped", **what)
    with opened_store() as store, store.engine.begin() as connection:
        append(connection, [entry])


@contextmanager
def _reached(dsn: str) -> Iterator["Engine"]:
    from shouxin.store.database import connected
    from shouxin.store.refusals import REFUSALS, refusal

    engine = connected(dsn)
    try:
        yield engine
    except REFUSALS as error:
        raise refusal(error) from None
    finally:
        engine.dispose()


@contextmanager
def _follower(dsn: str) -> Iterator["Follower"]:
    from shouxin.duties.guard.following import follower_of
    from shouxin.law.register import register
    from shouxin.store.keyring import open_wrapper
    from shouxin.store.people import People
    from shouxin.store.refusals import REFUSALS, refusal

    with opened_store() as store:
        people = People(open_wrapper(store.engine, workplace().keys))
        try:
            with follower_of(store.engine, dsn, register(), workplace().readings, people) as follower:
                yield follower
        except REFUSALS as error:
            raise refusal(error) from None
