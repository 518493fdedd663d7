"""``shouxin incident``: what happened, to whom, how grave it is, and who was told."""

import sys
from collections.abc import Sequence
from typing import BinaryIO, cast, get_args

import click

from shouxin.duties.cases.cli import Told, step_options
from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    language_option,
    put_json,
    put_table,
    say,
)
from shouxin.duties.days import day as a_day
from shouxin.duties.days import today
from shouxin.duties.incident import words
from shouxin.duties.incident.forms import search
from shouxin.duties.incident.gateway import gateway
from shouxin.duties.incident.model import Account, Party, Report
from shouxin.duties.incident.place import open_incidents
from shouxin.duties.incident.service import read
from shouxin.law.register import register

_number = click.argument("number", type=int, metavar="INCIDENT")
_party = click.argument("party", type=click.Choice(get_args(Party)))
_file = click.argument("file", type=click.File("rb"))
_ALL = 2**62


@click.group()
def incident() -> None:
    """Keep incidents: record, weigh, move on, tell authorities and people.

    \b
    Example:
      shouxin incident list
    """


@incident.command()
@_file
@language_option
@json_option
def record(file: BinaryIO, language: str, as_json: bool) -> None:
    """Put an incident on record from a YAML or JSON file (docs/incidents.md); its clocks begin to run.

    \b
    Example:
      shouxin incident record leak.yaml
    """
    given = cast("Report", read(file.read(), Report, where=file.name))
    with open_incidents() as incidents:
        found = incidents.record(given, today(), at_the_terminal())
    _put(found, words.whole(found, language), as_json=as_json)


@incident.command()
@_number
@_file
@click.option("--base", type=int, required=True, help="The version of the account that was read.")
@language_option
@json_option
def amend(number: int, file: BinaryIO, base: int, language: str, as_json: bool) -> None:
    """Write a new version of an account from a file.

    \b
    Example:
      shouxin incident amend 1 account.yaml --base 1
    """
    given = cast("Account", read(file.read(), Account, where=file.name))
    with open_incidents() as incidents:
        found = incidents.amend(number, given, base, today(), at_the_terminal())
    _put(found, words.whole(found, language), as_json=as_json)


@incident.command()
@_number
@language_option
@json_option
def show(number: int, language: str, as_json: bool) -> None:
    """Show an incident: account, thresholds, clocks, next steps, notices.

    \b
    Example:
      shouxin incident show 1
    """
    with open_incidents() as incidents:
        found = incidents.show(number, today())
    _put(found, words.whole(found, language), as_json=as_json)


@incident.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@language_option
@json_option
def list_(limit: int, language: str, as_json: bool) -> None:
    """List incidents, the newest first.

    \b
    Example:
      shouxin incident list --json
    """
    with open_incidents() as incidents:
        found = incidents.list(today(), limit=limit)
    if as_json:
        put_json(found)
    else:
        put_table(words.HEAD[language], (words.row(one, language) for one in found))


@incident.command()
@_number
@click.argument("step")
@step_options
@language_option
@json_option
def step(
    number: int,
    step: str,
    told: Told,
    language: str,
    as_json: bool,
) -> None:
    """Take a step of the procedure; `shouxin incident show` names those that may come next.

    \b
    Example:
      shouxin incident step 1 remedy --by processor --record measures="the bucket was closed at 10:00"
    """
    with open_incidents() as incidents:
        given = told.given(step, incidents.facts())
        found = incidents.take(number, given, today(), at_the_terminal())
    _put(found, words.whole(found, language), as_json=as_json)
    if told.dry_run:
        say("checked, nothing changed")


@incident.command()
@_number
@_file
@json_option
def people(number: int, file: BinaryIO, as_json: bool) -> None:
    """Take down whom it touches: a file or - with one reference a line; the same list again changes nothing.

    \b
    Example:
      shouxin incident people 1 affected.txt
    """
    with open_incidents() as incidents:
        found = incidents.add_people(number, file, at_the_terminal())
    _put(found, (f"{found.lines:,} lines, {found.new:,} new, {found.listed:,} on record",), as_json=as_json)


