"""``shouxin operator``: the accounts, for who works at the machine itself."""

import click

from shouxin.duties.access.model import SYSTEM_KEY, Operator, Role
from shouxin.duties.access.place import asked_password, open_access
from shouxin.duties.command import json_option, put_json, put_table, say
from shouxin.duties.days import end_of


@click.group()
def operator() -> None:
    """Let people in: accounts, roles, new passwords.

    \b
    Example:
      shouxin operator list
    """


@operator.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="A role to give; may repeat.")
@click.option("--until", default="", metavar="DAY", help="Last day of the roles; an inspector needs one.")
@click.option("--subject", default="", help="Who this is for the identity provider, instead of a password.")
@click.option("--issuer", default="", help="The identity provider of the subject.")
def add(name: str, roles: tuple[str, ...], until: str, subject: str, issuer: str) -> None:
    """Make an account; the password is asked for.

    \b
    Example:
      shouxin operator add "Made-up Name" --role staff
    """
    given = tuple(Role(role=role, until=end_of(until)) for role in roles)
    with open_access() as access:
        password = "" if subject else asked_password(twice=True)
        whom = (issuer.rstrip("/"), subject) if subject else None
        access.operators.add(SYSTEM_KEY, "cli", name, password=password, subject=whom, roles=given)
    say("the account is made")


@operator.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every account with its roles.

    \b
    Example:
      shouxin operator list --json
    """
    with open_access() as access:
        found = access.operators.all()
    if as_json:
        put_json(found)
    else:
        put_table(("NAME", "ROLES", "STANDING"), (_row(item) for item in found))


@operator.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the account in again.")
def disable(name: str, undo: bool) -> None:
    """Disable an account; its sessions end at once.

    \b
    Example:
      shouxin operator disable "Made-up Name"
    """
    with open_access() as access:
        found = (access.operators.enable if undo else access.operators.disable)(SYSTEM_KEY, "cli", name)
        keys = [
            key for key in access.keys.all() if key.made_by == f"operator:{found.id}" and not key.revoked_at
        ]
    say("the account is enabled" if undo else "the account is disabled")
    if keys and not undo:
        say(f"keys made by it still work: {', '.join(key.prefix for key in keys)}; see `shouxin key revoke`")


@operator.command()
@click.argument("name")
@click.argument("role")
@click.option("--until", default="", metavar="DAY", help="Last day of the role.")
@click.option("--take", is_flag=True, help="Take the role away.")
def role(name: str, role: str, until: str, take: bool) -> None:
    """Give a role, or take it away: privacy_officer, staff, approver, auditor, inspector.

    \b
    Example:
      shouxin operator role "Made-up Name" inspector --until 2027-06-30
    """
    with open_access() as access:
        if take:
            found = access.operators.take(SYSTEM_KEY, "cli", name, role)
        else:
            given = Role(role=role, until=end_of(until))
            found = access.operators.give(SYSTEM_KEY, "cli", name, given)
    say(f"roles now: {', '.join(item.role for item in found.roles) or 'none'}")


@operator.command()
@click.argument("name")
def reset(name: str) -> None:
    """Give an account a new password; its one-time codes and sessions go.

    \b
    Example:
      shouxin operator reset "Made-up Name"
    """
    with open_access() as access:
        access.operators.find(name)
        access.operators.reset(SYSTEM_KEY, "cli", name, asked_password(twice=True))
    say("the password is new, one-time codes are off, every session has ended")


def _row(item: Operator) -> tuple[str, str, str]:
    roles = ", ".join(
        f"{given.role} until {given.until:%Y-%m-%d %H:%M} UTC" if given.until else given.role
        for given in item.roles
    )
    ways = ["password"] if item.password else ["identity provider"]
    ways += ["one-time codes"] if item.one_time_codes else []
    return item.name, roles, "disabled" if item.disabled else ", ".join(ways)
