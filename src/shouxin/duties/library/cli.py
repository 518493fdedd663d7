"""``shouxin law``: the law library on the command line."""

import click

from shouxin.duties.command import json_option, language_option, put_json, put_table, say, workplace
from shouxin.duties.library import words
from shouxin.duties.library.cli_texts import TEXT_COMMANDS
from shouxin.duties.library.place import open_library
from shouxin.duties.library.service import Library
from shouxin.law.register import register


@click.group()
def law() -> None:
    """Read, search, import, compare and export the law.

    \b
    Example:
      shouxin law search "separate consent" mechanism:gate
    """


@law.command("list")
@language_option
@json_option
def list_(language: str, as_json: bool) -> None:
    """List the instruments and how much of each is executed.

    \b
    Example:
      shouxin law list --lang zh
    """
    lines = Library(register()).instruments()
    if as_json:
        put_json(lines)
        return
    head = ("ID", "IN FORCE", "ARTICLES", "PROVISIONS", "EXECUTED", "NOT YET", "TITLE")
    put_table(
        head,
        (
            (
                line.id,
                str(line.effective),
                str(line.articles),
                str(line.provisions),
                str(line.executed),
                str(line.not_yet),
                line.title.text(language),
            )
            for line in lines
        ),
    )


@law.command()
@click.argument("citation")
@language_option
@json_option
def show(citation: str, language: str, as_json: bool) -> None:
    """Show a provision, everything under a unit (pipl:art_29), or a whole instrument (pipl).

    \b
    Example:
      shouxin law show pipl:art_29
    """
    with open_library(needs_store=False) as library:
        views = library.show(citation)
    if as_json:
        put_json(views)
        return
    click.echo("\n\n".join("\n".join(words.provision(view, language)) for view in views))


@law.command()
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 2000), default=50, show_default=True, help="How many answers at most."
)
@language_option
@json_option
def search(query: tuple[str, ...], limit: int, language: str, as_json: bool) -> None:
    """Find provisions by words (zh, en, es), id, or filters.

    Filters: instrument:pipl, addressee:processor, mechanism:clock, modality:right, deadline:yes,
    deadline:at_once, deadline:15days, deadline:30workingdays. All words and filters must fit.

    \b
    Example:
      shouxin law search 投诉 deadline:15days
    """
    hits = Library(register()).search(" ".join(query), limit=limit)
    if as_json:
        put_json(hits)
    else:
        for hit in hits:
            click.echo(f"{hit.id}  [{', '.join(hit.mechanism)}]\n  {hit.summary.text(language)}")
        say(
            f"{len(hits)} found" + (f" (the first {limit}; --limit shows more)" if len(hits) == limit else "")
        )
    if not hits:
        raise click.exceptions.Exit(1)


@law.command()
@click.option("--not-yet", "only_open", is_flag=True, help="Show only what nothing executes yet.")
@json_option
def coverage(only_open: bool, as_json: bool) -> None:
    """Say of every provision what becomes of it: executed, vocabulary, declaration, not yet.

    \b
    Example:
      shouxin law coverage --json
    """
    report = Library(register()).coverage()
    if as_json:
        put_json(report)
        return
    shown = [item for item in report.provisions if item.state == "not_yet" or not only_open]
    put_table(
        ("PROVISION", "STATE", "BY"), ((item.id, item.state, ", ".join(item.executed_by)) for item in shown)
    )
    counts = report.counts
    say(
        f"{counts.total} provisions, {counts.actionable} actionable: {counts.executed} executed, "
        f"{counts.vocabulary} vocabulary, {counts.declaration} declaration, {counts.not_yet} not yet"
    )


@law.command()
@click.argument("instrument", required=False, default="")
@language_option
@json_option
def readings(instrument: str, language: str, as_json: bool) -> None:
    """List the open questions of interpretation, the answer chosen, and the others.

    \b
    Example:
      shouxin law readings pipl
    """
    found = Library(register(), chosen=workplace().readings).readings(instrument)
    if as_json:
        put_json(found)
        return
    for view in found:
        click.echo("\n".join(words.reading(view, language)))


@law.command()
@click.argument("category", required=False, default="")
@language_option
@json_option
def categories(category: str, language: str, as_json: bool) -> None:
    """List the 39 app categories, or show what is necessary for one (by its key or number) and when.

    \b
    Example:
      shouxin law categories ride_hailing --lang zh
    """
    library = Library(register())
    if category:
        one = library.category(category)
        if as_json:
            put_json(one)
        else:
            click.echo("\n".join(words.category(one, language)))
        return
    found = library.categories()
    if as_json:
        put_json(found)
        return
    put_table(
        ("NO.", "KEY", "ITEMS", "CATEGORY"),
        ((str(one.number), one.key, str(len(one.necessary)), one.label.text(language)) for one in found),
    )


@law.command()
@json_option
def parameters(as_json: bool) -> None:
    """List every figure of the law with its unit and the provision it stands in.

    \b
    Example:
      shouxin law parameters --json
    """
    found = list(register().parameters())
    if as_json:
        put_json([{"provision": str(entry.citation), "parameter": parameter} for entry, parameter in found])
        return
    put_table(
        ("PROVISION", "NAME", "FIGURE"),
        ((str(entry.citation), item.name, words.figure(item, "en")) for entry, item in found),
    )


for command in TEXT_COMMANDS:
    law.add_command(command)
