"""``shouxin law import | texts | forget | diff | export``: statute texts in and out."""

from pathlib import Path

import click

from shouxin.duties.command import json_option, language_option, put_json, put_table, say
from shouxin.duties.library.model import DiffReport, ImportedInstrument
from shouxin.duties.library.place import open_library
from shouxin.errors import InputError
from shouxin.law.register import register


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--encoding", help="Encoding of the file, where it is not UTF-8: gb18030, big5, utf-16.")
@click.option("--dry-run", is_flag=True, help="Report what would be imported and keep nothing.")
@json_option
def import_(files: tuple[str, ...], encoding: str | None, dry_run: bool, as_json: bool) -> None:
    """Read statute texts as people have them, and keep them in the store.

    Reports what was recognised and what could not be placed; ends with 1 where something could not.

    \b
    Example:
      shouxin law import --dry-run statute.txt
    """
    from shouxin.duties.library.files import read_limited

    found: list[ImportedInstrument] = []
    contents = [(name, read_limited(name)) for name in files]
    with open_library(needs_store=not dry_run) as library:
        for name, data in contents:
            say(f"reading {click.format_filename(name)} ({len(data):,} bytes)")
            report = library.import_file(data, name=Path(name).name, encoding=encoding, dry_run=dry_run)
            found += report.instruments
    if as_json:
        put_json({"instruments": found})
    else:
        _show_import(found)
    if any(item.unplaced for item in found):
        raise click.exceptions.Exit(1)


def _show_import(found: list[ImportedInstrument]) -> None:
    head = ("INSTRUMENT", "LANGUAGE", "ARTICLES", "MATCHED", "UNPLACED", "KEPT AS", "TITLE")
    rows = (
        (
            item.instrument or "(not in the register)",
            item.language,
            str(item.articles),
            str(item.matched),
            str(len(item.unplaced)),
            f"{item.version}{'' if item.stored else ' (was there)'}" if item.version else "(dry run)",
            item.title,
        )
        for item in found
    )
    put_table(head, rows)
    for item in found:
        name = item.instrument or item.title
        for text in item.unplaced:
            say(f"{name}: could not be placed: {text[:200]}")
        for gap in item.gaps:
            say(f"{name}: missing in the text: {gap}")
        if item.without_text:
            say(f"{name}: provisions without a text of their own: {', '.join(item.without_text)}")
        if item.set_aside:
            aside = ", ".join(f"{kind} ({size} characters)" for kind, size in item.set_aside)
            say(f"{name}: kept apart as no part of the articles: {aside}")


@click.command()
@click.argument("instrument", required=False)
@json_option
def texts(instrument: str | None, as_json: bool) -> None:
    """List the statute texts that are kept in the store, newest first.

    \b
    Example:
      shouxin law texts pipl
    """
    if instrument:
        register().instrument(instrument)
    with open_library(needs_store=True) as library:
        found = library.versions(instrument)
    if as_json:
        put_json(found)
        return
    head = ("VERSION", "INSTRUMENT", "LANGUAGE", "IMPORTED", "FROM", "TITLE")
    rows = (
        (
            str(item.id),
            item.instrument or "-",
            item.language,
            f"{item.imported_at:%Y-%m-%d %H:%M}",
            item.source_name,
            item.title,
        )
        for item in found
    )
    put_table(head, rows)


@click.command()
@click.argument("version", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(version: int, yes: bool) -> None:
    """Take one imported text out of the store; the provisions stay as they are.

    \b
    Example:
      shouxin law forget 3
    """
    with open_library(needs_store=True) as library:
        kept = library.version(version)
        if not yes:
            click.confirm(
                f'remove version {version}, "{kept.title}" ({kept.language})?', abort=True, err=True
            )
        library.forget(version)
    say(f"version {version} is removed; import its file again to bring it back")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--encoding", help="Encoding of the files, where it is not UTF-8: gb18030, big5, utf-16.")
@click.option("--all", "everything", is_flag=True, help="Show the articles that did not change as well.")
@json_option
def diff(old: str, new: str, encoding: str | None, everything: bool, as_json: bool) -> None:
    """Compare two texts of one instrument: version numbers of kept texts, or files.

    Lists what changed article by article and the provisions that need another look; ends with 1
    where anything changed.

    \b
    Example:
      shouxin law diff 3 new-statute.txt
    """
    sides = [_side(text) for text in (old, new)]
    with open_library(needs_store=any(isinstance(side, int) for side in sides)) as library:
        report = library.compare(sides[0], sides[1], encoding=encoding)
    if as_json:
        put_json(report)
    else:
        _show_diff(report, everything=everything)
    if any(kind != "same" for kind in report.counts):
        raise click.exceptions.Exit(1)


def _side(text: str) -> "int | tuple[str, bytes]":
    from shouxin.duties.library.files import read_limited

    return int(text) if text.isdecimal() and text.isascii() else (Path(text).name, read_limited(text))


def _show_diff(report: DiffReport, *, everything: bool) -> None:
    marks = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
    for change in report.changes:
        if change.kind == "same" and not everything:
            continue
        place = change.old or change.new
        arrow = f" → {change.new}" if change.old and change.new and change.old != change.new else ""
        click.echo(f"{place}{arrow}  {change.kind}")
        if change.spans:
            words = "".join(f"{marks[span.kind][0]}{span.text}{marks[span.kind][1]}" for span in change.spans)
            click.echo(f"  {words}")
        if change.kind != "same" and change.provisions:
            click.echo(f"  look again at: {', '.join(change.provisions)}")
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(report.counts.items()))
    name = report.instrument or "not in the register"
    say(f"{name}: {counts}; {len(report.review)} provisions to look at again")


@click.command()
@click.argument("instrument", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["akn", "dpv"]),
    required=True,
    help="akn: Akoma Ntoso 3.0 XML; dpv: JSON-LD.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; without INSTRUMENT, the folder for all."
)
@language_option
def export(instrument: str | None, form: str, out: Path | None, language: str) -> None:
    """Write an instrument in a format of the field; without INSTRUMENT all of them into a folder.

    Akoma Ntoso holds the imported text in the chosen language where one is kept, else the summaries.

    \b
    Example:
      shouxin law export pipl --format akn --out pipl.xml
    """
    from shouxin.duties.library.files import write_whole

    if instrument is None and out is None:
        raise InputError(
            "export-where", "all instruments do not fit one output", remedy="name a folder: --out exported/"
        )
    names = [instrument] if instrument else [item.instrument for item in register().instruments]
    with open_library(needs_store=False) as library:
        made = [library.export(form, name, language) for name in names]
    if out is None:
        click.echo(made[0].content, nl=False)
        return
    for item in made:
        path = out if instrument else out / item.file_name
        write_whole(path, item.content)
        say(f"wrote {path}")


TEXT_COMMANDS = (import_, texts, forget, diff, export)
"""The commands that ``shouxin law`` has besides those that only read the register."""
