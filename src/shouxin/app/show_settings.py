"""``shouxin settings``: what is set, and where."""

import click

from shouxin.app import settings as configuration
from shouxin.duties.command import json_option, put_json, put_table


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """Show every setting, its value and where it comes from; secrets are never shown.

    \b
    Example:
      SHOUXIN_PORT=9000 shouxin settings
    """
    rows = configuration.table(*configuration.load())
    if as_json:
        put_json([row._asdict() for row in rows])
    else:
        put_table(("SETTING", "VARIABLE", "VALUE", "FROM", "MEANING"), rows)
