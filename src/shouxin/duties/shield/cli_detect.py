"""``shouxin detect``: what personal information stands where, in files and databases."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from rich.markup import escape

from shouxin.detect import Scanner
from shouxin.detect.kinds import kinds
from shouxin.detect.search import Missed, Search
from shouxin.duties.command import language_option, put_json, put_table, say, workplace
from shouxin.duties.shield import looking
from shouxin.duties.shield.key import fingerprint_key
from shouxin.duties.shield.looking import Line, Summary
from shouxin.errors import InputError

_PLACES = "[PLACE]..."


@click.command()
@click.argument("places", nargs=-1, metavar=_PLACES)
@click.option("--kind", "names", multiple=True, metavar="KIND", help="Only this kind; may repeat.")
@click.option(
    "--min-score", default=0.5, type=click.FloatRange(0, 1), show_default=True, help="How sure at least."
)
@click.option(
    "--include", multiple=True, metavar="PATTERN", help="Only files like this: '*.log'; may repeat."
)
@click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Leave these out: node_modules; may repeat."
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Findings that are known and accepted.")
@click.option("--write-baseline", type=click.Path(path_type=Path), help="Write what is found as a baseline.")
@click.option(
    "--check", is_flag=True, help="End with 1 if anything is found that the baseline does not know."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the findings to this file, as JSON lines."
)
@click.option("--resume", is_flag=True, help="Go on where an interrupted search to the same --out stopped.")
@click.option("--show", is_flag=True, help="Show the values themselves.")
@click.option("--list", "list_kinds", is_flag=True, help="List the kinds that are known.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@language_option
def detect(
    places: tuple[str, ...],
    names: tuple[str, ...],
    min_score: float,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    baseline: Path | None,
    write_baseline: Path | None,
    check: bool,
    out: Path | None,
    resume: bool,
    show: bool,
    list_kinds: bool,
    as_json: bool,
    language: str,
) -> None:
    """Find personal information in files, folders and archives, or in what comes in by "-".

    PLACE is a file, a folder or "-". A finding is a place, a kind and how sure it is; the value is shown
    only with --show. A comment "shouxin:allow" or "shouxin:allow=mobile" on a line of a text file lets what
    stands there be. Ends with 1 if a part could not be looked at.

    \b
    Example:
      shouxin detect exports/ --exclude '*.bak' --baseline known.json --check
    """
    if list_kinds:
        _list(language, as_json=as_json)
        return
    if not places:
        raise InputError(
            "detect-nothing", "nothing is named to look through", remedy='name a file, a folder or "-"'
        )
    if resume and out is None:
        raise InputError("detect-resume", "there is no output to go on with", remedy="name it with --out")
    job = looking.Looking(
        places=tuple(Path(place) for place in places if place != "-"),
        include=include,
        exclude=exclude,
        baseline=looking.read_baseline(baseline) if baseline else frozenset(),
    )
    search = Search(Scanner(names or None, min_score=min_score).spans, fingerprint_key(workplace().data), show=show)
    journal = looking.Journal(out, resume=resume) if out else None
    kept: list[Line] = []

    def sink(result: Line | Missed) -> None:
        if isinstance(result, Missed):
            what = result.unscanned
            place = " ".join(part for part in (result.file, what.path) if part)
            say(f"shouxin: not looked at: {place}: {what.why} [{what.code}]")
            return
        if write_baseline:
            kept.append(result)
        if journal:
            journal.put(result)
        if as_json:
            click.echo(msgspec.json.encode(result))
        elif not journal:
            click.echo(_shown(result, language))

    with _progress() as advance:
        summary = looking.look(job, search, sink, advance, journal)
        if "-" in places:
            looking.look_at_input(sys.stdin.buffer, job, search, sink, summary)
    if journal:
        journal.close()
    if write_baseline:
        looking.write_baseline(write_baseline, kept)
    _tell(summary)
    if summary.unscanned or (check and summary.new):
        raise click.exceptions.Exit(1)


def _shown(line: Line, language: str) -> str:
    """Write a finding in one line: where, what, how sure, and the value only if it is there."""
    place = f"{line.file}:{line.path}" if line.path else line.file
    called = kinds()[line.type].label[language]
    words = f"{place}:{line.start}-{line.end}  {line.type} ({called})  {line.score:.2f}"
    return f"{words}  {line.value}" if line.value is not None else words


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
    say(
        f"{summary.new:,} findings{known} in {summary.files:,} files, "
        f"{summary.bytes / 1e6:,.1f} MB, {summary.seconds:.1f} s ({rate:,.0f} MB/s)"
    )
    if summary.unscanned:
        say(f"{summary.unscanned:,} parts were not looked at")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Show the file that is being looked through on standard error while the work lasts."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    files, size = 0, 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(path: str, more: int) -> None:
            nonlocal files, size
            files, size = files + 1, size + more
            bar.update(task, description=f"{files:,} files, {size / 1e6:,.0f} MB: {escape(path[-60:])}")

        yield advance
