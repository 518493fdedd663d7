"""``shouxin entrusted``: what controllers handed over to us."""

from collections.abc import Sequence

import click

from shouxin.duties.command import at_the_terminal, json_option, put_json, put_table
from shouxin.duties.days import today
from shouxin.duties.entrusted.place import open_entrusted
from shouxin.duties.rights.service import facts_of


@click.group()
def entrusted() -> None:
    """See what controllers hand over to us in the form of OpenDSR, and lay out what they asked for.

    \b
    Example:
      shouxin entrusted list
    """


@entrusted.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what was handed over, the newest first; it names nobody.

    \b
    Example:
      shouxin entrusted list --json
    """
    with open_entrusted() as found:
        lines = found.list(today())
    if as_json:
        put_json(lines)
        return
    rows = (
        (str(one.request), one.controller, one.want, one.state, f"{one.received_at:%Y-%m-%d}", one.id)
        for one in lines
    )
    put_table(("REQUEST", "CONTROLLER", "TYPE", "STATE", "RECEIVED", "ID"), rows)


@entrusted.command()
@click.argument("number", type=int, metavar="REQUEST")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact of the case; may repeat.")
@json_option
def release(*, number: int, facts: Sequence[str], as_json: bool) -> None:
    """Make the copy of a request and lay it out for its controller for 30 days; that ends the case.

    \b
    Example:
      shouxin entrusted release 7
    """
    with open_entrusted() as found:
        told = facts_of(facts, found.rights.desk)
        line = found.release(number, told, today(), at_the_terminal())
    if as_json:
        put_json(line)
    else:
        click.echo(f"{line.request}  {line.state}  until {line.results_until:%Y-%m-%d}")
