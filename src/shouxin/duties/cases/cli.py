"""``shouxin case``: open a case, take a step, show one, list them."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import click

from shouxin.duties.cases import words
from shouxin.duties.cases.model import Given, Taken
from shouxin.duties.cases.place import open_cases
from shouxin.duties.command import at_the_terminal, json_option, language_option, put_json, put_table, say
from shouxin.duties.days import today
from shouxin.duties.due.service import moment
from shouxin.duties.gate.acts import from_words
from shouxin.errors import InputError
from shouxin.law.wording import Fact


class Told(NamedTuple):
    """What the options of a step say."""

    by: str
    day: str | None
    records: Sequence[str]
    facts: Sequence[str]
    dry_run: bool

    def given(self, step: str, known: Mapping[str, Fact]) -> Given:
        """Return the step as it is taken; ``known`` are the facts there are. Raises ``InputError``."""
        return Given(
            step=step,
            by=self.by,
            on=moment(self.day) if self.day else None,
            records=pairs(self.records),
            facts=from_words(self.facts, known),
            dry_run=self.dry_run,
        )


def step_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what a step is asked for with, as ``told``."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> Any:
        told = Told(**{name: given.pop(name) for name in Told._fields})
        return command(told=told, **given)

    for option in (
        click.option("--by", required=True, help="The party that takes the step."),
        click.option("--day", help="Day on which it was taken, or instant.  [default: today in Beijing]"),
        click.option(
            "--record",
            "records",
            multiple=True,
            metavar="NAME=TEXT",
            help="What is written down: a text or a reference, no personal information; may repeat.",
        ),
        click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact; may repeat."),
        click.option("--dry-run", is_flag=True, help="Say what would follow and change nothing."),
    ):
        wrapped = option(wrapped)
    return wrapped


@click.group()
def case() -> None:
    """Open cases, take their steps, see what comes next.

    \b
    Example:
      shouxin case list --late
    """


@case.command("open")
@click.argument("procedure")
@click.option("--step", default="", help="The step that opens it, where there are several.")
@step_options
@language_option
@json_option
def open_(
    procedure: str,
    step: str,
    told: Told,
    language: str,
    as_json: bool,
) -> None:
    """Open a case of a procedure; `shouxin procedure show` says what its first step asks for.

    \b
    Example:
      shouxin case open rights-request --step ask_access --by individual --record request="ticket 4711" \\
        --fact right=access --fact for_deceased=false
    """
    with open_cases() as cases:
        given = told.given(step, cases.keeper.engines.rules.facts)
        _put(cases.open(procedure, given, today(), at_the_terminal()), language, as_json=as_json)


@case.command()
@click.argument("number", type=int, metavar="CASE")
@click.argument("step")
@step_options
@language_option
@json_option
def move(
    number: int,
    step: str,
    told: Told,
    language: str,
    as_json: bool,
) -> None:
    """Take a step of a case; a step that is refused changes nothing.

    \b
    Example:
      shouxin case move 1 verify_identity --by processor --record identity="by the account" \\
        --fact actor.ecommerce_operator=false
    """
    with open_cases() as cases:
        given = told.given(step, cases.keeper.engines.rules.facts)
        _put(cases.move(number, given, today(), at_the_terminal()), language, as_json=as_json)


@case.command()
@click.argument("number", type=int, metavar="CASE")
@language_option
@json_option
def show(number: int, language: str, as_json: bool) -> None:
    """Show a case: its history, its clocks, the steps that may come next.

    \b
    Example:
      shouxin case show 1
    """
    with open_cases() as cases:
        found = cases.show(number, today())
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.whole(found, language)))


@case.command("list")
@click.option("--procedure", default="", help="Only cases of this procedure.")
@click.option("--state", default="", help="open, ended, or the name of a state.")
@click.option("--late", is_flag=True, help="Only cases with a deadline that is over and not met.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@language_option
@json_option
def list_(procedure: str, state: str, late: bool, limit: int, language: str, as_json: bool) -> None:
    """List the cases, newest first.

    \b
    Example:
      shouxin case list --procedure user-complaint --state open
    """
    with open_cases() as cases:
        found = cases.list(procedure=procedure, state=state, late=late, limit=limit)
    if as_json:
        put_json(found)
    else:
        put_table(words.HEADS[language]["cases"], (words.row(line, language) for line in found))


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Return NAME=TEXT words as a mapping; raise ``InputError`` (case-word)."""
    found: dict[str, str] = {}
    for word in given:
        name, sign, text = word.partition("=")
        if not sign or not name or name in found:
            raise InputError(
                "case-word",
                f'"{word[:80]}" is not NAME=TEXT, or its name is given twice',
                where="option --record",
                remedy='write --record name="text", each name once',
            )
        found[name] = text
    return found


def _put(taken: Taken, language: str, *, as_json: bool) -> None:
    if as_json:
        put_json(taken)
        return
    click.echo("\n".join(words.taken(taken, language)))
    if taken.dry_run:
        say("checked, nothing changed")
