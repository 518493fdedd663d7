"""The commands that every kind of matter has."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    language_option,
    put_json,
    put_table,
    say,
)
from shouxin.duties.days import BEIJING, day, today
from shouxin.duties.desk.drafting import Drafts
from shouxin.duties.desk.model import Kind, Letter, Matter, MatterLine, MatterReceipt, OfficeStep
from shouxin.duties.desk.place import open_desk
from shouxin.errors import InputError

_YEAR = datetime.timedelta(days=364)
_number = click.argument("number", type=int)


def commands(group: click.Group, kind: Kind, drafts: Drafts) -> None:
    """Give a group the commands of its kind of matter."""
    for part in (_listing, _opening, _answering, _around, _counting):
        part(group, kind, drafts)


def put_receipt(found: MatterReceipt, *, as_json: bool) -> None:
    """Write what whoever brought something gets; the word is written this once."""
    if as_json:
        put_json(found)
        return
    put_table(
        ("NUMBER", "WORD", "RECEIVED", "DUE"),
        [(str(found.number), found.word, str(found.received), str(found.due or "-"))],
    )
    say("the word is shown this once; it goes to whoever brought the matter")


def _command(group: click.Group, name: str, about: str, example: str) -> Callable[..., click.Command]:
    text = f"{about}\n\n\b\nExample:\n  shouxin {group.name} {name} {example}"
    return group.command(name, help=text.rstrip())


def _listing(group: click.Group, kind: Kind, _drafts: Drafts) -> None:
    @_command(group, "list", "List what has to be answered, by what is due first.", "--state ended --json")
    @click.option("--state", type=click.Choice(["open", "ended", "all"]), default="open", show_default=True)
    @click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True)
    @json_option
    @language_option
    def _list(state: str, limit: int, language: str, *, as_json: bool) -> None:
        with open_desk(kind) as desk:
            ended = {"open": False, "ended": True}.get(state)
            found = desk.queue(today(), ended=ended, limit=limit)
        if as_json:
            put_json(found)
        else:
            put_table(
                ("NUMBER", "SUBJECT", "STATE", "DUE", "DAYS", "TAKEN BY"),
                [_row(one, language) for one in found],
            )

    @_command(group, "show", "Show a matter without opening its letters.", "12")
    @_number
    @json_option
    @language_option
    def _show(number: int, language: str, *, as_json: bool) -> None:
        with open_desk(kind) as desk:
            matter, _ = desk.show(number, today())
        if as_json:
            put_json(matter)
        else:
            _put_matter(matter, language)


def _opening(group: click.Group, kind: Kind, drafts: Drafts) -> None:
    @_command(
        group,
        "read",
        "Open the letters of a matter; the reading is written down.",
        '12 --reason "to answer it"',
    )
    @_number
    @click.option("--reason", required=True, help="Why it is read; kept in the ledger.")
    @json_option
    def _read(number: int, reason: str, *, as_json: bool) -> None:
        with open_desk(kind) as desk:
            found = desk.read(number, reason, at_the_terminal())
        if as_json:
            put_json(found)
        else:
            _put_letters(found)

    @_command(
        group, "draft", "Write the draft of what a step tells to standard output.", "12 answer --lang en"
    )
    @_number
    @click.argument("step")
    @click.option("--lang", "language", type=click.Choice(["zh", "en", "es"]), help="[default: the matter's]")
    def _draft(number: int, step: str, language: str | None) -> None:
        with open_desk(kind) as desk:
            matter, case = desk.show(number, today())
            machines = desk.cases.keeper.engines.machines.all
            text = drafts.of(step, matter, case, machines, language or matter.language)
        if not text:
            raise InputError("desk-draft", f'there is no draft for "{step[:80]}"', remedy="write it yourself")
        click.echo(text)


def _answering(group: click.Group, kind: Kind, _drafts: Drafts) -> None:
    opening = {"complaint": "accept --text accepted=@letter.txt"}.get(
        kind.name, "refuse --no founded --text refusal_reasons=@why.txt"
    )

    @_command(
        group,
        "step",
        "Take a step of the office. The text of a record goes to whom the step tells; @FILE reads a file.",
        f"12 {opening}",
    )
    @_number
    @click.argument("step")
    @click.option("--text", "texts", multiple=True, help="RECORD=TEXT or RECORD=@FILE; may be repeated.")
    @click.option("--yes", multiple=True, help="A fact that a person found to hold.")
    @click.option("--no", multiple=True, help="A fact that a person found not to hold.")
    @click.option(
        "--to", "others", multiple=True, help="PARTY=TEXT or PARTY=@FILE, to a party heard besides."
    )
    @click.option("--on", help="The day it was taken.  [default: today in Beijing]")
    @json_option
    def _step(number: int, step: str, *, as_json: bool, **given: Any) -> None:
        act = OfficeStep(
            step=step,
            texts=_texts(given["texts"]),
            facts=dict.fromkeys(given["yes"], True) | dict.fromkeys(given["no"], False),
            others=_texts(given["others"]),
            on=day(given["on"]) if given["on"] else None,
        )
        with open_desk(kind) as desk:
            made = desk.act(number, act, today(), at_the_terminal())
        if as_json:
            put_json(made)
            return
        click.echo(f"{made.number} → {made.state}")
        for party, word in made.words.items():
            click.echo(f"{party}: {word}")

    @_command(group, "write", "Write to whoever brought it, or a note for the office.", '12 "which order?"')
    @_number
    @click.argument("text")
    @click.option("--office", is_flag=True, help="A note that only the office sees.")
    def _write(number: int, text: str, *, office: bool) -> None:
        with open_desk(kind) as desk:
            desk.note(number, _text(text), at_the_terminal(), shown=not office)


def _around(group: click.Group, kind: Kind, _drafts: Drafts) -> None:
    @_command(group, "take", "Put on record that you deal with it.", "12")
    @_number
    def _take(number: int) -> None:
        with open_desk(kind) as desk:
            desk.take(number, at_the_terminal())

    @_command(group, "leave", "Undo, within 15 minutes, that you took it on.", "12")
    @_number
    def _leave(number: int) -> None:
        with open_desk(kind) as desk:
            desk.leave(number, at_the_terminal())

    @_command(group, "tie", "Tie it to the case of a request or an incident.", "12 --case 40")
    @_number
    @click.option("--case", "case_id", type=int, required=True, help="The number of the case.")
    def _tie(number: int, case_id: int) -> None:
        with open_desk(kind) as desk:
            desk.tie(number, case_id, at_the_terminal())

    @_command(
        group,
        "shred",
        "Destroy the keys of an ended matter's letters; nobody can open them again.",
        '12 --reason "kept long enough" --yes',
    )
    @_number
    @click.option("--reason", required=True, help="Why; kept in the ledger.")
    @click.confirmation_option(prompt="Nobody will be able to open the letters again. Go on?")
    def _shred(number: int, reason: str) -> None:
        with open_desk(kind) as desk:
            gone = desk.shred(number, reason, at_the_terminal(), today())
        say(f"{gone} keys destroyed")


def _counting(group: click.Group, kind: Kind, _drafts: Drafts) -> None:
    @_command(group, "statistics", "Count what came, stands and was late, by subject.", "--since 2026-01-01")
    @click.option("--since", help="First day.  [default: a year ago]")
    @click.option("--until", help="Last day.  [default: today in Beijing]")
    @json_option
    def _statistics(since: str | None, until: str | None, *, as_json: bool) -> None:
        last = day(until) if until else today()
        first = day(since) if since else last - min(_YEAR, last - datetime.date.min)
        with open_desk(kind) as desk:
            found = desk.figures(first, last)
        if as_json:
            put_json(found)
            return
        rows = (
            (one.subject, *map(str, (one.received, one.open, one.ended, one.late)), _days(one.days))
            for one in found
        )
        put_table(("SUBJECT", "RECEIVED", "OPEN", "ENDED", "LATE", "MEDIAN DAYS"), rows)


def _texts(given: tuple[str, ...]) -> dict[str, str]:
    """Return NAME=TEXT pairs; raise ``InputError`` (desk-pair, file-unreadable)."""
    pairs = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise InputError(
                "desk-pair", f'"{one[:40]}" is not like NAME=TEXT', remedy="write NAME=TEXT or NAME=@FILE"
            )
        pairs[name] = _text(text)
    return pairs


def _text(given: str) -> str:
    """Return a text, or that of a file named behind an @; raise ``InputError`` (file-unreadable)."""
    if not given.startswith("@"):
        return given
    try:
        with Path(given[1:]).open(encoding="utf-8") as file:
            return file.read(200_000)
    except (OSError, ValueError) as error:
        raise InputError(
            "file-unreadable", f'"{given[1:][:200]}" cannot be read as UTF-8 text', remedy=_why(error)
        ) from None


def _why(error: Exception) -> str:
    return (
        "name a file of text in UTF-8"
        if not isinstance(error, OSError)
        else (error.strerror or "name a file").lower()
    )


def _row(one: MatterLine, language: str) -> tuple[str, ...]:
    left = "" if one.days_left is None else str(one.days_left)
    marks = " late" if one.late else ""
    return (
        str(one.number),
        one.subject,
        one.label.text(language),
        f"{one.due or '-'}{marks}",
        left,
        one.taker,
    )


def _put_matter(one: Matter, language: str) -> None:
    put_table(("NUMBER", "SUBJECT", "STATE", "DUE", "DAYS", "TAKEN BY"), [_row(one, language)])
    _put_letters(one.letters)
    for step in one.steps:
        click.echo(f"{step.step}  {step.label.text(language)}")
        for record in step.records:
            click.echo(f"  {record.name}  {record.what.text(language)}")
        for fact in step.asks:
            click.echo(f"  {fact.name}?  {fact.label.text(language)}")


def _put_letters(found: tuple[Letter, ...]) -> None:
    for one in found:
        way = "from" if one.inward else "to" if one.shown else "about"
        click.echo(f"{one.at.astimezone(BEIJING):%Y-%m-%d %H:%M}  {way} {one.party}  {one.kind}")
        for name, text in (one.body or {}).items():
            click.echo(f"  {name}: {text}")


def _days(found: float | None) -> str:
    return "-" if found is None else f"{found:.1f}"
