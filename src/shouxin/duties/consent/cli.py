"""``shouxin consent``: what people agreed to, taken down, shown with a reason, and proved."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from shouxin.duties.command import json_option, put_file, put_json, put_table, say
from shouxin.duties.consent import views
from shouxin.duties.consent.cli_exchange import export, import_
from shouxin.duties.consent.cli_guardians import guardian
from shouxin.duties.consent.kept import Report
from shouxin.duties.consent.model import Given, How
from shouxin.duties.consent.place import at_the_terminal, open_consents, receipt_of, teller_of
from shouxin.duties.days import BEIJING, day, today
from shouxin.errors import InputError
from shouxin.store.ledger.bundle import packed

GESTURES = ("button", "checkbox", "switch", "signature", "spoken", "signal")
_service = click.option("--service", required=True, help="The service, as its notices name it.")


def _person(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--person``; asked for where left out, it is in no list of processes."""
    return click.option(
        "--person",
        callback=lambda _context, _option, given: given or click.prompt("Person", err=True),
        help="What the service calls the person; asked for where left out.",
    )(command)


def _reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what every reading of a person's answers needs."""
    reason = click.option("--reason", required=True, help="Why it is read; kept in the ledger.")
    return _service(_person(reason(command)))


@click.group()
def consent() -> None:
    """Take down what people agree to, show where they stand, prove it, bring it in and out.

    \b
    Example:
      shouxin consent show --service shop --person u-1 --reason "a question by phone"
    """


def _answer(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what an answer to a notice is made of."""
    for option in (
        click.option("--request", help="A name of the report; sent again, it changes nothing."),
        click.option("--at", help="When, like 2026-01-31T09:30:00+08:00.  [default: now]"),
        click.option("--evidence", default="", help="Digest or file number of what was signed."),
        click.option("--guardian", default="", help="What the service calls the guardian who answered."),
        click.option(
            "--kind", "kinds", multiple=True, type=click.Choice(["separate", "written", "guardian"])
        ),
        click.option("--how", "gesture", required=True, type=click.Choice(GESTURES), help="How it was said."),
        click.option("--channel", default="", help="Of commercial messages."),
        click.option("--purpose", required=True, help="The purpose, as the notice names it."),
        click.option("--notice", help="Address of the version shown.  [default: the one in force]"),
        json_option,
    ):
        command = option(command)
    return _service(_person(command))


@consent.command()
@_answer
def give(*, as_json: bool, **given: Any) -> None:
    """Take down that somebody agreed.

    \b
    Example:
      shouxin consent give --service shop --person u-1 --purpose tips --how spoken
    """
    _record("give", given, as_json=as_json)


@consent.command()
@_answer
def refuse(*, as_json: bool, **given: Any) -> None:
    """Take down that somebody refused.

    \b
    Example:
      shouxin consent refuse --service shop --person u-1 --purpose tips --how spoken
    """
    _record("refuse", given, as_json=as_json)


@consent.command()
@_service
@_person
@click.option("--purpose", "purposes", multiple=True, help="Only this purpose; may be repeated.")
@click.option("--channel", help="Only this channel of commercial messages.")
@click.option("--how", "gesture", type=click.Choice(GESTURES), default="spoken", show_default=True)
@click.option("--guardian", default="", help="What the service calls the guardian who answered.")
@json_option
def withdraw(
    *, service: str, person: str, purposes: tuple[str, ...], channel: str | None, gesture: Any, guardian: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Take consent back, for some purposes or for all; effective everywhere at once.

    \b
    Example:
      shouxin consent withdraw --service shop --person u-1 --purpose tips
    """
    asked = views.Withdrawal(
        service=service,
        person=person,
        how=How(gesture=gesture),
        request=secrets.token_hex(16),
        purposes=purposes or None,
        channel=channel,
        guardian=guardian,
    )
    with open_consents() as consents:
        made = consents.withdraw(asked, teller_of(at_the_terminal()))
    _put_taken(made, as_json=as_json)


@consent.command()
@_reading
@click.option("--history", "past", is_flag=True, help="All answers, and not only where the person stands.")
@json_option
def show(*, service: str, person: str, reason: str, past: bool, as_json: bool) -> None:
    """Show where a person stands on every purpose, or all their answers; the reading is written down.

    \b
    Example:
      shouxin consent show --service shop --person u-1 --reason "a question by phone" --history
    """
    asked, who = _asked(service, person, reason), teller_of(at_the_terminal())
    with open_consents() as consents:
        found: Any = (
            [views.history_line(one) for one in consents.history(asked, who)]
            if past
            else consents.standing(asked, who)
        )
    if as_json:
        put_json(found)
    elif past:
        rows = ((str(one.number), _local(one.at), one.action, one.purpose, one.channel) for one in found)
        put_table(("NO", "AT", "ACTION", "PURPOSE", "CHANNEL"), rows)
    else:
        rows = (
            (one.purpose, one.channel or "-", one.status, _local(one.since), "yes" if one.ask_again else "")
            for one in found
        )
        put_table(("PURPOSE", "CHANNEL", "STATUS", "SINCE", "ASK AGAIN"), rows)


@consent.command()
@_reading
def receipt(*, service: str, person: str, reason: str) -> None:
    """Write a person's receipt (ISO/IEC TS 27560, JSON-LD) with the proofs of its answers.

    \b
    Example:
      shouxin consent receipt --service shop --person u-1 --reason "asked for it" > receipt.json
    """
    with open_consents() as consents:
        put_json(receipt_of(consents, _asked(service, person, reason), teller_of(at_the_terminal())))


@consent.command()
@_reading
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ZIP to write."
)
def proof(*, service: str, person: str, reason: str, out: Path) -> None:
    """Write a receipt and the program that checks it offline; the public keys have to come another way.

    \b
    Example:
      shouxin consent proof --service shop --person u-1 --reason "a dispute" --out proof.zip
    """
    with open_consents() as consents:
        made = receipt_of(consents, _asked(service, person, reason), teller_of(at_the_terminal()))
    if not made["dct:hasPart"]:
        raise InputError(
            "consent-nothing", "this person never answered", remedy="see the service and the reference"
        )
    put_file(out, packed(made))
    open_ones = sum("inclusion" not in one["shouxin:proof"] for one in made["dct:hasPart"])
    say(f"{len(made['dct:hasPart'])} answers, {open_ones} of them not under a checkpoint yet")


