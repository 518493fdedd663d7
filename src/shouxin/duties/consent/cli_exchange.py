"""``shouxin consent import`` and ``export``: answers from other systems and for them."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, get_args

import click
import msgspec

from shouxin.duties.command import json_option, output, put_json, say
from shouxin.duties.consent import exporting, importing, views
from shouxin.duties.consent.model import Transaction
from shouxin.duties.consent.place import at_the_terminal, letting_out, open_consents, teller_of
from shouxin.duties.consent.service import Line
from shouxin.errors import InputError

_TOLD, _STEP = 20, 50_000
_FORMS: Sequence[importing.Form] = get_args(importing.Form)


class _Refusals:
    """Hears what is refused: the first ones are said, all are counted, and written where a file is named."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self.count = 0

    def __call__(self, one: views.Refused) -> None:
        self.count += 1
        if self.count <= _TOLD:
            say(f"line {one.line}: {one.message} ({one.code}); {one.remedy}")
        if self._file:
            self._file.write(msgspec.json.encode(one) + b"\n")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--form", type=click.Choice(_FORMS), default="csv", show_default=True, help="What wrote it.")
@click.option("--source", help="Where it comes from.  [default: the form]")
@click.option("--notice", help="Address of the version that was shown, where the lines name none.")
@click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help="A column of a CSV file.")
@click.option("--default", "defaults", multiple=True, metavar="FIELD=VALUE", help="What the lines leave out.")
@click.option("--purpose", "purposes", multiple=True, metavar="THEIRS=OURS", help="A purpose of ours.")
@click.option("--dry-run", is_flag=True, help="Do everything and take it back.")
@click.option("--keep-good", is_flag=True, help="Keep what is sound, part by part.")
@click.option(
    "--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Write what is refused here."
)
@json_option
def import_(
    *, file: BinaryIO, form: importing.Form, source: str | None, notice: str | None, columns: tuple[str, ...],
    defaults: tuple[str, ...], purposes: tuple[str, ...], dry_run: bool, keep_good: bool,
    rejects: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Bring in what people answered elsewhere; run again after a break, it goes on where it was.

    Each line is checked like an answer of today, but may be older than the notice. Ends with 1 where a
    line was refused.

    \b
    Example:
      shouxin consent import old.csv --notice 3f9c… --column person=user_id --dry-run
    """
    choice = importing.Choice(
        form=form,
        source=source or form,
        columns=_pairs(columns, "--column"),
        defaults=_pairs(defaults, "--default") | ({"notice": notice} if notice else {}),
        purposes=_pairs(purposes, "--purpose"),
    )
    with ExitStack() as stack:
        refusals = _Refusals(stack.enter_context(output(rejects)) if rejects else None)
        consents = stack.enter_context(open_consents())
        who = teller_of(at_the_terminal())._replace(source=choice.source)
        lines = _progress(importing.reports(file, choice))
        if keep_good and not dry_run:
            made = consents.many(lines, who, refusals)
        else:
            made = consents.whole(lines, who, keep=not dry_run, tell=refusals)
    kept = not dry_run and (keep_good or not refusals.count)
    if as_json:
        counts = {"recorded": made.recorded, "repeated": made.repeated, "refused": refusals.count}
        put_json(counts | {"kept": kept, "dry_run": dry_run})
    else:
        what = f"{made.recorded:,} new, {made.repeated:,} known, {refusals.count:,} refused"
        say(f"{what}: {'kept' if kept else 'nothing was kept'}")
    if refusals.count:
        raise click.exceptions.Exit(1)


@click.command("export")
@click.option("--service", required=True, help="The service, as its notices name it.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@click.option("--form", type=click.Choice(["csv", "27560"]), default="csv", show_default=True)
@click.option("--reason", required=True, help="Why it is exported; kept in the ledger.")
@click.option("--approval", type=int, help="Number of the approval; few people need none, as was set.")
@click.option("--as", "who", required=True, metavar="NAME", help="Your account; its password is asked for.")
def export(
    *, service: str, out: Path, form: exporting.Form, reason: str, approval: int | None, who: str
) -> None:
    """Write everybody's answers to a file, once a second person approved it (Order 24 art. 13).

    \b
    Example:
      shouxin consent export --service shop --out consents.csv --reason "change of system" \\
        --approval 1 --as "Made-up Name"
    """
    with (
        letting_out(who, approval, place=str(out), matter=f"consents of {service}") as (consents, by, allow),
        output(out) as file,
    ):
        people = consents.exported(service, reason, by, allow)
        count = 0

        def counted() -> Iterator[tuple[str, list[Transaction]]]:
            nonlocal count
            for one in people:
                count += 1
                yield one

        for part in exporting.written(counted(), form, datetime.datetime.now(datetime.UTC)):
            file.write(part)
    say(f"{out}: the answers of {count:,} people")


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs = dict(one.partition("=")[::2] for one in given)
    unknown = sorted(set(pairs) - set(importing.FIELDS)) if option != "--purpose" else []
    if unknown or "" in pairs or any("=" not in one for one in given):
        raise InputError(
            "consent-mapping",
            f"{option} {unknown[0] if unknown else 'NAME=VALUE'}: there is no such field"[:200],
            remedy=f"the fields are: {', '.join(importing.FIELDS)}",
        )
    return pairs


def _progress(lines: Iterator[Line]) -> Iterator[Line]:
    for count, one in enumerate(lines, 1):
        if count % _STEP == 0:
            say(f"{count:,} answers read")
        yield one