@incident.command("find-people")
@_number
@click.option("--store", required=True, help="A store of the dataset maps.")
@click.option("--identity", required=True, help="By which identity of the map the service calls its people.")
@click.option("--table", "tables", multiple=True, required=True, help="A table that was touched; may repeat.")
@click.option("--column", default="", help="A column with days, for --since and --until.")
@click.option("--since", help="First day, YYYY-MM-DD.")
@click.option("--until", help="Last day, YYYY-MM-DD.")
@click.option("--reason", required=True, help="Why it is looked for; it stands in the ledger.")
@click.option("--dry-run", is_flag=True, help="Count them, take nobody down.")
@json_option
def find_people(
    *,
    number: int,
    store: str,
    identity: str,
    tables: tuple[str, ...],
    column: str,
    since: str | None,
    until: str | None,
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Find whom it touches through a store: rows by category and people counted, then taken down.

    \b
    Example:
      shouxin incident find-people 1 --store shop --identity customer_id --table orders \\
        --column placed_at --since 2025-01-01 --reason "the backup of May" --dry-run
    """
    days = {
        "column": column,
        "since": a_day(since) if since else None,
        "until": a_day(until) if until else None,
    }
    rows = [{"table": one, **days} for one in tables]
    asked = {"store": store, "identity": identity, "rows": rows, "reason": reason, "dry_run": dry_run}
    with open_incidents() as incidents:
        found = incidents.find_people(number, search(asked), at_the_terminal())
    lines = (
        *(f"{name}  {count:,}" for name, count in sorted(found.records.items())),
        f"{found.people:,} people, {found.untold:,} rows tell nobody"
        + (f", {found.taken.new:,} new, {found.taken.listed:,} on record" if found.taken else ""),
    )
    _put(found, lines, as_json=as_json)


@incident.command()
@_number
@_party
@language_option
@json_option
def draft(number: int, party: Party, language: str, as_json: bool) -> None:
    """Show the notice to a party as it follows from the account; ends with 1 where an item is lacking.

    \b
    Example:
      shouxin incident draft 1 individual --lang zh
    """
    with open_incidents() as incidents:
        found = incidents.draft(number, party)
    _put(found, (found.texts.get(language, found.texts["zh"]).rstrip(),), as_json=as_json)
    if found.lacking:
        say(f"lacking: {', '.join(found.lacking)}")
        sys.exit(1)


@incident.command()
@_number
@_party
@click.option("--reference", default="", help="How an authority was told: a letter, a receipt.")
@language_option
@json_option
def tell(number: int, party: Party, reference: str, language: str, as_json: bool) -> None:
    """Give an authority the notice, or fix the one that people will get.

    \b
    Example:
      shouxin incident tell 1 department --reference "letter 12"
    """
    with open_incidents() as incidents:
        found = incidents.issue(number, party, today(), at_the_terminal(), reference)
    _put(found, words.whole(found, language), as_json=as_json)


@incident.command()
@_number
@click.option("--to", "place", default="", help="A folder or an https address.")
@json_option
def send(number: int, place: str, as_json: bool) -> None:
    """Tell the people who were not told yet; after a break the same command goes on.

    \b
    Example:
      shouxin incident send 1 --to /srv/outbox
    """
    with open_incidents() as incidents:
        found = incidents.send(number, gateway(place), today(), at_the_terminal(), _ALL)
    stands = found.delivery
    line = (
        f"{found.handed_out:,} told now; {stands.sent:,} told, {stands.waiting + stands.sending:,} waiting, "
        f"{stands.refused:,} refused, {stands.gone:,} gone"
    )
    _put(found, (line,), as_json=as_json)


@incident.command()
@click.option("--since", required=True, metavar="DAY", help="First day.")
@click.option("--until", metavar="DAY", help="Last day.  [default: today in Beijing]")
@json_option
def figures(since: str, until: str | None, as_json: bool) -> None:
    """Count incidents, people affected and told; exercises are counted apart.

    \b
    Example:
      shouxin incident figures --since 2026-01-01
    """
    with open_incidents() as incidents:
        found = incidents.figures(a_day(since), a_day(until) if until else today())
    lines = [
        f"{found.incidents:,} incidents, {found.open:,} open, {found.exercises:,} exercises",
        f"{found.people:,} people counted, {found.listed:,} on record, {found.told:,} told",
        *(f"  {name}: {count:,}" for name, count in (*found.by_kind.items(), *found.by_state.items())),
    ]
    _put(found, lines, as_json=as_json)


@incident.command()
def asked() -> None:
    """Name the facts that the thresholds ask for, for `facts` of an account.

    \b
    Example:
      shouxin incident asked
    """
    from shouxin.duties.calculate.service import Reckoner
    from shouxin.duties.incident.risk import classes

    rows = ((one.fact, one.unit, one.label.en) for one in Reckoner(register()).asks(classes().question).facts)
    put_table(("FACT", "UNIT", "WHAT IT IS"), rows)


def _put(found: object, lines: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(lines))
