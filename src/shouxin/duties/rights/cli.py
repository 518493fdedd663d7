"""``shouxin request``: take requests down, verify who asks, and carry out what the law gives them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    language_option,
    output,
    put_json,
    put_table,
    say,
)
from shouxin.duties.days import today
from shouxin.duties.reaching_cli import put, reach_options
from shouxin.duties.rights import lines
from shouxin.duties.rights.cli_carry import approve, copy, hand_over, plan, run
from shouxin.duties.rights.cli_stores import by_hand, rehearse, tell
from shouxin.duties.rights.model import Asked, Request
from shouxin.duties.rights.place import open_rights
from shouxin.duties.rights.reading import changes_of, facts_of, pairs_of
from shouxin.errors import InputError

_NUMBER = click.argument("number", type=int, metavar="REQUEST")


@click.group()
def request() -> None:
    """Take requests down, verify who asks, carry out what the law gives them, prove it.

    \b
    Example:
      shouxin request list --late
    """


@request.command()
@click.option("--service", required=True, help="The service, as its inventory names it.")
@click.option(
    "--person",
    callback=lambda _context, _option, given: given or click.prompt("Person", err=True),
    help="What the service calls the person; asked for where left out.",
)
@click.option("--right", required=True, help="The right, such as access, copy, deletion; see docs/rights.md.")
@click.option(
    "--identity", "identities", multiple=True, metavar="NAME=VALUE", help="How the stores know the person."
)
@click.option(
    "--record", "records", multiple=True, metavar="NAME=TEXT", help="What the law has written down."
)
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact of the case; may repeat.")
@click.option("--for-deceased", is_flag=True, help="A close relative asks about a deceased person.")
@click.option("--destination", default="", help="https address of the processor that is to receive a copy.")
@click.option("--change", "changes", multiple=True, metavar="STORE.TABLE.COLUMN=VALUE", help="A correction.")
@click.option("--key", "keys", multiple=True, metavar="COLUMN=VALUE", help="The row that is corrected.")
@click.option("--purpose", "purposes", multiple=True, help="A purpose that is restricted or withdrawn.")
@click.option("--request", "name", default="", help="A name of the report; sent again, it changes nothing.")
@language_option
@json_option
def ask(*, language: str, as_json: bool, name: str, **given: Any) -> None:
    """Take down what somebody asks for; who they are is kept sealed.

    \b
    Example:
      shouxin request ask --service shop --person 100017 --right deletion --identity customer_id=100017
    """
    with open_rights() as rights:
        asked = _asked(given | {"facts": facts_of(given["facts"], rights.desk)}, name)
        _put(rights.ask(asked, today(), at_the_terminal()), language, as_json=as_json)


@request.command("list")
@click.option("--state", default="open", show_default=True, help="open, ended, or the name of a state.")
@click.option("--late", is_flag=True, help="Only where a last day is over and not met.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@language_option
@json_option
def list_(*, state: str, late: bool, limit: int, language: str, as_json: bool) -> None:
    """List the requests, those first that are due first; nobody is named.

    \b
    Example:
      shouxin request list --state open
    """
    with open_rights() as rights:
        found = rights.list(today(), state=state, late=late, limit=limit)
    if as_json:
        put_json(found)
    else:
        put_table(lines.HEAD[language], (lines.row(one, language) for one in found))


@request.command()
@_NUMBER
@language_option
@json_option
def show(*, number: int, language: str, as_json: bool) -> None:
    """Show a request: where its case stands, its plan, how far it is carried out.

    \b
    Example:
      shouxin request show 1
    """
    with open_rights() as rights:
        _put(rights.show(number, today()), language, as_json=as_json)


@request.command()
@_NUMBER
@click.option("--documents", default="", help="Documents were looked at: which kind, never their numbers.")
@click.option("--session", is_flag=True, help="The service vouches that the person is signed in.")
@click.option("--send", "channel", type=click.Choice(["email", "sms"]), help="Send a code by this channel.")
@click.option("--enter", is_flag=True, help="Enter the code that the person read; it is asked for.")
@language_option
@json_option
def verify(
    *, number: int, documents: str, session: bool, channel: Any, enter: bool, language: str, as_json: bool
) -> None:
    """Verify who asks, in one of four ways; nothing is shown or done before.

    \b
    Example:
      shouxin request verify 1 --documents "identity card seen"
    """
    if sum((bool(documents), session, channel is not None, enter)) != 1:
        raise click.UsageError("give one of --documents, --session, --send, --enter")
    who, on = at_the_terminal(), today()
    code = click.prompt("Code", hide_input=True, err=True) if enter else ""
    with open_rights() as rights:
        if channel:
            sent = rights.send_code(number, channel, on, who)
            say(f"a code is on its way to {sent.address}, good for {sent.minutes} minutes")
            found = rights.show(number, on)
        elif enter:
            found = rights.enter_code(number, code, on, who)
        elif session:
            found = rights.vouch(number, on, who)
        else:
            found = rights.look_at(number, documents, on, who)
        _put(found, language, as_json=as_json)


@request.command()
@_NUMBER
@click.option("--ground", required=True, help="The ground, as the procedure names it.")
@click.option("--reasons", required=True, help="The reasons that the person is given.")
@language_option
@json_option
def refuse(*, number: int, ground: str, reasons: str, language: str, as_json: bool) -> None:
    """Refuse a request on a ground that the law knows for this right, with reasons.

    \b
    Example:
      shouxin request refuse 1 --ground nothing_wrong_found --reasons "the date is that of the contract"
    """
    with open_rights() as rights:
        _put(rights.refuse(number, ground, reasons, today(), at_the_terminal()), language, as_json=as_json)


@request.command()
@_NUMBER
@click.option("--text", default="", help="What is written down of it.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact of the case; may repeat.")
@language_option
@json_option
def settle(*, number: int, text: str, facts: Sequence[str], language: str, as_json: bool) -> None:
    """Do what needs no plan: explain the rules, restrict the use, withdraw consent.

    \b
    Example:
      shouxin request settle 1 --text "explained by letter 17"
    """
    with open_rights() as rights:
        given = facts_of(facts, rights.desk)
        _, explanation = rights.settle(number, text, given, today(), at_the_terminal())
        if explanation is not None and as_json:
            put_json(explanation)
        else:
            _put(rights.show(number, today()), language, as_json=as_json)


@request.command()
@_NUMBER
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def receipt(*, number: int, out: Path | None) -> None:
    """Write what was done, what is kept until when and why, and the proofs, as JSON; it names nobody.

    \b
    Example:
      shouxin request receipt 1 --out receipt.json
    """
    with open_rights() as rights:
        made = rights.receipt(number, today())
    if out is None:
        put_json(made)
        return
    with output(out) as file:
        file.write(msgspec.json.format(msgspec.json.encode(made), indent=2))
    say(f"written to {out}")


@request.command()
@json_option
def stores(*, as_json: bool) -> None:
    """Say where maps and stores differ, and which grants are missing or too many; ends with 1 where any do.

    \b
    Example:
      shouxin request stores
    """
    with open_rights() as rights:
        found = rights.check()
    if as_json:
        put_json(found)
    else:
        put_table(("WHERE", "WHAT", "REMEDY"), ((one.where, one.what, one.remedy) for one in found))
    if found:
        raise click.exceptions.Exit(1)


@request.command()
@_NUMBER
@reach_options
def picture(*, number: int, store: str, out: Path | None, language: str, as_json: bool) -> None:
    """Show which tables the person's identities reach; ends with 1 where a personal one is not reached.

    The picture of a store has what the newest plan counts in each table.

    \b
    Example:
      shouxin request picture 1 --out reached.svg
    """
    with open_rights() as rights:
        found = rights.reached(rights.show(number, today()).plan)
    put(found, store=store, out=out, language=language, as_json=as_json)


for _command in (plan, approve, run, copy, hand_over, rehearse, by_hand, tell):
    request.add_command(_command)


def _asked(given: dict[str, Any], name: str) -> Asked:
    """Return what is asked for; raise ``InputError`` (rights-asked)."""
    changes = changes_of(pairs_of(given.pop("changes"), "--change"))
    keys = pairs_of(given.pop("keys"), "--key") or None
    plain = {
        **given,
        "request": name,
        "identities": pairs_of(given["identities"], "--identity"),
        "records": pairs_of(given["records"], "--record"),
        "changes": [one | {"key": keys} for one in changes],
    }
    try:
        return msgspec.convert(plain, Asked)
    except msgspec.ValidationError as wrong:
        raise InputError(
            "rights-asked", f"this cannot be asked: {wrong}"[:200], remedy="see docs/rights.md"
        ) from None


def _put(found: Request, language: str, *, as_json: bool) -> None:
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(lines.whole(found, language)))
