"""``shouxin consent guardian``: who answers for a child, put on record once verified, and ended."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from shouxin.duties.command import say
from shouxin.duties.consent import guardians, views
from shouxin.duties.consent.place import at_the_terminal, open_consents, teller_of
from shouxin.errors import InputError


def _people(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command service, child and guardian; people are asked for where left out."""
    for name, what in (("guardian", "What the service calls the guardian"), ("child", "… and the child")):
        command = click.option(
            f"--{name}",
            callback=lambda _context, option, given: given or click.prompt(option.name.title(), err=True),
            help=f"{what}; asked for where left out.",
        )(command)
    return click.option("--service", required=True, help="The service, as its notices name it.")(command)


@click.group()
def guardian() -> None:
    """Say who answers for a child under 14 (pipl art. 31).

    \b
    Example:
      shouxin consent guardian link --service shop --until 2031-05-03 --verified-by "register, file G7"
    """


@guardian.command()
@_people
@click.option("--verified-by", required=True, help="The method and a file number; no names.")
@click.option("--until", required=True, help="The last day before the child is 14, like 2031-05-03.")
def link(**given: str) -> None:
    """Put a guardian on record whose word was verified.

    \b
    Example:
      shouxin consent guardian link --service shop --until 2031-05-03 --verified-by "register, file G7"
    """
    try:
        asked = msgspec.convert(given, views.Guardianship)
    except msgspec.ValidationError as wrong:
        raise InputError(
            "guardian-unfit", f"this cannot be put on record: {wrong}"[:200], remedy="see docs/consent.md"
        ) from None
    who = teller_of(at_the_terminal())
    with open_consents() as consents:
        number = consents.change(lambda at, people: guardians.link(at, people, asked, who))
    say(f"on record as number {number}")


@guardian.command()
@_people
@click.option("--why", required=True, help="Why it ends; kept in the ledger.")
def end(service: str, child: str, guardian: str, why: str) -> None:
    """End what makes somebody answer for a child; earlier answers stay what they were.

    \b
    Example:
      shouxin consent guardian end --service shop --why "the court appointed another"
    """
    of, who = (service, child, guardian), teller_of(at_the_terminal())
    with open_consents() as consents:
        number = consents.change(lambda at, people: guardians.end(at, people, of, why, who))
    say(f"ended: {number}")
