"""``shouxin procedure``: what the procedures of the law are, and their diagrams."""

import click

from shouxin.duties.cases import diagram as drawing
from shouxin.duties.cases import words
from shouxin.duties.cases.place import keeper
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.command import json_option, language_option, put_json, put_table


@click.group()
def procedure() -> None:
    """Show the procedures of the law: states, steps, diagrams.

    \b
    Example:
      shouxin procedure show user-complaint
    """


@procedure.command("list")
@language_option
@json_option
def list_(language: str, as_json: bool) -> None:
    """List the procedures.

    \b
    Example:
      shouxin procedure list
    """
    found = Procedures(keeper()).all()
    if as_json:
        put_json(found)
        return
    put_table(
        words.HEADS[language]["procedures"],
        ((item.procedure, str(item.states), str(item.steps), item.title.text(language)) for item in found),
    )


@procedure.command()
@click.argument("name")
@language_option
@json_option
def show(name: str, language: str, as_json: bool) -> None:
    """Show a procedure: its steps, who may take them, what they write down, which clocks they move.

    \b
    Example:
      shouxin procedure show user-complaint
    """
    found = Procedures(keeper()).show(name)
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.procedure(found, language)))


@procedure.command()
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["mermaid", "svg"]), default="mermaid", show_default=True)
@language_option
def diagram(name: str, form: str, language: str) -> None:
    """Draw a procedure from its data: states as boxes, steps as arrows.

    \b
    Example:
      shouxin procedure diagram user-complaint --format svg > user-complaint.svg
    """
    found = Procedures(keeper()).show(name)
    draw = drawing.svg if form == "svg" else drawing.mermaid
    click.echo(draw(found, language), nl=False)
