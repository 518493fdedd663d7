"""``shouxin ledger``: what was done, verified, signed and proved."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from shouxin.store.keyring import Source

from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    opened_store,
    put_file,
    put_json,
    put_table,
    say,
    workplace,
)
from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.errors import InputError

_SOURCES = ("file", "environment", "vault", "aws", "alibaba", "tencent")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def ledger() -> None:
    """Look at the ledger of all operations, verify it, sign it, and prove what it says.

    \b
    Example:
      shouxin ledger verify
    """


@ledger.command()
@click.argument("number", type=int, required=False)
@click.option("--kind", default="", help='Only this kind; "consent." for all below it.')
@click.option("--who", default="", help="Only what this operator or key did.")
@click.option("--whose", default="", help="Only what concerns this person: a commitment in hex.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="From here on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Before this (UTC).")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@json_option
def show(
    number: int | None,
    kind: str,
    who: str,
    whose: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show the newest entries, or the one of a number.

    \b
    Example:
      shouxin ledger show --kind consent. --limit 5
    """
    asked = Filters(kind=kind, who=who, whose=whose, since=_utc(since), until=_utc(until), limit=limit)
    with opened_ledger() as found:
        entries = found.entries(asked) if number is None else (found.entry(number),)
    if as_json:
        put_json(entries if number is None else entries[0])
        return
    put_table(
        ("NUMBER", "AT", "KIND", "WHO", "OUTCOME", "WHY", "WHAT"),
        (
            (
                str(item.number),
                item.at.isoformat(sep=" ", timespec="seconds"),
                item.kind,
                item.who,
                item.outcome,
                item.why,
                json.dumps(item.what, ensure_ascii=False),
            )
            for item in entries
        ),
    )


@ledger.command()
@click.option("--against", multiple=True, type=_FILE, help="A checkpoint that you kept; may be repeated.")
@click.option("--keys", "key_file", type=_FILE, help="Public keys to believe instead of those of the data.")
@click.option("--roots", type=_FILE, help="Certificates (PEM) to which time stamps must lead.")
@json_option
def verify(against: tuple[Path, ...], key_file: Path | None, roots: Path | None, as_json: bool) -> None:
    """Read everything back and name the first thing that is wrong; ends with 1 where there is one.

    Every entry is hashed anew and compared with the tree, every checkpoint's signature and root is checked,
    and the ledger must hold what the last checkpoint outside the database says.

    \b
    Example:
      shouxin ledger verify --against checkpoint-2026-06
    """
    from shouxin.store.ledger.note import read_key

    keys = (
        [read_key(line, str(key_file)) for line in _read(key_file).splitlines() if line] if key_file else []
    )
    notes = [(_read(path), str(path)) for path in against]
    with opened_ledger() as found:
        report = found.verify(notes, keys, _progress, _roots(roots))
    if as_json:
        put_json(report)
    elif report.problem:
        click.echo(f"{report.problem.what} [{report.problem.kind} {report.problem.number}]")
    else:
        click.echo(
            f"all {report.size:,} entries are as they were written; "
            f"{report.checkpoints:,} checkpoints hold, the last at {report.signed:,}"
        )
    if report.problem:
        raise click.exceptions.Exit(1)


@ledger.command()
@click.option("--out", type=_FILE, help="Write it here, to keep it where the database is not.")
@click.option("--timestamp", "authority", help="Have it stamped by the authority at this address (RFC 3161).")
@click.option("--roots", type=_FILE, help="Root certificates (PEM) of the authority.")
@json_option
def checkpoint(out: Path | None, authority: str | None, roots: Path | None, as_json: bool) -> None:
    """Sign the ledger as it stands; whoever keeps the checkpoint can see later that nothing was taken back.

    \b
    Example:
      shouxin ledger checkpoint --out checkpoint-2026-06
    """
    if authority and not roots:
        raise click.UsageError("--timestamp needs --roots, to know who the authority is")
    with opened_ledger() as found:
        note = found.checkpoint()
        if authority:
            say(f"stamped: {found.stamp(note, authority, _roots(roots)).isoformat(sep=' ')}")
    if out:
        put_file(out, note.encode())
    elif as_json:
        put_json({"note": note})
    else:
        click.echo(note, nl=False)


