"""``shouxin inspect``: packs of evidence for inspections, self-checks, social-responsibility reports."""

from datetime import datetime
from pathlib import Path

import click

from shouxin.duties.access.place import proven
from shouxin.duties.access.service import SYSTEM_KEY
from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    language_option,
    output,
    put_json,
    put_table,
    say,
)
from shouxin.duties.inspection.model import KINDS, PARTS, Asked, Inspection
from shouxin.duties.inspection.place import Opened, opened
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the pack (ZIP) here.")
@click.option("--name", help="Name of the inspection or report.")
@click.option(
    "--kind", type=click.Choice(KINDS), default="inspection", show_default=True, help="What is made."
)
@click.option("--authority", default="", help="The authority that inspects.")
@click.option("--basis", default="", help="Provision by which it is demanded: pipl:art_63__para_1__item_2.")
@click.option("--from", "since", type=_DAY, help="First day of the period (Beijing).")
@click.option("--to", "until", type=_DAY, help="Last day of the period (Beijing).")
@click.option("--scope", "parts", type=click.Choice(PARTS), multiple=True, help="What it holds.  [evidence]")
@click.option("--service", "services", multiple=True, help="Only this service; may be repeated.")
@click.option("--as", "account", default="", help="Your account; a self-check needs none.")
@click.option("--checkpoint", type=click.IntRange(min=0), help="Under the checkpoint of so many entries.")
@click.option("--dry-run", is_flag=True, help="Say what the pack would hold, and write nothing.")
@language_option
@json_option
@click.pass_context
def inspect(
    context: click.Context,
    out: Path | None,
    name: str | None,
    kind: str,
    authority: str,
    basis: str,
    since: datetime | None,
    until: datetime | None,
    parts: tuple[str, ...],
    services: tuple[str, ...],
    account: str,
    checkpoint: int | None,
    dry_run: bool,
    language: str,
    as_json: bool,
) -> None:
    """Make a pack of evidence that a stranger can check offline.

    What goes to an authority or to the public needs a provision and the word of a second person: called for
    the first time this asks for it and ends with 1; called again in the same words after the approval it
    writes the pack. Who asks proves it with the password of --as.

    \b
    Example:
      shouxin inspect --kind self-check --name 2026 --from 2026-01-01 --to 2026-12-31 --out self-check.zip
    """
    if context.invoked_subcommand:
        return
    if not (name and since and until and (out or dry_run)):
        raise click.UsageError("give --name, --from, --to and --out, or see shouxin inspect --help")
    plain = {
        "kind": kind,
        "name": name,
        "authority": authority,
        "basis": basis,
        "parts": parts or ("evidence",),
    }
    asked = _asked(plain | {"services": services, "since": since.date(), "until": until.date()})
    with opened() as at:
        found, actor = _agreed(at, asked, account)
        if found.state != "given":
            call = f"shouxin inspect approve {found.number} --as NAME"
            say(f"inspection {found.number} waits for another person: {call}")
            raise click.exceptions.Exit(1)
        if dry_run or out is None:
            pack = at.inspections.preview(found.number, checkpoint)
            put_json(pack) if as_json else say(
                f"{len(pack.items):,} items under {pack.entries:,} signed entries"
            )
            return
        with output(out) as file:
            made = at.inspections.write(found.number, file, language, actor, checkpoint)
    if as_json:
        put_json(made)
    say(f"written to {out}: {made.size:,} bytes; SHA-256 of the manifest {made.digest}")


@inspect.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the inspections, the newest first.

    \b
    Example:
      shouxin inspect list
    """
    with opened() as at:
        found = at.inspections.list(SYSTEM_KEY)
    if as_json:
        put_json(found)
        return
    put_table(
        ("NUMBER", "KIND", "STATE", "FROM", "TO", "NAME"),
        (
            (
                str(one.number),
                one.asked.kind,
                one.state,
                str(one.asked.since),
                str(one.asked.until),
                one.asked.name,
            )
            for one in found
        ),
    )


@inspect.command()
@click.argument("number", type=int)
@click.option("--as", "account", required=True, help="Your account; its password is asked for.")
@click.option("--reason", required=True, help="Why.")
@click.option("--refuse", is_flag=True, help="Refuse it instead.")
def approve(number: int, account: str, reason: str, refuse: bool) -> None:
    """Approve an inspection that another person asked for, or refuse it.

    \b
    Example:
      shouxin inspect approve 3 --as "Made-up Name" --reason "letter of 2026-05-02 seen"
    """
    with opened() as at:
        by = proven(at.access, account)
        actor = Actor(by.id, "cli")
        found = at.inspections.decide(number, by, actor, give=not refuse, reason=reason)
    say(f"inspection {number}: {found.state}")


def _agreed(at: Opened, asked: Asked, account: str) -> tuple[Inspection, Actor]:
    """Return the inspection in these words, asked for now where it was not before, and who acts."""
    if asked.kind == "self-check":
        actor = at_the_terminal()
    elif account:
        by = proven(at.access, account)
        by.require("inspection.ask")
        actor = Actor(by.id, "cli")
    else:
        raise InputError(
            "inspection-who", "who asks is not said", remedy="give --as and the name of your account"
        )
    return at.inspections.like(asked, actor.who) or at.inspections.ask(asked, actor), actor


def _asked(plain: dict[str, object]) -> Asked:
    import msgspec

    try:
        return msgspec.convert(plain, Asked)
    except msgspec.ValidationError as error:
        raise InputError(
            "inspection-asked", f"this cannot be asked for: {error}", remedy="see --help"
        ) from None
