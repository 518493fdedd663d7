"""``shouxin content``: requests to take content down; people decide, the poster is heard."""

from typing import Any

import click
import msgspec

from shouxin.duties.command import at_the_terminal, json_option
from shouxin.duties.content.model import DISCLOSES, DRAFTS, KIND, MEASURES, ContentRequest, arrival
from shouxin.duties.days import day, today
from shouxin.duties.desk.cli import commands, put_receipt
from shouxin.duties.desk.place import open_desk
from shouxin.errors import InputError


@click.group()
def content() -> None:
    """Decide on requests to take content down or to stop messages, with reasons; hear the poster.

    \b
    Example:
      shouxin content list
    """


@content.command()
@click.option("--about", type=click.Choice(["content", "messages"]), default="content", show_default=True)
@click.option("--location", required=True, help="The address of the content, or what the messages say.")
@click.option("--discloses", type=click.Choice(DISCLOSES), default="privacy", show_default=True)
@click.option("--measure", type=click.Choice(MEASURES), default="delete", show_default=True)
@click.option("--text", help="The reasons; asked for where left out.")
@click.option("--evidence", default="", help="Where it can be seen.")
@click.option("--sender", default="", help="Who sends the messages.")
@click.option("--name", default="", help="Who asks.")
@click.option("--contact", default="", help="How to reach them.")
@click.option("--service", default="", help="The service, as the inventory names it.")
@click.option(
    "--answer-in", "language", type=click.Choice(["zh", "en", "es"]), default="zh", show_default=True
)
@click.option("--on", help="The day it was received.  [default: today in Beijing]")
@json_option
def add(*, on: str | None, as_json: bool, **given: Any) -> None:
    """Take down a request that came by telephone, by letter or at the counter.

    \b
    Example:
      shouxin content add --location https://forum.example/t/1 --text "it shows my address"
    """
    given["text"] = given["text"] or click.prompt("Text", err=True)
    try:
        found = arrival(msgspec.convert(given, ContentRequest))
    except msgspec.ValidationError as wrong:
        raise InputError(
            "content-unreadable",
            f"this is no content request: {wrong}"[:200],
            remedy="see docs/complaints.md",
        ) from None
    if on:
        found = msgspec.structs.replace(found, on=day(on))
    with open_desk(KIND) as desk:
        receipt = desk.take_in(found, today(), at_the_terminal())
    put_receipt(receipt, as_json=as_json)


commands(content, KIND, DRAFTS)
