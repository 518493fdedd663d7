"""``shouxin request``: the plan of a request, its approval, its run, copies."""

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import Any

import click

from shouxin.duties.command import at_the_terminal, json_option, language_option, output, put_json, say
from shouxin.duties.days import today
from shouxin.duties.rights import lines
from shouxin.duties.rights.giving import passphrase
from shouxin.duties.rights.place import open_rights
from shouxin.duties.rights.reading import facts_of
from shouxin.errors import InputError

_NUMBER = click.argument("number", type=int, metavar="REQUEST")


def _facts(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the facts of the case's step."""
    option = click.option(
        "--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact of the case; may repeat."
    )
    return option(command)


@click.command()
@_NUMBER
@language_option
@json_option
def plan(*, number: int, language: str, as_json: bool) -> None:
    """Ask every store what it holds of the person and what would become of it; nothing changes.

    \b
    Example:
      shouxin request plan 1
    """
    with open_rights() as rights:
        made = rights.plan(number, today(), at_the_terminal())
    if as_json:
        put_json(made)
    else:
        click.echo("\n".join(lines.plan(made, language)))
    if made.problems:
        raise click.exceptions.Exit(1)


@click.command()
@_NUMBER
@click.option("--digest", required=True, help="The digest of the plan that was read, or its first 8 figures.")
@click.option("--reason", required=True, help="Why the plan is right.")
@_facts
@language_option
@json_option
def approve(
    *, number: int, digest: str, reason: str, facts: Sequence[str], language: str, as_json: bool
) -> None:
    """Approve the newest plan as it was read; what only a person can judge is given as facts.

    \b
    Example:
      shouxin request approve 1 --digest 0f3c9a7b --reason "consent was withdrawn" \\
        --fact deletion.due=true --fact deletion.technically_hard=false
    """
    with open_rights() as rights:
        newest = rights.show(number, today()).plan
        if newest and len(digest) >= _SHORTEST and newest.digest.startswith(digest):
            digest = newest.digest
        given = facts_of(facts, rights.desk)
        made = rights.approve(number, digest, reason, given, today(), at_the_terminal())
    if as_json:
        put_json(made)
    else:
        click.echo("\n".join(lines.plan(made, language)))


_SHORTEST = 8


@click.command()
@_NUMBER
@click.option("--dry-run", is_flag=True, help="Let every store do the work and take it back.")
@language_option
@json_option
def run(*, number: int, dry_run: bool, language: str, as_json: bool) -> None:
    """Carry an approved plan out store by store, or go on where it was cut off; 1 unless all is done.

    \b
    Example:
      shouxin request run 1 --dry-run
    """
    with open_rights() as rights:
        tasks = rights.run(number, today(), at_the_terminal(), dry_run=dry_run)
    if as_json:
        put_json(tasks)
    else:
        click.echo("\n".join(lines.tasks(tasks, language)))
    if dry_run:
        say("tried, nothing changed")
    if any(task.problem for task in tasks):
        raise click.exceptions.Exit(1)


@click.command()
@_NUMBER
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ZIP to write."
)
@_facts
@language_option
def copy(*, number: int, out: Path, facts: Sequence[str], language: str) -> None:
    """Write a copy of the person's information, encrypted under a passphrase that is drawn by lot and shown.

    \b
    Example:
      shouxin request copy 1 --out copy.zip
    """
    if out.exists():
        raise InputError(
            "file-unwritable", "this file exists", where=str(out), remedy="choose another name, or remove it"
        )
    words = passphrase()
    with open_rights() as rights:
        given = facts_of(facts, rights.desk)
        made = rights.give(number, words, language, given, today(), at_the_terminal())
        with made, output(out) as file:
            copyfileobj(made.file, file)
    say(f"written to {out}: {sum(made.rows.values())} rows; tell the person the passphrase another way:")
    click.echo(words)


@click.command("hand-over")
@_NUMBER
@_facts
def hand_over(*, number: int, facts: Sequence[str]) -> None:
    """Send a copy to the processor whom the person named, over TLS.

    \b
    Example:
      shouxin request hand-over 1 --fact request.portability_conditions=true
    """
    with open_rights() as rights:
        digest = rights.hand_over(number, facts_of(facts, rights.desk), today(), at_the_terminal())
    say("handed over")
    click.echo(digest)
