"""``shouxin notice``: what people are told, checked, published and compared."""

import os
from pathlib import Path
from typing import BinaryIO

import click

from shouxin.duties.command import called_in, json_option, language_option, put_json, put_table, say
from shouxin.duties.days import BEIJING, day, today
from shouxin.duties.inventory.service import read as read_organisation
from shouxin.duties.notice.draft import remarks
from shouxin.duties.notice.place import open_notices
from shouxin.duties.notice.service import LARGEST, Checked, Notice, Publisher, read, write

_file = click.argument("file", type=click.File("rb"))


@click.group()
def notice() -> None:
    """Keep what people are told about their information: notices that never change once published.

    \b
    Example:
      shouxin notice check notice.yaml
    """


@notice.command()
@_file
@click.option("--as-of", help="Day of the law, YYYY-MM-DD.  [default: today in Beijing]")
@language_option
@json_option
def check(file: BinaryIO, as_of: str | None, language: str, as_json: bool) -> None:
    """Name what a notice lacks, each item with its provision, and the forms of consent it calls for.

    What the organisation recorded of the service counts, where there is a store. Ends with 1 while
    anything is missing.

    \b
    Example:
      shouxin notice check notice.yaml --as-of 2026-03-02
    """
    given, on = _read(file), day(as_of) if as_of else today()
    with open_notices(needs_store=False) as notices:
        found = notices.check(given, on, notices.known(given.service))
    if as_json:
        put_json(found)
    else:
        _tell(found, language)
    if found.lacks:
        raise click.exceptions.Exit(1)


@notice.command()
@_file
@click.option("--reason", default="", help="Why it is published although it lacks something; kept for ever.")
@click.option("--dry-run", is_flag=True, help="Do everything and take it back.")
@language_option
@json_option
def publish(file: BinaryIO, reason: str, dry_run: bool, language: str, as_json: bool) -> None:
    """Publish a notice: it stands at its address for ever and takes the place of the one before.

    \b
    Example:
      shouxin notice publish notice.yaml --dry-run
    """
    given = _read(file)
    with open_notices() as notices:
        publisher = Publisher(f"uid:{os.getuid()}", "cli", reason)
        checked, new = notices.publish(given, publisher, today(), dry_run=dry_run)
    if as_json:
        put_json({"checked": checked, "new": new, "dry_run": dry_run})
    else:
        _tell(checked, language)
        click.echo(checked.address)
    if not new:
        say("it is in force already, nothing changes")
    else:
        say("checked, nothing published" if dry_run else "published")


@notice.command("draft")
@click.option("--service", required=True, help="The service of the inventory.")
@click.option("--file", type=click.File("rb"), help="An organisation file instead of the store.")
def draft_(service: str, file: BinaryIO | None) -> None:
    """Draft a notice from what the inventory records, each item of the law named with its provision.

    \b
    Example:
      shouxin notice draft --service shop > notice.yaml
    """
    organisation = read_organisation(file.read(LARGEST + 1), where=file.name) if file else None
    with open_notices(needs_store=not organisation) as notices:
        found = notices.draft(organisation or notices.inventory(), service)
    click.echo(remarks(found) + write(found.notice), nl=False)
    say(f"{len(found.untold)} of {len(found.items)} items are still to be written")


@notice.command("list")
@click.option("--service", default="", help="Only this service.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="At most so many.")
@click.option("--before", type=click.IntRange(1), help="Only those before this publication number.")
@language_option
@json_option
def list_(service: str, limit: int, before: int | None, language: str, as_json: bool) -> None:
    """List what was published, newest first; what is left out is said, with how to go on.

    \b
    Example:
      shouxin notice list --service shop
    """
    with open_notices() as notices:
        found = notices.list(service, limit=limit + 1, before=before)
    if found[limit:]:
        say(f"there are more: go on with --before {found[limit - 1].number}")
    found = found[:limit]
    if as_json:
        put_json(found)
        return
    rows = (
        (
            one.address[:12],
            one.service,
            f"{one.published.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            f"{one.superseded.astimezone(BEIJING):%Y-%m-%d %H:%M}" if one.superseded else "in force",
            "yes" if one.complete else "no",
            _short(one.title.text(language)),
        )
        for one in found
    )
    put_table(("ADDRESS", "SERVICE", "PUBLISHED", "UNTIL", "COMPLETE", "TITLE"), rows)


@notice.command()
@click.argument("address")
@json_option
def show(address: str, as_json: bool) -> None:
    """Show a published notice as a file that `publish` takes; the beginning of its address is enough.

    \b
    Example:
      shouxin notice show 3f9c81d2 > notice.yaml
    """
    with open_notices() as notices:
        published, found = notices.show(address)
    if as_json:
        put_json({"published": published, "notice": found})
    else:
        say(f"{published.service}, published {published.published.astimezone(BEIJING):%Y-%m-%d %H:%M}")
        say(f"superseded by {published.successor}" if published.successor else "in force")
        click.echo(write(found), nl=False)


@notice.command()
@click.argument("old")
@click.argument("new")
@language_option
@json_option
def diff(old: str, new: str, language: str, as_json: bool) -> None:
    """Compare two versions: NEW may be a file, so that a draft is compared before it is published.

    \b
    Example:
      shouxin notice diff 3f9c81d2 notice.yaml
    """
    with open_notices() as notices:
        draft = Path(new)
        given = read(_bytes(draft), where=new) if draft.is_file() else new
        found = notices.compare(old, given, today())
    if as_json:
        put_json(found)
        return
    called = called_in(language)
    changes = (
        (one.purpose or "-", called(one.field, "notice_field"), called(one.kind, "notice_change"))
        for one in found.changes
    )
    put_table(("PURPOSE", "FIELD", "CHANGE"), changes)
    click.echo()
    asked = ((one.purpose, called(one.why, "notice_asked"), one.provision) for one in found.asked)
    put_table(("ASKED AGAIN", "BECAUSE", "PROVISION"), asked)


def _tell(found: Checked, language: str) -> None:
    if found.lacks:
        rows = (
            (one.provision, one.purpose or "-", one.recipient or "-", one.what.text(language))
            for one in found.lacks
        )
        put_table(("PROVISION", "PURPOSE", "RECIPIENT", "MISSING"), rows)
    called = called_in(language)
    if found.forms:
        put_table(
            ("PURPOSE", "CONSENT", "BECAUSE OF"),
            (
                (one.purpose, called(one.kind, "notice_form"), ", ".join(one.provisions))
                for one in found.forms
            ),
        )
    say("nothing is missing" if found.complete else f"{len(found.lacks)} items are missing")


def _read(file: BinaryIO) -> Notice:
    return read(file.read(LARGEST + 1), where=file.name)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
