"""``shouxin keys``: files of keys for pseudonyms, tokens and encryption."""

from pathlib import Path

import click

from shouxin.duties.command import json_option, put_json, say
from shouxin.duties.shield.inputs import passphrase

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def keys() -> None:
    """Keep the keys that protect: a file sealed with a passphrase, for its owner alone.

    \b
    Example:
      shouxin keys new keys.json
    """


@keys.command()
@_FILE
@click.option("--id", "key_id", default="k1", show_default=True, help="Name of the key; it may be shown.")
def new(file: Path, key_id: str) -> None:
    """Make a file with one new key.

    \b
    Example:
      shouxin keys new keys.json --id 2026-01
    """
    from shouxin.protect.sealed_file import new_file

    new_file(file, passphrase(new=True), key_id)
    say(f"{file}: {key_id}; keep the file and the passphrase: without both nothing can be opened")


@keys.command()
@_FILE
@click.option("--id", "key_id", required=True, help="Name of the new key.")
def rotate(file: Path, key_id: str) -> None:
    """Add a key that is used from now on; the old ones still open what they closed.

    Pseudonyms and tokens change with the key: name the old one under `key` in the policy to keep them.

    \b
    Example:
      shouxin keys rotate keys.json --id 2027-01
    """
    from shouxin.protect.sealed_file import rotate as rotated

    say(f"{file}: {', '.join(rotated(file, passphrase(), key_id).ids())}")


@keys.command(name="list")
@_FILE
@json_option
def list_(file: Path, as_json: bool) -> None:
    """List the names of the keys, the one in use first; never the keys.

    \b
    Example:
      shouxin keys list keys.json
    """
    from shouxin.protect.sealed_file import open_file

    ids = open_file(file, passphrase()).ids()
    if as_json:
        put_json(ids)
    else:
        click.echo("\n".join(ids))


__all__ = ["keys"]