@consent.command()
@_service
@click.option("--since", help="First day.  [default: today in Beijing]")
@click.option("--until", help="Last day.  [default: today in Beijing]")
@json_option
def statistics(*, service: str, since: str | None, until: str | None, as_json: bool) -> None:
    """Count answers by day and purpose, and where people stand now; nobody is named.

    \b
    Example:
      shouxin consent statistics --service shop --since 2026-01-01
    """
    with open_consents() as consents:
        found = consents.statistics(
            service, day(since) if since else today(), day(until) if until else today()
        )
    if as_json:
        put_json(found)
        return
    days = ((str(one.day), one.purpose, one.channel, one.action, f"{one.count:,}") for one in found.days)
    put_table(("DAY", "PURPOSE", "CHANNEL", "ACTION", "ANSWERS"), days)
    click.echo()
    now = (
        (one.purpose, one.channel, one.status, f"{one.count:,}", f"{one.ask_again:,}") for one in found.now
    )
    put_table(("PURPOSE", "CHANNEL", "STATUS", "PEOPLE", "ASK AGAIN"), now)


consent.add_command(guardian)
consent.add_command(import_)
consent.add_command(export)


def _record(action: str, given: dict[str, Any], *, as_json: bool) -> None:
    service, gesture = given.pop("service"), given.pop("gesture")
    with open_consents() as consents:
        given["notice"] = given["notice"] or consents.in_force(service).address
        given["request"] = given["request"] or secrets.token_hex(16)
        said = {key: value for key, value in given.items() if value not in (None, "", ())}
        try:
            report = msgspec.convert(
                said | {"action": action, "how": {"gesture": gesture}}, Given, strict=False
            )
        except msgspec.ValidationError as wrong:
            raise InputError(
                "consent-line", f"this is no answer: {wrong}"[:200], remedy="see docs/consent.md"
            ) from None
        outcome = consents.record([Report(report, teller_of(at_the_terminal()))])[0]
    if isinstance(outcome, InputError):
        raise outcome
    _put_taken([views.taken(outcome.transaction, new=outcome.new)], as_json=as_json)


def _put_taken(made: list[views.Taken], *, as_json: bool) -> None:
    if as_json:
        put_json(made)
        return
    rows = (
        (str(one.number), one.action, one.purpose, one.channel, "new" if one.new else "known") for one in made
    )
    put_table(("NO", "ACTION", "PURPOSE", "CHANNEL", ""), rows)


def _asked(service: str, person: str, reason: str) -> views.Asked:
    try:
        return msgspec.convert({"service": service, "person": person, "reason": reason}, views.Asked)
    except msgspec.ValidationError as wrong:
        raise InputError(
            "consent-asked", f"this cannot be asked: {wrong}"[:200], remedy="name service, person and reason"
        ) from None


def _local(moment: Any) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
