"""``shouxin inventory``: what the organisation holds and does, in versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from shouxin.duties.command import (
    at_the_terminal,
    called_in,
    json_option,
    language_option,
    opened_store,
    put_file,
    put_json,
    put_table,
    say,
    workplace,
)
from shouxin.duties.days import day, today
from shouxin.duties.inventory import words
from shouxin.duties.inventory.exporting import FORMS, exported
from shouxin.duties.inventory.file import LARGEST, read, write
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.service import Change, Inventory
from shouxin.duties.reaching import reaching
from shouxin.duties.reaching_cli import put, reach_options
from shouxin.law.register import register

_file_option = click.option(
    "--file", type=click.File("rb"), help="An organisation file instead of the store."
)
_dry_option = click.option("--dry-run", is_flag=True, help="Say what would change, keep nothing.")
_why_option = click.option("--why", default="", help="Why it changes; kept with the version.")


@click.group()
def inventory() -> None:
    """Keep what the organisation holds and does: services, activities, systems, parties, SDKs.

    \b
    Example:
      shouxin inventory load organisation.yaml --dry-run
    """


@inventory.command()
@click.argument("file", type=click.File("rb"))
@_dry_option
@_why_option
@click.option("--base", type=int, help="Refuse where the newest version is another than this.")
def load(file: BinaryIO, dry_run: bool, why: str, base: int | None) -> None:
    """Make an organisation file the newest version of the inventory, unless nothing changes.

    Evidence in it is left to `shouxin organisation load`, which adds it.

    \b
    Example:
      shouxin inventory load organisation.yaml --why "the new app"
    """
    given = _read(file)
    with _kept() as found:
        found.check(given, today())
        _told(found.store.load(given, _author(why), base=base, dry_run=dry_run), dry_run=dry_run)
    if given.evidence:
        say(f"evidence: {len(given.evidence)} not taken; `shouxin organisation load` adds it")


@inventory.command()
@click.option("--version", "number", type=int, help="A version.  [default: the newest]")
def show(number: int | None) -> None:
    """Show the inventory as a file that `load` takes.

    \b
    Example:
      shouxin inventory show > organisation.yaml
    """
    with _kept() as found:
        click.echo(write(found.store.organisation(number)), nl=False)


@inventory.command()
@_file_option
@click.option("--as-of", help="Day, YYYY-MM-DD.  [default: today in Beijing]")
@language_option
@json_option
def check(file: BinaryIO | None, as_of: str | None, language: str, as_json: bool) -> None:
    """Name what falls short and what nobody has recorded, with the provisions.

    Ends with 1 while anything is wrong.

    \b
    Example:
      shouxin inventory check --file organisation.yaml
    """
    on = day(as_of) if as_of else today()
    found, organisation = _asked(file)
    found.check(organisation, on)
    findings = found.findings(organisation, on)
    if as_json:
        put_json(findings)
    else:
        click.echo("\n".join(words.findings(findings, language, called_in(language))))
    if any(one.state == "wrong" for one in findings):
        raise click.exceptions.Exit(1)


@inventory.command()
@_file_option
@reach_options
def reach(*, file: BinaryIO | None, store: str, out: Path | None, language: str, as_json: bool) -> None:
    """Show which tables of the dataset maps a person's identities reach, and along which references.

    Ends with 1 where a table with personal information is not reached.

    \b
    Example:
      shouxin inventory reach --file organisation.yaml --out reached.svg
    """
    _, found = _asked(file)
    put(reaching(found.maps), store=store, out=out, language=language, as_json=as_json)


@inventory.command()
@click.argument("service")
@click.argument("activity")
@_file_option
@json_option
def facts(service: str, activity: str, file: BinaryIO | None, as_json: bool) -> None:
    """Show the facts that follow from an activity, and what the gate and the controls make of them.

    \b
    Example:
      shouxin inventory facts shop orders
    """
    found, organisation = _asked(file)
    known, follows = found.told(organisation, service, activity, today())
    if as_json:
        put_json({"facts": known, "follows": follows})
        return
    put_table(("FACT", "VALUE"), ((name, _value(worth)) for name, worth in sorted(known.items())))
    click.echo()
    put_table(
        ("ACT", "EFFECT", "BY"),
        ((one.act, one.effect, ", ".join(one.prohibited or one.duties)) for one in follows.acts),
    )


@inventory.command()
@_file_option
@click.option(
    "--format", "form", type=click.Choice(list(FORMS)), default="csv", help="CSV, workbook or JSON-LD."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File.  [default: output]")
@language_option
def export(file: BinaryIO | None, form: str, out: Path | None, language: str) -> None:
    """Write the register of processing activities, or with `sdks` the list of SDKs and third parties.

    \b
    Example:
      shouxin inventory export --format xlsx --out register.xlsx
    """
    _, organisation = _asked(file)
    content = exported(organisation, form, language)
    if out is None:
        click.echo(content, nl=False)
        return
    put_file(out, content)


@inventory.command()
@json_option
def versions(as_json: bool) -> None:
    """List the versions of the inventory: who made each, when, from where and why.

    \b
    Example:
      shouxin inventory versions
    """
    with _kept() as found:
        listed = found.store.versions()
    if as_json:
        put_json(listed)
        return
    put_table(
        ("VERSION", "MADE", "BY", "FROM", "UNDOES", "WHY"),
        (
            (
                str(one.number),
                f"{one.made_at:%Y-%m-%d %H:%M}",
                one.who,
                one.origin,
                str(one.undoes or ""),
                one.why,
            )
            for one in listed
        ),
    )


@inventory.command()
@click.argument("before", type=int)
@click.argument("after", type=int, required=False)
@json_option
def diff(before: int, after: int | None, as_json: bool) -> None:
    """Show what distinguishes two versions, field by field; the second is the newest by default.

    \b
    Example:
      shouxin inventory diff 3 4
    """
    with _kept() as found:
        changes = found.store.diff(before, after)
    if as_json:
        put_json(changes)
        return
    for change in changes:
        click.echo(str(change))
        for field in change.fields:
            click.echo(f"  {field.field}: {_value(field.before)} → {_value(field.after)}")


@inventory.command()
@click.argument("version", type=int)
@_dry_option
@_why_option
def undo(version: int, dry_run: bool, why: str) -> None:
    """Bring back what an earlier version said, as a new version.

    \b
    Example:
      shouxin inventory undo 3 --why "loaded by mistake"
    """
    with _kept() as found:
        _told(found.store.undo(version, _author(why), dry_run=dry_run), dry_run=dry_run)


@inventory.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--system", required=True, help="The system whose store it is.")
@_dry_option
@_why_option
def import_(file: BinaryIO, system: str, dry_run: bool, why: str) -> None:
    """Take a dataset map, or a Fides dataset file, into a system of the inventory.

    What of a Fides file has no place in a map is listed.

    \b
    Example:
      shouxin inventory import dataset.yml --system "order database" --dry-run
    """
    with _kept() as found:
        left, changes = found.take(_content(file), file.name, system, _author(why), today(), dry_run=dry_run)
    for one in left:
        say(f"left: {one.where}: {one.key}: {one.why}")
    _told(changes, dry_run=dry_run)


@inventory.command()
@language_option
@json_option
def categories(language: str, as_json: bool) -> None:
    """List the categories of personal information.

    \b
    Example:
      shouxin inventory categories
    """
    from shouxin.connect.categories import categories

    if as_json:
        put_json(categories())
        return
    answers = {True: "yes", False: "no", None: "depends"}
    put_table(
        ("CATEGORY", "SENSITIVE", "DPV", "NAME"),
        (
            (key, answers[one.sensitive], one.dpv, one.label.text(language))
            for key, one in categories().items()
        ),
    )


@contextmanager
def _kept() -> Iterator[Inventory]:
    """Open the store, and the inventory in it."""
    with opened_store() as store:
        yield Inventory(register(), workplace().readings, store.engine)


def _asked(file: BinaryIO | None) -> tuple[Inventory, Organisation]:
    """Return the organisation of a file or of the store."""
    if file:
        return Inventory(register(), workplace().readings), _read(file)
    with _kept() as found:
        return found, found.store.organisation()


def _read(file: BinaryIO) -> Organisation:
    return read(_content(file), where=file.name)


def _content(file: BinaryIO) -> bytes:
    """Return the bytes of a file, of a file that is too large only so many that this shows."""
    return file.read(LARGEST + 1)


def _author(why: str) -> Author:
    return Author(*at_the_terminal(), why)


def _told(changes: tuple[Change, ...], *, dry_run: bool) -> None:
    for change in changes:
        say(str(change))
    if not changes:
        say("nothing changes")
    say("checked, nothing kept" if dry_run else "kept")


def _value(worth: Any) -> str:
    if isinstance(worth, bool):
        return "true" if worth else "false"
    if isinstance(worth, frozenset | list | tuple):
        return ", ".join(sorted(map(str, worth)))
    return "-" if worth is None else str(worth)
