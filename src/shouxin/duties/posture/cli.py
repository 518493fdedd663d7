"""``shouxin posture``, ``shouxin organisation`` and ``shouxin evidence``."""

from datetime import date
from typing import Any, BinaryIO

import click
import msgspec

from shouxin.duties.command import (
    at_the_terminal,
    called_in,
    json_option,
    language_option,
    opened_store,
    put_json,
    put_table,
    say,
    workplace,
)
from shouxin.duties.days import day, today
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Organisation, read, write
from shouxin.duties.notice.service import Notices
from shouxin.duties.posture import seen, words
from shouxin.duties.posture.service import GROUPS, STATES, Judge, chosen
from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.duties.retention.service import carried_on
from shouxin.engine.control import Evidence
from shouxin.errors import InputError
from shouxin.law.register import register


@click.group(invoke_without_command=True)
@click.option("--file", type=click.File("rb"), help="An organisation file instead of the store.")
@click.option("--service", default="", help="Only this service.")
@click.option("--instrument", default="", help="Only this instrument.")
@click.option("--state", type=click.Choice(STATES), help="Only what is in this state.")
@click.option("--by", "group", type=click.Choice(list(GROUPS)), default="urgency", help="How to group.")
@click.option("--as-of", help="Day, YYYY-MM-DD.  [default: today in Beijing]")
@language_option
@json_option
@click.pass_context
def posture(
    context: click.Context,
    file: BinaryIO | None,
    service: str,
    instrument: str,
    state: str | None,
    group: str,
    as_of: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Show where the organisation stands, control by control, and what to do next.

    Every control of the law is asked of the organisation or of each of its services. Ends with 1 while
    anything that applies is not met.

    \b
    Example:
      shouxin posture --file organisation.yaml --by instrument
    """
    if context.invoked_subcommand:
        return
    on = _day(as_of)
    judge = _judge()
    organisation = read(file.read(), where=file.name) if file else _stored()
    if file:
        judge.check(organisation, today())
    found = judge.posture(organisation, on)
    found = chosen(found, service=service, instrument=instrument, state=state or "")
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.posture(found, group, language, called_in(language))))
    if not found.met:
        raise click.exceptions.Exit(1)


@posture.command()
@click.option("--allow-private", is_flag=True, help="Also fetch addresses of private networks.")
@click.option("--dry-run", is_flag=True, help="Look, and keep nothing.")
@json_option
def check(allow_private: bool, dry_run: bool, as_json: bool) -> None:
    """Look at what the system can see for itself: pages, log retention, officer, assessments.

    Pages are fetched from the addresses the organisation gave, over http or https, and what was seen is
    kept as evidence.

    \b
    Example:
      shouxin posture check --dry-run
    """
    judge, on = _judge(), today()
    with opened_store() as store:
        stored = StoredOrganisation(store.engine)
        organisation = stored.organisation()
        notices = Notices(Decider(register(), workplace().readings), register().version, store.engine)
        fetcher = seen.Fetcher(allow_private=allow_private)
        carried = carried_on(store.engine)
        found = seen.look(judge, organisation, on, fetcher, lambda name: notices.standing(name, on), carried)
        if not dry_run:
            stored.add(judge, found, on, at_the_terminal())
    if as_json:
        put_json(found)
    else:
        rows = ((item.provision, item.element, item.service, _shown(item), item.note) for item in found)
        put_table(("PROVISION", "ELEMENT", "SERVICE", "SEEN", "WHAT"), rows)


@click.group()
def organisation() -> None:
    """Keep the organisation's record: facts, services, pages, officer, periods.

    \b
    Example:
      shouxin organisation load organisation.yaml --dry-run
    """


@organisation.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check the file, say what would change, keep nothing.")
def load(file: BinaryIO, dry_run: bool) -> None:
    """Put an organisation file into the store; evidence in it is added, never taken away.

    \b
    Example:
      shouxin organisation load organisation.yaml
    """
    judge, on = _judge(), today()
    given = read(file.read(), where=file.name)
    judge.check(given, on)
    with opened_store() as store:
        stored = StoredOrganisation(store.engine)
        changed = stored.load(judge, given, on, at_the_terminal(), dry_run=dry_run)
    for line in changed or ("nothing changes",):
        say(line)
    say("checked, nothing kept" if dry_run else "kept")


@organisation.command()
def show() -> None:
    """Show the organisation as a file that `load` takes.

    \b
    Example:
      shouxin organisation show > organisation.yaml
    """
    click.echo(write(_stored()), nl=False)


@click.group()
def evidence() -> None:
    """Keep what shows that a control is met: documents, addresses, settings, tests, attestations.

    \b
    Example:
      shouxin evidence list
    """


@evidence.command()
@click.argument("provision")
@click.argument("element")
@click.option("--kind", required=True, help="document, url, configuration, test_result, record, attestation.")
@click.option("--service", default="", help="The service it is about, where the control asks each service.")
@click.option("--reference", default="", help="Where it is: an address, a file's name, a ticket.")
@click.option("--by", default="", help="The person who attests it.")
@click.option("--on", "made", help="Day it was made.  [default: today in Beijing]")
@click.option("--until", help="Last day it counts.")
@click.option("--absent", is_flag=True, help="It was looked for and is not there.")
@click.option("--note", default="", help="A remark.")
def add(
    provision: str,
    element: str,
    kind: str,
    service: str,
    reference: str,
    by: str,
    made: str | None,
    until: str | None,
    absent: bool,
    note: str,
) -> None:
    """Add evidence for one element of a control; what is wrong is refused and nothing is kept.

    \b
    Example:
      shouxin evidence add miit-24:art_12__cl_1 mechanism --kind document --reference complaints.pdf
    """
    given: dict[str, Any] = {
        "provision": provision,
        "element": element,
        "kind": kind,
        "service": service,
        "reference": reference,
        "by": by,
        "on": _day(made),
        "until": _day(until) if until else None,
        "shown": not absent,
        "note": note,
    }
    judge = _judge()
    with opened_store() as store:
        stored = StoredOrganisation(store.engine)
        number = stored.add(judge, [_evidence(given)], today(), at_the_terminal())[0]
    say(f"evidence {number} added")


@evidence.command()
@click.argument("number", type=int)
@click.option("--why", required=True, help="Why it no longer counts.")
def withdraw(number: int, why: str) -> None:
    """Withdraw evidence: it stays in the record and counts no more.

    \b
    Example:
      shouxin evidence withdraw 12 --why "the page was taken down"
    """
    with opened_store() as store:
        StoredOrganisation(store.engine).withdraw(number, why, at_the_terminal())
    say(f"evidence {number} withdrawn")


@evidence.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the evidence, withdrawn evidence included.

    \b
    Example:
      shouxin evidence list
    """
    with opened_store() as store:
        found = StoredOrganisation(store.engine).all_evidence()
    if as_json:
        put_json(found)
    else:
        put_table(
            ("NUMBER", "PROVISION", "ELEMENT", "SERVICE", "KIND", "ON", "SHOWS", "REFERENCE"),
            (
                (
                    str(item.number),
                    item.evidence.provision,
                    item.evidence.element,
                    item.evidence.service,
                    item.evidence.kind,
                    str(item.evidence.on),
                    "withdrawn" if item.withdrawn else _shown(item.evidence),
                    item.evidence.reference,
                )
                for item in found
            ),
        )


def _judge() -> Judge:
    return Judge(register(), workplace().readings)


def _evidence(given: dict[str, Any]) -> Evidence:
    try:
        return msgspec.convert(given, Evidence)
    except msgspec.ValidationError as error:
        raise InputError(
            "evidence-kind",
            f"this is no evidence: {str(error).partition(' - at ')[0].lower()}",
            where=given["provision"],
            remedy="the kinds are: document, url, configuration, test_result, record, attestation",
        ) from None


def _shown(item: Evidence) -> str:
    return "yes" if item.shown else "no"


def _day(text: str | None) -> date:
    return day(text) if text else today()


def _stored() -> Organisation:
    with opened_store() as store:
        return StoredOrganisation(store.engine).organisation()
