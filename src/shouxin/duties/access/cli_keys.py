"""``shouxin key``: the keys of applications."""

import click

from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.access.place import open_access
from shouxin.duties.command import json_option, put_json, put_table, say
from shouxin.duties.days import end_of
from shouxin.errors import InputError


@click.group()
def key() -> None:
    """Let applications in: keys with scopes and an end.

    \b
    Example:
      shouxin key list
    """


@key.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="A permission to give; may repeat.")
@click.option("--until", required=True, metavar="DAY", help="Last day of the key.")
@json_option
def new(name: str, scopes: tuple[str, ...], until: str, as_json: bool) -> None:
    """Make a key and write it to standard output, this once.

    \b
    Example:
      shouxin key new "order service" --scope case.read --until 2027-06-30
    """
    last = end_of(until)
    if last is None:
        raise InputError("key-until", "the key has no end", remedy="say until when it is needed")
    with open_access() as access:
        made, line = access.keys.new(SYSTEM_KEY, "cli", name, scopes, last)
    if as_json:
        put_json({"key": made, "line": line})
    else:
        click.echo(made)
        say("keep it now: it is not shown again")


@key.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every key, without the key itself.

    \b
    Example:
      shouxin key list --json
    """
    with open_access() as access:
        found = access.keys.all()
    if as_json:
        put_json(found)
        return
    rows = (
        (
            item.prefix,
            item.name,
            "revoked" if item.revoked_at else f"until {item.until:%Y-%m-%d %H:%M} UTC",
            " ".join(item.scopes),
        )
        for item in found
    )
    put_table(("PREFIX", "NAME", "STANDING", "SCOPES"), rows)


@key.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke a key at once, by its prefix.

    \b
    Example:
      shouxin key revoke 0123456789ab
    """
    with open_access() as access:
        line = access.keys.revoke(SYSTEM_KEY, "cli", prefix)
    say(f'the key of "{line.name}" is revoked')
