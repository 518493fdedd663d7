"""``shouxin complaint``: take complaints down, see what is due, read with a reason, answer."""

from typing import Any

import click
import msgspec

from shouxin.duties.command import at_the_terminal, json_option
from shouxin.duties.complaint.model import DRAFTS, KIND, Complaint, arrival
from shouxin.duties.days import day, today
from shouxin.duties.desk.cli import commands, put_receipt
from shouxin.duties.desk.place import open_desk
from shouxin.errors import InputError


@click.group()
def complaint() -> None:
    """Take complaints and reports down, see what is due, read with a reason, answer.

    \b
    Example:
      shouxin complaint list
    """


@complaint.command()
@click.option("--subject", default="user_information", show_default=True, help="What it is about.")
@click.option("--service", default="", help="The service, as the inventory names it.")
@click.option("--text", help="What happened; asked for where left out.")
@click.option("--name", default="", help="Who complains.")
@click.option("--contact", default="", help="How to reach them.")
@click.option("--account", default="", help="What the service calls them.")
@click.option(
    "--answer-in", "language", type=click.Choice(["zh", "en", "es"]), default="zh", show_default=True
)
@click.option("--on", help="The day it was received.  [default: today in Beijing]")
@json_option
def add(*, on: str | None, as_json: bool, **given: Any) -> None:
    """Take down a complaint that came by telephone, by letter or at the counter.

    \b
    Example:
      shouxin complaint add --subject user_information --text "they shared my number" --on 2026-01-05
    """
    given["text"] = given["text"] or click.prompt("Text", err=True)
    try:
        found = arrival(msgspec.convert(given, Complaint))
    except msgspec.ValidationError as wrong:
        raise InputError(
            "complaint-unreadable", f"this is no complaint: {wrong}"[:200], remedy="see docs/complaints.md"
        ) from None
    if on:
        found = msgspec.structs.replace(found, on=day(on))
    with open_desk(KIND) as desk:
        receipt = desk.take_in(found, today(), at_the_terminal())
    put_receipt(receipt, as_json=as_json)


commands(complaint, KIND, DRAFTS)
