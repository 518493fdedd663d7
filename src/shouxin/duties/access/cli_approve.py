"""``shouxin approve``: what one person asks for and another decides."""

import click

from shouxin.duties.access.model import OPERATIONS, SYSTEM_KEY, Approval, Limit, Operation
from shouxin.duties.access.place import open_access, proven
from shouxin.duties.access.service import Ask
from shouxin.duties.command import json_option, put_json, put_table, say
from shouxin.duties.days import end_of

_operation = click.Choice(OPERATIONS)
_count = click.IntRange(min=1, max=2**53)
_as = click.option(
    "--as", "who", required=True, metavar="NAME", help="Your account; its password is asked for."
)


@click.group()
def approve() -> None:
    """Review exports, copies and destructions in bulk with four eyes (Order 24 art. 13).

    \b
    Example:
      shouxin approve list --state asked
    """


@approve.command("list")
@click.option("--state", type=click.Choice(["asked", "given", "refused", "withdrawn"]), default=None)
@json_option
def list_(state: str | None, as_json: bool) -> None:
    """List what was asked for, newest first.

    \b
    Example:
      shouxin approve list --json
    """
    with open_access() as access:
        found = access.approvals.all(state or "")
    if as_json:
        put_json(found)
        return
    rows = (
        (str(item.id), item.state, item.operation, f"{item.used:,}/{item.people:,}", item.scope)
        for item in found
    )
    put_table(("NO", "STATE", "OPERATION", "PEOPLE", "SCOPE"), rows)


@approve.command()
@click.argument("number", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """Show one approval.

    \b
    Example:
      shouxin approve show 1
    """
    with open_access() as access:
        _put(access.approvals.one(number), as_json=as_json)


@approve.command()
@click.argument("operation", type=_operation)
@click.option("--scope", required=True, help="Which information.")
@click.option("--purpose", required=True, help="What it is for.")
@click.option("--people", type=_count, required=True, help="How many people it touches in all.")
@click.option("--per-day", type=_count, help="How many of them on one day.")
@_as
@json_option
def ask(
    operation: Operation, scope: str, purpose: str, people: int, per_day: int | None, who: str, as_json: bool
) -> None:
    """Ask for an approval; another person decides.

    \b
    Example:
      shouxin approve ask export --scope "orders of 2026" --purpose "tax audit" \\
        --people 5000 --as "Made-up Name"
    """
    wanted = Ask(operation=operation, scope=scope, purpose=purpose, people=people, per_day=per_day)
    with open_access() as access:
        _put(access.approvals.ask(proven(access, who), "cli", wanted), as_json=as_json)


@approve.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is approved.")
@click.option("--measures", required=True, help="How the information is kept from leaking.")
@click.option("--until", required=True, metavar="DAY", help="Last day of the approval.")
@_as
@json_option
def give(number: int, reason: str, measures: str, until: str, who: str, as_json: bool) -> None:
    """Approve what another person asked for.

    \b
    Example:
      shouxin approve give 1 --reason "needed by law" --measures "encrypted disk" \\
        --until 2027-06-30 --as "Made-up Name"
    """
    with open_access() as access:
        by = proven(access, who)
        made = access.approvals.decide(
            by, "cli", number, give=True, reason=reason, measures=measures, until=end_of(until)
        )
        _put(made, as_json=as_json)


@approve.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is refused.")
@_as
@json_option
def refuse(number: int, reason: str, who: str, as_json: bool) -> None:
    """Refuse what another person asked for.

    \b
    Example:
      shouxin approve refuse 1 --reason "too much" --as "Made-up Name"
    """
    with open_access() as access:
        _put(
            access.approvals.decide(proven(access, who), "cli", number, give=False, reason=reason),
            as_json=as_json,
        )


@approve.command()
@click.argument("operation", type=_operation)
@click.option("--bulk-from", type=_count, help="From how many people an approval is needed.")
@click.option("--people", type=_count, help="The most people one approval may cover.")
@click.option("--per-day", type=_count, help="The most people a day one approval may cover.")
def limit(operation: Operation, bulk_from: int | None, people: int | None, per_day: int | None) -> None:
    """Set the organisation's limits for an operation; what is not given is not set.

    \b
    Example:
      shouxin approve limit export --bulk-from 100 --people 50000
    """
    wanted = Limit(operation=operation, bulk_from=bulk_from, people=people, per_day=per_day)
    with open_access() as access:
        access.approvals.set_limit(SYSTEM_KEY, "cli", wanted)
    say("the limit is set")


def _put(item: Approval, *, as_json: bool) -> None:
    if as_json:
        put_json(item)
        return
    lines = [
        f"{item.id}  {item.operation}  {item.state}",
        f"scope     {item.scope}",
        f"purpose   {item.purpose}",
        f"people    {item.used:,} of {item.people:,}"
        + (f", {item.used_today:,} of {item.per_day:,} today" if item.per_day else ""),
        f"asked by  {item.asked_by} on {item.asked_at:%Y-%m-%d}",
    ]
    if item.decided_by:
        lines.append(f"decided   by {item.decided_by}: {item.reason}")
    if item.measures:
        lines.append(f"measures  {item.measures}")
    if item.until:
        lines.append(f"until     {item.until:%Y-%m-%d %H:%M} UTC")
    click.echo("\n".join(lines))
