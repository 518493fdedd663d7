"""``shouxin calculate``: thresholds and sanction ranges."""

from datetime import date

import click

from shouxin.duties.calculate import words
from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.command import called_in, json_option, language_option, put_json, put_table, workplace
from shouxin.duties.days import day, today
from shouxin.errors import InputError
from shouxin.law.register import register


@click.command()
@click.argument("provision", required=False, metavar="[ID]")
@click.argument("given", nargs=-1, metavar="[FACT=VALUE...]")
@click.option("--breach", multiple=True, metavar="ID", help="A provision that was breached; may be repeated.")
@click.option("--no-breach", is_flag=True, help="Nothing was breached.")
@click.option("--as-of", help="Day of the law, YYYY-MM-DD.  [default: today in Beijing]")
@language_option
@json_option
def calculate(
    provision: str | None,
    given: tuple[str, ...],
    breach: tuple[str, ...],
    no_breach: bool,
    as_of: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Say whether a threshold of the law is reached, by which exact sum, and what follows.

    Without an ID it lists what can be calculated; with an ID alone, the facts it asks for. Numbers are
    exact; an open term of the text is left to a person. Ends with 1 where the answer is "not reached".

    \b
    Example:
      shouxin calculate judicial-interpretation-2019-15:art_4 track=300 accommodation=2000
    """
    reckoner = Reckoner(register(), workplace().readings)
    if provision is None:
        _list(reckoner, language, as_json)
    elif not (given or breach or no_breach):
        _ask(reckoner, provision, language, as_json)
    else:
        on = day(as_of) if as_of else today()
        breached = breach if breach or no_breach else None
        _answer(reckoner, provision, _facts(given), breached, on, language, as_json)


def _list(reckoner: Reckoner, language: str, as_json: bool) -> None:
    found = reckoner.all()
    if as_json:
        put_json(found)
    else:
        rows = ((item.provision, item.summary.text(language)) for item in found)
        put_table(words.HEAD[language], rows)


def _ask(reckoner: Reckoner, provision: str, language: str, as_json: bool) -> None:
    asks = reckoner.asks(provision)
    if as_json:
        put_json(asks)
        return
    label = words.LABELS[language]
    click.echo(f"{provision}: {label['asks']}")
    for item in asks.facts:
        click.echo("\n".join(f"  {line}" for line in words.asked(item, language)))
    if asks.breach:
        click.echo(f"  {label['breach']}")


def _answer(
    reckoner: Reckoner,
    provision: str,
    facts: dict[str, str],
    breach: tuple[str, ...] | None,
    on: date,
    language: str,
    as_json: bool,
) -> None:
    made = reckoner.calculate(provision, facts, on, breach)
    if as_json:
        put_json(made)
    else:
        click.echo("\n".join(words.calculated(made, language, called_in(language))))
    if made.reached is False:
        raise click.exceptions.Exit(1)


def _facts(given: tuple[str, ...]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for word in given:
        name, sign, worth = word.partition("=")
        if not sign or not name:
            raise InputError(
                "act-word", f'"{word[:60]}" is no fact', remedy="write it like track=300 or serious=true"
            )
        if name in facts:
            raise InputError("act-word", f'"{name[:60]}" is given twice', remedy="give it once")
        facts[name] = worth
    return facts
