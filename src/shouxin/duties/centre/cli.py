"""``shouxin centre``: the keys by which services vouch for their people, at the centre and in the widget."""

from pathlib import Path
from typing import cast

import click

from shouxin.duties.centre.model import Algorithm
from shouxin.duties.centre.place import open_keys
from shouxin.duties.command import at_the_terminal, json_option, put_json, put_table, say
from shouxin.errors import InputError


@click.group()
def centre() -> None:
    """Run the public privacy centre of each service.

    \b
    Example:
      shouxin centre key list
    """


@centre.group()
def key() -> None:
    """Register the keys with which a service vouches for its people, at the centre and in the widget.

    \b
    Example:
      shouxin centre key list --service shop
    """


@key.command()
@click.argument("service")
@click.argument("name")
@click.option(
    "--algorithm",
    type=click.Choice(["Ed25519", "ES256", "HS256"]),
    default="HS256",
    show_default=True,
    help="What the service signs with.",
)
@click.option(
    "--public",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The public key in PEM, for Ed25519 and ES256.",
)
@json_option
def add(service: str, name: str, algorithm: str, public: Path | None, as_json: bool) -> None:
    """Register a key of SERVICE under NAME, which its tokens give as kid.

    Without --public a shared secret for HS256 is made and written to standard output, this once.

    \b
    Example:
      shouxin centre key add shop 2026-11 --algorithm Ed25519 --public shop.pem
    """
    try:
        material = public.read_bytes() if public else None
    except OSError:
        raise InputError(
            "centre-key-file",
            "the file of the key cannot be read",
            where=str(public),
            remedy="check its path",
        ) from None
    with open_keys() as keys:
        line, secret = keys.add(service, name, cast("Algorithm", algorithm), material, at_the_terminal())
    if as_json:
        put_json({"key": line, "secret": secret})
    elif secret:
        click.echo(secret)
        say("give it to the service and keep it nowhere else: it is not shown again")
    else:
        say(f'the key "{name}" of "{service}" is registered')


@key.command("list")
@click.option("--service", default="", help="Only the keys of this service.")
@json_option
def list_(service: str, as_json: bool) -> None:
    """List the keys of services, without the keys themselves.

    \b
    Example:
      shouxin centre key list --json
    """
    with open_keys() as keys:
        found = keys.list(service)
    if as_json:
        put_json(found)
        return
    rows = (
        (
            one.service,
            one.kid,
            one.algorithm,
            "revoked" if one.revoked_at else "good",
            f"{one.made_at:%Y-%m-%d}",
        )
        for one in found
    )
    put_table(("SERVICE", "NAME", "ALGORITHM", "STANDING", "SINCE"), rows)


@key.command()
@click.argument("service")
@click.argument("name")
@click.confirmation_option(
    prompt="From now on no token signed with this key lets anybody in. Revoke it?",
    help="Do not ask whether this is meant.",
)
def revoke(service: str, name: str) -> None:
    """Revoke a key of SERVICE at once; sessions that it began go on until they end.

    \b
    Example:
      shouxin centre key revoke shop 2026-05 --yes
    """
    with open_keys() as keys:
        keys.revoke(service, name, at_the_terminal())
    say(f'the key "{name}" of "{service}" is revoked')
