"""What a person's identities reach, at the terminal: a table, JSON, or the picture of a store in a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from shouxin.duties.command import (
    called_in,
    json_option,
    language_option,
    output,
    put_json,
    put_table,
    say,
)
from shouxin.duties.reaching import Reaching, kind, svg, ways
from shouxin.errors import InputError


def reach_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what ``put`` is told."""
    for option in (
        click.option("--store", default="", help="The store that is drawn; left out where there is one."),
        click.option(
            "--out", type=click.Path(dir_okay=False, path_type=Path), help="File for the picture, an SVG."
        ),
        language_option,
        json_option,
    ):
        command = option(command)
    return command


def put(found: Sequence[Reaching], *, store: str, out: Path | None, language: str, as_json: bool) -> None:
    """Put out what is reached; ends with 1 where a table with personal information is not.

    Raises ``InputError`` (reach-store).
    """
    called = called_in(language)
    tables = [table for one in found for table in one.tables]
    if out:
        drawn = svg(_chosen(found, store), called)
        with output(out) as file:
            file.write(drawn.encode())
        say(f"written to {out}")
    elif as_json:
        put_json(tables)
    else:
        rows = (
            (one.store, one.table, called(kind(one), "reach"), ", ".join(ways(one)), ", ".join(one.text))
            for one in tables
        )
        put_table(("STORE", "TABLE", "REACHED", "BY", "TEXT"), rows)
    if any(one.lost for one in tables):
        raise click.exceptions.Exit(1)


def _chosen(found: Sequence[Reaching], store: str) -> Reaching:
    fitting = [one for one in found if store in ("", one.found.store)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(one.found.store for one in found)
    raise InputError(
        "reach-store",
        f'there is no map of a store "{store[:80]}"' if store or not found else "there are several stores",
        where="--store",
        remedy=f"name one of: {names}" if found else "map the stores of the service: docs/dataset-map.md",
    )
