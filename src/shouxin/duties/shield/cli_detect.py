"""``shouxin detect``: what personal information stands where, in files and databases."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
from rich.markup import escape

from shouxin.detect import Scanner
from shouxin.detect.kinds import kinds
from shouxin.detect.reasons import reasons
from shouxin.detect.search import Missed, Search
from shouxin.detect.sources.database import Database, Sample
from shouxin.detect.sources.piece import Unscanned
from shouxin.duties.command import called_in, language_option, put_json, put_table, say, workplace
from shouxin.duties.shield import looking
from shouxin.duties.shield.key import fingerprint_key
from shouxin.duties.shield.looking import Line, Summary
from shouxin.errors import InputError

_PATH = click.Path(path_type=Path)
_TOLD_AT_ONCE = 1 << 16
"""Bytes of findings, but what comes in by "-" is told at once."""


class _Files(NamedTuple):
    """What is asked of files."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    baseline: Path | None
    write_baseline: Path | None
    check: bool
    out: Path | None
    resume: bool
    show: bool


class _Show(NamedTuple):
    """How findings are told."""

    language: str
    explain: bool
    as_json: bool


def _gathered(name: str, shape: Callable[..., Any], *options: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command options that reach it together, as one value of ``shape`` named ``name``."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(**given: Any) -> Any:
            fields = getattr(shape, "_fields", None) or shape.__struct_fields__  # type: ignore[attr-defined]
            return command(**{name: shape(**{field: given.pop(field) for field in fields})}, **given)

        for option in reversed(options):
            run = option(run)
        return run

    return decorate


_of_files = _gathered(
    "files",
    _Files,
    click.option("--include", multiple=True, metavar="PATTERN", help="Only files like '*.log'; may repeat."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Not node_modules; may repeat."),
    click.option("--baseline", type=_PATH, help="Findings that are known and accepted."),
    click.option("--write-baseline", type=_PATH, help="Write what is found as a baseline."),
    click.option("--check", is_flag=True, help="End with 1 if there is what the baseline does not know."),
    click.option("--out", type=_PATH, help="Write the findings to this file, as JSON lines."),
    click.option(
        "--resume", is_flag=True, help="Go on where an interrupted search to the same --out stopped."
    ),
    click.option("--show", is_flag=True, help="Show the values themselves."),
)
_of_databases = _gathered(
    "sample",
    Sample,
    click.option("--schema", "schemas", multiple=True, help="Of a database, this schema; may repeat."),
    click.option("--rows", default=1000, type=click.IntRange(1), show_default=True, help="Of each table."),
    click.option("--seed", default=0, show_default=True, help="The same seed, the same rows."),
    click.option("--timeout", default=30.0, show_default=True, help="Seconds a statement may take."),
)


@click.command()
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option("--kind", "names", multiple=True, metavar="KIND", help="Only this kind; may repeat.")
@click.option("--min-score", default=0.5, type=float, show_default=True, help="How sure at least.")
@_of_files
@_of_databases
@click.option("--map", "map_path", type=_PATH, help="Of a database, write a draft of its map.")
@click.option("--explain", is_flag=True, help="Say for each finding what spoke for it, with its weight.")
@click.option("--list", "list_kinds", is_flag=True, help="List the kinds that are known.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@language_option
def detect(
    places: tuple[str, ...],
    names: tuple[str, ...],
    min_score: float,
    files: _Files,
    sample: Sample,
    map_path: Path | None,
    explain: bool,
    list_kinds: bool,
    as_json: bool,
    language: str,
) -> None:
    """Find personal information in files, folders, archives and databases, or in what comes in by "-".

    PLACE is a file, a folder, "-", or by itself the address of a database, of which a sample of every table
    is judged column by column. A finding is a place, a kind and how sure it is; the value is shown only with
    --show. A comment "shouxin:allow" or "shouxin:allow=mobile" on a line of a text file lets what stands
    there be. Ends with 1 if a part could not be looked at.

    \b
    Example:
      shouxin detect exports/ --exclude '*.bak' --baseline known.json --check
      shouxin detect letter.txt --explain
      shouxin detect postgresql:///shop --schema public --map shop.yaml
    """
    if list_kinds:
        _list(language, as_json=as_json)
        return
    scanner = Scanner(names or None, min_score=min_score)
    store = _store(places, map_path)
    if store:
        _database(store, sample, map_path, names, _Show(language, explain=explain, as_json=as_json))
        return
    job = looking.Looking(
        places=tuple(Path(place) for place in places if place != "-"),
        include=files.include,
        exclude=files.exclude,
        baseline=looking.read_baseline(files.baseline) if files.baseline else frozenset(),
    )
    why = functools.partial(reasons, scanner) if explain else None
    search = Search(scanner.spans, fingerprint_key(workplace().data), show=files.show, why=why)
    how = _Show(language, explain=explain, as_json=as_json)
    summary = _look(job, search, files, how, given="-" in places)
    _tell(summary)
    if summary.unscanned or (files.check and summary.new):
        raise click.exceptions.Exit(1)


def _store(places: Sequence[str], map_path: Path | None) -> str:
    """Return the address of the database that is meant, or ""; raise InputError for what does not fit."""
    if not places:
        raise InputError("detect-nothing", "no place is named", remedy='name a file, a folder or "-"')
    stores = [place for place in places if "://" in place]
    if stores and len(places) > 1:
        raise InputError("detect-places", "a database is looked at by itself", remedy="name it alone")
    if map_path and not stores:
        raise InputError("detect-places", "only a database has a map", remedy="give its address")
    return stores[0] if stores else ""


def _look(job: looking.Looking, search: Search, files: _Files, how: _Show, *, given: bool) -> Summary:
    """Look through files, and standard input where it is ``given``; tell and write what is found."""
    if files.resume and files.out is None:
        raise InputError("detect-resume", "there is no output to go on with", remedy="name it with --out")
    journal = looking.Journal(files.out, resume=files.resume) if files.out else None
    kept: set[looking.Known] = set()
    told = bytearray()

    def sink(result: Line | Missed) -> None:
        if isinstance(result, Missed):
            _gap(result.unscanned, result.file)
            return
        if files.write_baseline:
            kept.add(result.known)
        if journal:
            journal.put(result)
        if how.as_json:
            told.extend(msgspec.json.encode(result) + b"\n")
        elif not journal:
            told.extend((_shown(result, how) + "\n").encode("utf-8", "replace"))
        if given or len(told) > _TOLD_AT_ONCE:
            _out(told)

    with _progress() as advance:
        summary = looking.look(job, search, sink, advance, journal)
        if given:
            looking.look_at_input(sys.stdin.buffer, job, search, sink, summary)
    _out(told)
    if journal:
        journal.close()
    if files.write_baseline:
        looking.write_baseline(files.write_baseline, kept)
    return summary


def _out(told: bytearray) -> None:
    """Write what was told to standard output, and forget it."""
    stream = sys.stdout.buffer
    stream.write(told)
    stream.flush()
    told.clear()


def _gap(gap: Unscanned, file: str = "") -> None:
    """Say that a part was not looked at, on standard error."""
    place = " ".join(part for part in (file, gap.path) if part)
    say(f"shouxin: not looked at: {place}: {gap.why} [{gap.code}]")


def _database(url: str, sample: Sample, map_path: Path | None, names: Sequence[str], how: _Show) -> None:
    """Judge the columns of a database, write the draft of its map; end with 1 where a part was not seen."""
    from shouxin.duties.shield import mapping

    with Database(url, sample) as database, _progress("tables") as advance:
        results = list(mapping.columns(database, advance))
        if map_path:
            looking.write_whole(map_path, mapping.draft(database, database.name, results).encode())
    gaps = [gap for item in results for gap in ([item] if isinstance(item, Unscanned) else item.unscanned)]
    for gap in gaps:
        _gap(gap)
    for result in results:
        for held in result.held.values() if isinstance(result, mapping.Mapped) else ():
            if not held.type or (names and held.type not in names):
                continue
            told = held.explained() if how.explain else held
            if how.as_json:
                click.echo(msgspec.json.encode(told))
            else:
                called = kinds()[held.type].label[how.language]
                share = f"{held.share:.0%} of {held.cells:,}"
                line = f"{held.path}  {held.type} ({called})  {share}  {held.score:.2f}"
                click.echo(line + _reasons(told.why, how, " × ", ".4g"))
    if gaps:
        raise click.exceptions.Exit(1)


def _shown(line: Line, how: _Show) -> str:
    """Write a finding in one line: where, what, how sure, and the value only if it is there; then why."""
    place = f"{line.file}:{line.path}" if line.path else line.file
    called = kinds()[line.type].label[how.language]
    words = f"{place}:{line.start}-{line.end}  {line.type} ({called})  {line.score:.2f}"
    value = f"  {line.value}" if line.value is not None else ""
    return words + value + _reasons(line.why, how, "  ", "+.4g")


def _reasons(why: Mapping[str, float] | None, how: _Show, between: str, form: str) -> str:
    """Write the evidence with its weights on a line of its own; "" where it was not asked for."""
    if not why:
        return ""
    called = called_in(how.language)
    parts = (
        f"{called(word.replace(' ', '_'), 'detect_why')} {weight:{form}}"
        for word, weight in why.items()
        if weight
    )
    return "\n    " + between.join(parts)


def _list(language: str, *, as_json: bool) -> None:
    """List the kinds with what they are."""
    if as_json:
        put_json([{"type": name, **msgspec.to_builtins(kind)} for name, kind in kinds().items()])
        return
    put_table(
        ("KIND", "CALLED", "WHAT"),
        ((name, kind.label[language], kind.what[language]) for name, kind in kinds().items()),
    )


def _tell(summary: Summary) -> None:
    """Say what the search came to, on standard error."""
    rate = summary.bytes / summary.seconds / 1e6 if summary.seconds else 0.0
    known = f", {summary.known:,} known" if summary.known else ""
    found = f"{summary.new:,} finding{'s' * (summary.new != 1)}{known}"
    files = f"{summary.files:,} file{'s' * (summary.files != 1)}"
    say(f"{found} in {files}, {summary.bytes / 1e6:,.1f} MB, {summary.seconds:.1f} s ({rate:,.0f} MB/s)")
    if summary.unscanned:
        say(f"not looked at: {summary.unscanned:,}")


@contextmanager
def _progress(what: str = "files") -> Iterator[Callable[[str, int], None]]:
    """Show the file that is being looked through on standard error while the work lasts."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    files, size = 0, 0
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("", total=None)

        def advance(path: str, more: int) -> None:
            nonlocal files, size
            files, size = files + 1, size + more
            bar.update(task, description=f"{files:,} {what}, {size / 1e6:,.0f} MB: {escape(path[-60:])}")

        yield advance
