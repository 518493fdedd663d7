"""``shouxin delivery``: whether what the outbox holds has reached its targets."""

import click

from shouxin.duties.command import json_option, opened_store, put_json, put_table
from shouxin.duties.delivery.service import Deliveries


@click.group()
def delivery() -> None:
    """See whether messages have reached their targets, and try anew what was given up.

    \b
    Example:
      shouxin delivery list --open
    """


@delivery.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only what nobody has taken yet.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@json_option
def list_(*, only_open: bool, limit: int, as_json: bool) -> None:
    """List deliveries, the newest first; messages name nobody.

    \b
    Example:
      shouxin delivery list --open --json
    """
    with opened_store() as store:
        found = Deliveries(store.engine, {}).list(limit, only_open=only_open)
    if as_json:
        put_json(found)
        return
    rows = ((str(one.number), one.topic, one.target, one.state, str(one.tries), one.problem) for one in found)
    put_table(("DELIVERY", "TOPIC", "TARGET", "STATE", "TRIES", "PROBLEM"), rows)


@delivery.command()
@json_option
def again(*, as_json: bool) -> None:
    """Try anew everything that was given up; the server does so within seconds.

    \b
    Example:
      shouxin delivery again
    """
    with opened_store() as store:
        count = Deliveries(store.engine, {}).again()
    if as_json:
        put_json({"again": count})
    else:
        click.echo(f"{count}")
