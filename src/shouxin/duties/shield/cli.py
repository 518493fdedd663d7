"""``shouxin protect``: files and tables of databases, by a policy."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from shouxin.duties.command import called_in, json_option, language_option, put_json, say, workplace
from shouxin.duties.shield import inputs
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.protect.encodings import Encoding
    from shouxin.protect.files import Job
    from shouxin.protect.protector import Protector

_PATH = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("source", metavar="PATH|URL|-")
@click.option(
    "--policy", "policy_name", metavar="FILE|NAME", required=True,
    help="What is done to which type: a file (see the docs), or mask, redact, generalise.",
)  # fmt: skip
@click.option(
    "--out", default="-", help="Where the result goes: a file, or - for standard output.  [default: -]"
)
@click.option("--findings", type=_PATH, help="What was found in a text: JSON lines of type, start, end.")
@click.option("--keys", "key_path", type=_PATH, help="File of keys (shouxin keys new).")
@click.option("--scope", help="Keeps pseudonyms and tokens of recipients apart.  [default: the policy's]")
@click.option(
    "--person", metavar="COLUMN", help="The column (or key) that tells people apart, to shift dates."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "csv", "tsv", "parquet"]),
    help="What the file is.  [default: by its name]",
)  # fmt: skip
@click.option(
    "--encoding", type=click.Choice(["utf-8", "gb18030", "utf-16"]),
    help="How the text is written; the result too.  [default: found by its first bytes]",
)  # fmt: skip
@click.option("--table", help="The table, where the source is a database.")
@click.option("--apply", is_flag=True, help="Change the database; without it the plan is shown.")
@click.option("--restore", is_flag=True, help="Turn encrypted, token and shift columns of a table back.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--explain", is_flag=True, help="Say which word of the policy decided, and which articles.")
@language_option
@json_option
def protect(
    source: str,
    policy_name: str,
    out: str,
    findings: Path | None,
    key_path: Path | None,
    scope: str | None,
    person: str | None,
    form: str | None,
    encoding: "Encoding | None",
    table: str | None,
    apply: bool,
    restore: bool,
    force: bool,
    dry_run: bool,
    explain: bool,
    language: str,
    as_json: bool,
) -> None:
    """Protect personal information in a file or a table of a database.

    Text needs findings or the scanner; JSON, CSV and Parquet also the fields that the policy names. A file is
    written whole or not at all; a database is changed in one transaction, after its plan.

    \b
    Example:
      shouxin protect customers.csv --policy policy.yaml --keys keys.json --out shared.csv
      shouxin protect letter.txt --policy mask --explain
    """
    from shouxin.protect import Protector
    from shouxin.protect.files import Job, format_of

    protector = Protector(inputs.rules(policy_name), inputs.keys(key_path), scope=scope)
    if "://" in source:
        _database(source, table, protector, person, language, apply=apply and not dry_run, as_json=as_json)
        return
    given = None if findings is None else inputs.findings(findings)
    job = Job(protector, None if given is not None else inputs.scanner(), given, person, restore)
    _file(
        source, out, job, form or format_of(Path(source)), encoding, language,
        force=force, dry_run=dry_run, explain=explain, as_json=as_json,
    )  # fmt: skip


def _file(
    source: str, out: str, job: "Job", form: str, encoding: "Encoding | None", language: str, *,
    force: bool, dry_run: bool, explain: bool, as_json: bool,
) -> None:  # fmt: skip
    from shouxin.duties.shield import effects, words
    from shouxin.protect.files import protect_stream

    if as_json and out == "-" and not dry_run:
        raise InputError(
            "protect-out",
            "the result and the JSON cannot both go to standard output",
            remedy="give --out FILE",
        )
    with _opened(source, form) as stream, _target(out, force=force, dry_run=dry_run) as target:
        encoding = encoding or inputs.encoding(stream)
        done = protect_stream(stream, target, job, form=form, where=source, encoding=encoding)
    rules = job.protector.rules
    applied = effects.applied(rules, done.changes)
    found = words.Report(
        source, out, rules.profile.standard, not dry_run, done.units, applied, effects.still_personal(applied)
    )
    if as_json:
        put_json(found)
    else:
        say("\n".join(words.report(found, called_in(language), language, explain=explain)))


@contextmanager
def _opened(source: str, form: str) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input; what must be read from its end is read into memory first."""
    if source == "-":
        stream: Any = sys.stdin.buffer
        stream = io.BytesIO(stream.read()) if form == "parquet" else stream
        yield io.BufferedReader(stream, inputs.PROBE)
        return
    try:
        file: Any = Path(source).open("rb", inputs.PROBE)  # noqa: SIM115 - closed below
    except OSError as error:
        raise InputError(
            "protect-file",
            f"the file cannot be read: {error.strerror}",
            where=source,
            remedy="check the path",
        ) from None
    with file:
        yield file


@contextmanager
def _target(out: str, *, force: bool, dry_run: bool) -> Iterator[BinaryIO]:
    """Open where the result goes; a file takes its name only when everything is written."""
    from shouxin.protect.replace import replaced

    if dry_run:
        with Path(os.devnull).open("wb") as nothing:
            yield nothing
        return
    if out == "-":
        stream = sys.stdout.buffer
        with nullcontext(io.BytesIO()) as whole:
            yield whole
        stream.write(whole.getvalue())
        stream.flush()
        return
    path = Path(out)
    if path.exists() and not force:
        raise InputError("protect-out", "the file exists", where=out, remedy="choose another, or say --force")
    with replaced(path) as file:
        yield file


def _database(
    url: str, table: str | None, protector: "Protector", person: str | None, language: str, *,
    apply: bool, as_json: bool,
) -> None:  # fmt: skip
    from shouxin.duties.shield import changing, words
    from shouxin.protect.database import TableJob

    if not table:
        raise InputError("protect-out", "no table is named", remedy="name one: --table customers")
    engine = changing.opened(url)
    schema, _, name = table.rpartition(".")
    try:
        job = TableJob(
            engine, name, protector.rules.policy.fields, protector, schema=schema or None, person=person
        )
        done = changing.change(job, changing.note_of(workplace().data, url, table), apply=apply)
    finally:
        engine.dispose()
    if as_json:
        put_json({"plan": done.plan, "changed": done.rows, "applied": apply, "earlier": done.earlier})
        return
    click.echo("\n".join(words.plan(done.plan, language)))
    if done.earlier:
        say(words.earlier(done.earlier, language))
    label = words.LABELS[language]
    say(f"{label['rows']}: {done.rows}" if apply else f"{label['dry']} (--apply)")