@ledger.command()
@click.argument("number", type=int, required=False)
@click.option("--since", "older", type=_FILE, help="Prove instead that this checkpoint begins the newest.")
@click.option("--out", type=_FILE, help="Write an archive with the program that checks the proof.")
def prove(number: int | None, older: Path | None, out: Path | None) -> None:
    """Prove that an entry is in the ledger, or that nothing was taken back since an older checkpoint.

    The archive holds proof.json and verify.py, which needs Python alone and the public keys
    (`shouxin ledger keys`), handed over another way: python3 -I -S verify.py proof.json KEYS

    \b
    Example:
      shouxin ledger prove 12 --out entry-12.zip
    """
    if (number is None) == (older is None):
        raise click.UsageError("give the number of an entry, or --since CHECKPOINT")
    with opened_ledger() as found:
        proof = found.growth(_read(older)) if older else found.proof(number or 0)
    if out:
        from shouxin.store.ledger.bundle import packed

        put_file(out, packed(proof))
    else:
        put_json(proof)


@ledger.command()
@click.option("--new", is_flag=True, help="Make a key that signs from now on.")
@click.option("--algorithm", type=click.Choice(["ed25519", "sm2"]), default="ed25519", show_default=True)
@json_option
def keys(new: bool, algorithm: str, as_json: bool) -> None:
    """Show the public keys that sign checkpoints, the newest last, one a line.

    \b
    Example:
      shouxin ledger keys > public-keys
    """
    with opened_ledger() as found:
        if new:
            found.new_key(algorithm, at_the_terminal())
        known = found.public_keys()
    if as_json:
        put_json(known)
    else:
        for key in known:
            click.echo(key.public)


@ledger.command()
@click.option("--hash", "name", type=click.Choice(["sha256", "sm3"]), required=True, help="Hash of the tree.")
def create(name: str) -> None:
    """Choose the hash of a new ledger, before its first entry.

    \b
    Example:
      shouxin ledger create --hash sm3
    """
    from shouxin.store.ledger.append import choose_hash

    with opened_store() as store, store.engine.begin() as connection:
        choose_hash(connection, name)  # type: ignore[arg-type]
    say(f"the ledger hashes with {name}")


@ledger.command()
@click.option("--new", "key_id", help="First make a key-encryption key of this name in our file of keys.")
@click.option(
    "--from", "before", type=click.Choice(_SOURCES), help="Where the keys were until now (the setting keys)."
)
def rewrap(key_id: str | None, before: "Source | None") -> None:
    """Wrap all data keys of people and all secrets under the newest key-encryption key.

    A run that was stopped goes on where it ended. Afterwards older key-encryption keys open backups only.
    With --from the keys move to where the settings now say that they are: stop the server, change the
    settings, run this, start the server.

    \b
    Example:
      shouxin ledger rewrap --new 2027
      SHOUXIN_KEYS=aws shouxin ledger rewrap --from file
    """
    from shouxin.store.keyring import Moving, open_wrapper, rotated
    from shouxin.store.rewrapping import rewrap as rewrapped

    choice = workplace().keys
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, choice, moving=before is not None)
        if key_id:
            wrapper = rotated(choice, key_id)
        if before:
            wrapper = Moving(wrapper, open_wrapper(store.engine, replace(choice, source=before)))
        done = rewrapped(store.engine, wrapper)
    say(f"{done:,} keys wrapped anew under {wrapper.current()}")


@contextmanager
def opened_ledger() -> Iterator[Ledger]:
    """Open the ledger of the store; it is made where there is none yet."""
    from shouxin.store.keyring import open_wrapper

    place = workplace()
    with opened_store() as store:
        yield Ledger(store.engine, place.data / "ledger", lambda: open_wrapper(store.engine, place.keys))


def _roots(path: Path | None) -> "list[Certificate]":
    """Return the certificates of a file, none where there is none."""
    from shouxin.store.ledger.timestamps import read_roots

    return read_roots(_read(path).encode(), str(path)) if path else []


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None


def _progress(done: int, size: int) -> None:
    say(f"{done:,} of {size:,} entries")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(
            path, f"cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}"
        ) from None


def _unusable(path: Path, what: str) -> InputError:
    return InputError("ledger-file", f"the file {what}", where=str(path), remedy="check the path")
