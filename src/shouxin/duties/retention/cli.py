"""``shouxin retention``: what is past its keeping time is found, approved, carried out."""

import click

from shouxin.connect.survey import Part
from shouxin.duties.command import at_the_terminal, json_option, put_json, put_table, say
from shouxin.duties.days import end_of, today
from shouxin.duties.retention.model import Overdue, Run
from shouxin.duties.retention.place import acting, open_retention

_number = click.argument("number", type=int, metavar="RUN")
_as = click.option(
    "--as", "who", required=True, metavar="NAME", help="Your account; its password is asked for."
)


@click.command()
@click.option("--as", "who", metavar="NAME", help="Your account; its password is asked for.")
@click.option("--dry-run", is_flag=True, help="Show what is over, open no run.")
@json_option
def find(*, who: str | None, dry_run: bool, as_json: bool) -> None:
    """Find what is past its keeping time in every store, and ask another person to approve that it goes.

    \b
    Example:
      shouxin retention find --dry-run
    """
    if dry_run:
        with open_retention() as retention:
            found = retention.look(today())
        if as_json:
            put_json(found)
        else:
            _put_overdue(found)
        return
    if not who:
        raise click.UsageError("say who asks with --as NAME, or only look with --dry-run")
    with acting(who) as (retention, by):
        _put(retention.find(today(), by, "cli"), as_json=as_json)


@click.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@json_option
def list_(limit: int, as_json: bool) -> None:
    """List the runs, the newest first.

    \b
    Example:
      shouxin retention list --json
    """
    with open_retention() as retention:
        found = retention.list(limit=limit)
    if as_json:
        put_json(found)
        return
    rows = (
        (str(one.number), str(one.as_of), one.state, f"{one.rows:,}", str(one.approval or "-"))
        for one in found
    )
    put_table(("RUN", "AS OF", "STATE", "ROWS", "APPROVAL"), rows)


@click.command()
@_number
@json_option
def show(number: int, as_json: bool) -> None:
    """Show a run: what was found, who decided on it, how far it is carried out.

    \b
    Example:
      shouxin retention show 1
    """
    with open_retention() as retention:
        _put(retention.show(number), as_json=as_json)


@click.command()
@_number
@click.option("--digest", required=True, help="The digest of the run as it was read.")
@click.option("--reason", required=True, help="Why it is decided so.")
@click.option("--measures", default="", help="How the information is kept from leaking.")
@click.option("--until", default="", metavar="DAY", help="Last day on which it may be carried out.")
@click.option("--refuse", is_flag=True, help="Refuse it instead.")
@_as
@json_option
def approve(
    *, number: int, digest: str, reason: str, measures: str, until: str, refuse: bool, who: str, as_json: bool
) -> None:
    """Approve a run as another person than the one who asked (Order 24 art. 13), or refuse it.

    \b
    Example:
      shouxin retention approve 1 --digest 5f0c… --reason "their time is over" \\
        --measures "no copy is made" --until 2027-06-30 --as "Made-up Name"
    """
    with acting(who) as (retention, by):
        made = retention.decide(
            number,
            digest,
            by,
            "cli",
            give=not refuse,
            reason=reason,
            measures=measures,
            until=end_of(until),
        )
    _put(made, as_json=as_json)


@click.command()
@_number
@click.option("--dry-run", is_flag=True, help="Do it all, and take it back.")
@json_option
def run(*, number: int, dry_run: bool, as_json: bool) -> None:
    """Carry an approved run out, one transaction a store; after a break the same command goes on.

    \b
    Example:
      shouxin retention run 1 --dry-run
    """
    with open_retention() as retention:
        made = retention.run(number, today(), at_the_terminal(), dry_run=dry_run)
    _put(made, as_json=as_json)
    if not dry_run and made.state != "done":
        raise click.exceptions.Exit(1)


def _put(found: Run, *, as_json: bool) -> None:
    if as_json:
        put_json(found)
        return
    click.echo(f"run {found.number}  {found.state}  {found.digest}")
    if found.reason:
        click.echo(f"{found.decided_by}: {found.reason}")
    _put_overdue(found.overdue)
    if found.tasks:
        rows = ((task.store, task.state, task.problem or "-", str(task.entry or "-")) for task in found.tasks)
        put_table(("STORE", "STATE", "PROBLEM", "ENTRY"), rows)


def _put_overdue(found: Overdue) -> None:
    rows = [_row(one.store, part) for one in found.surveys for part in one.parts]
    if rows:
        put_table(("TABLE", "ROWS", "ACT", "OVER SINCE", "BECAUSE"), rows)
    for problem in found.problems:
        say(f"{problem.where}: {problem.what}; {problem.remedy} [{problem.code}]")
    if not rows and not found.problems:
        say(f"nothing is past its keeping time on {found.as_of}")


def _row(store: str, part: Part) -> tuple[str, ...]:
    since = str(part.until) if part.until and part.part != "kept" else "-"
    return f"{store}.{part.table}", f"{part.rows:,}", part.act, since, part.because or "-"
