"""``shouxin due``, ``shouxin calendar`` and ``shouxin retention``."""

from typing import BinaryIO

import click

from shouxin.duties.command import (
    called_in,
    json_option,
    language_option,
    put_json,
    put_table,
    say,
    workplace,
)
from shouxin.duties.days import day, today
from shouxin.duties.due import words
from shouxin.duties.due.service import Timekeeper, length, moment, pause
from shouxin.duties.gate.acts import from_words
from shouxin.errors import InputError
from shouxin.law.register import register


@click.command()
@click.argument("provision", required=False, metavar="[ID]")
@click.option("--from", "start", help="Day it runs from, or instant: 2025-06-03, 2025-06-03T16:30+00:00.")
@click.option("--own", help='The organisation\'s length where the text has none: "3 working days".')
@click.option(
    "--pause", "pauses", multiple=True, metavar="A..B", help="Time that does not count; may repeat."
)
@click.option("--extended", is_flag=True, help="With the extension that the law has for it.")
@language_option
@json_option
def due(
    provision: str | None,
    start: str | None,
    own: str | None,
    pauses: tuple[str, ...],
    extended: bool,
    language: str,
    as_json: bool,
) -> None:
    """Say when a clock of the law runs out, with every day it skipped.

    Days are Beijing's. Without an ID it lists the clocks.

    \b
    Example:
      shouxin due cybersecurity-review:art_11__cl_1 --from 2025-06-03
    """
    keeper = _keeper()
    if provision is None:
        lines = keeper.clocks()
        if as_json:
            put_json(lines)
        else:
            put_table(words.HEAD[language], (words.clock(line, language) for line in lines))
        return
    if start is None:
        raise InputError(
            "day-missing", "no day is given from which it runs", remedy="give one: --from 2025-06-03"
        )
    found = keeper.due(
        provision,
        moment(start),
        own=length(own) if own else None,
        pauses=[pause(text) for text in pauses],
        extended=extended,
    )
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.due(found, language, called_in(language))))


@click.group()
def calendar() -> None:
    """Working days: the State Council's holidays and make-up days.

    \b
    Example:
      shouxin calendar show 2026
    """


@calendar.command()
@click.argument("year", type=int, required=False)
@language_option
@json_option
def show(year: int | None, language: str, as_json: bool) -> None:
    """Show the holidays and make-up days of a year, and whether its notice is known.

    \b
    Example:
      shouxin calendar show 2026
    """
    found = _keeper().year(year or today().year)
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.year(found, language, called_in(language))))


@calendar.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check the file and keep nothing.")
@language_option
@json_option
def load(file: BinaryIO, dry_run: bool, language: str, as_json: bool) -> bool:
    """Load the notice for a year that is not published in this version.

    The file holds `year`, `rest` (day: name of the holiday), `work` (make-up days) and `source`.

    \b
    Example:
      shouxin calendar load holidays-2027.yaml --dry-run
    """
    keeper = _keeper()
    notice = keeper.load(file.read(), where=file.name, dry_run=dry_run)
    found = keeper.year(notice.year)
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.year(found, language, called_in(language))))
    say("checked, nothing kept" if dry_run else f"kept; clocks that reach into {notice.year} count with it")
    return not dry_run


@click.command()
@click.argument("kind", required=False)
@click.argument("given", nargs=-1, metavar="[FACT=VALUE...]")
@click.option("--made", help="Day the record was made: answers until when it must be kept.")
@click.option("--own", help='The organisation\'s length where the law has none: "2 years".')
@click.option("--as-of", help="Day of the law, YYYY-MM-DD.  [default: today in Beijing]")
@language_option
@json_option
def retention(
    kind: str | None,
    given: tuple[str, ...],
    made: str | None,
    own: str | None,
    as_of: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Show how long each kind of record must be kept, by which provision, and what it must hold.

    \b
    Example:
      shouxin retention user_log --made 2025-06-03
    """
    keeper = _keeper()
    on = day(as_of) if as_of else today()
    if kind and "=" in kind:
        given, kind = (kind, *given), None
    facts = from_words(given, keeper.engines.rules.facts) if given else {}
    if made and kind:
        until = keeper.keep_until(kind, day(made), facts, on, length(own) if own else None)
        if as_json:
            put_json(until)
        else:
            click.echo(f"{until.kind}  {until.made} → {until.until or '-'}  {', '.join(until.provisions)}")
        return
    plan = [item for item in keeper.retention(facts, on) if kind in (None, item.kind)]
    if not plan:
        keeper.keep_until(kind or "", on, facts, on)
    if as_json:
        put_json(plan)
    else:
        click.echo("\n".join(line for item in plan for line in words.kept(item, language)))


def _keeper() -> Timekeeper:
    place = workplace()
    return Timekeeper(register(), place.data / "calendar", place.readings, place.own_times)


__all__ = ["calendar", "due", "retention"]
