"""``shouxin deadlines``: what is due when, as a table, JSON or a calendar file; and firing what is over."""

import signal
import threading
from pathlib import Path

import click

from shouxin.duties.cases import ics, words
from shouxin.duties.cases.place import open_cases
from shouxin.duties.cases.worker import Worker
from shouxin.duties.command import json_option, language_option, put_file, put_json, put_table, say
from shouxin.duties.days import today
from shouxin.duties.due.service import length


@click.group()
def deadlines() -> None:
    """Show what is due when, and fire what is over.

    \b
    Example:
      shouxin deadlines list --within "14 days"
    """


@deadlines.command("list")
@click.option("--within", help='Only what falls due in this time: "14 days", "5 working days".')
@click.option("--procedure", default="", help="Only deadlines of this procedure.")
@click.option(
    "--ics", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write an iCalendar file instead."
)
@language_option
@json_option
def list_(within: str | None, procedure: str, file: Path | None, language: str, as_json: bool) -> None:
    """List what is owed, late ones first; ends with 1 where something is late.

    \b
    Example:
      shouxin deadlines list --within "14 days" --ics due.ics
    """
    with open_cases() as cases:
        found = cases.due(today(), within=length(within) if within else None, procedure=procedure)
    if file is not None:
        put_file(file, ics.feed(found, language))
        say(f"{len(found)} deadlines written")
    elif as_json:
        put_json(found)
    else:
        put_table(
            words.HEADS[language]["deadlines"],
            (
                (
                    item.due.isoformat() + ("?" if item.provisional else ""),
                    str(item.days_left),
                    str(item.case or "-"),
                    item.title.text(language) if item.title else "-",
                    item.provision,
                    words.standing(item, language),
                )
                for item in found
            ),
        )
    if any(item.late for item in found):
        raise click.exceptions.Exit(1)


@deadlines.command()
@click.option("--once", is_flag=True, help="Look once and end, as for a timer of the system.")
def run(once: bool) -> None:
    """Fire deadlines that are over, beside or instead of the server; Ctrl-C stops it.

    Any number of workers may run: each deadline fires once.

    \b
    Example:
      shouxin deadlines run --once
    """
    with open_cases() as cases:
        worker = Worker(cases, say)
        if once:
            worker.look()
            say("done")
            return
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        with worker:
            say("ready: deadlines are watched (Ctrl-C stops it)")
            stopped.wait()
    say("stopped")
