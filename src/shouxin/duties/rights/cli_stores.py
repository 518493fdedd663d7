"""``shouxin request``: what stands between the requests and the stores they are carried out on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from shouxin.duties.command import (
    at_the_terminal,
    called_in,
    json_option,
    language_option,
    put_json,
    put_table,
)
from shouxin.duties.days import today
from shouxin.duties.rights.found import rows_of
from shouxin.duties.rights.model import Change
from shouxin.duties.rights.place import open_rights
from shouxin.duties.rights.reading import pairs_of
from shouxin.errors import InputError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="MAP")
@click.option(
    "--identity", "identities", multiple=True, metavar="NAME=VALUE", help="An identity of a made-up person."
)
@json_option
def rehearse(*, file: Path, identities: Sequence[str], as_json: bool) -> None:
    """Check the map of an HTTP service and show the requests it would make; nothing is sent.

    \b
    Example:
      shouxin request rehearse crm.yaml --identity email=somebody@example.com
    """
    from shouxin.connect import mapfile
    from shouxin.connect.checking import check
    from shouxin.connect.service.rehearsal import rehearsed

    found = mapfile.read(file.read_bytes(), where=str(file))
    check([found])
    if found.service is None:
        raise InputError(
            "map-service", "this is the map of no HTTP service", where=str(file), remedy="see docs/stores.md"
        )
    shown = list(rehearsed(found, pairs_of(identities, "--identity")))
    if as_json:
        put_json(shown)
    else:
        rows = (
            (one.request, one.method, one.target, f"? {', '.join(one.missing)}" if one.missing else one.body)
            for one in shown
        )
        put_table(("REQUEST", "METHOD", "TARGET", "BODY"), rows)
    if any(one.missing for one in shown):
        raise click.exceptions.Exit(1)


@click.command("by-hand")
@click.option("--changes", "number", type=int, metavar="REQUEST", help="Show what is to be corrected.")
@click.option("--store", default="", help="With --changes: the store that is corrected by hand.")
@language_option
@json_option
def by_hand(*, number: int | None, store: str, language: str, as_json: bool) -> None:
    """List what waits to be done by hand, that first which is due first; nobody is named.

    \b
    Example:
      shouxin request by-hand
      shouxin request by-hand --changes 7 --store paper
    """
    with open_rights() as rights:
        if number is not None:
            _put_changes(rights.to_correct(number, store, today(), at_the_terminal()), as_json=as_json)
            return
        found = rights.by_hand(today())
    if as_json:
        put_json(found)
        return
    called = called_in(language)
    put_table(
        ("REQUEST", "STORE", "RIGHT", "DESK", "DUE"),
        (
            (str(one.request), one.store, called(one.right, "right"), one.desk, str(one.due or ""))
            for one in found
        ),
    )


@click.command()
@click.argument("number", type=int, metavar="REQUEST")
@click.option("--store", required=True, help="The store whose work was done by hand.")
@click.option("--remark", default="", help="How it was done, without personal information.")
@click.option("--deleted", multiple=True, metavar="TABLE=ROWS", help="Rows that went; may repeat.")
@click.option("--changed", multiple=True, metavar="TABLE=ROWS", help="Rows that were changed; may repeat.")
@click.option("--kept", multiple=True, metavar="TABLE=ROWS", help="Rows that must be kept; may repeat.")
@click.option("--because", default="", help="The provision that has rows kept.")
@click.option("--found", multiple=True, metavar="TABLE=FILE", help="What was found for a copy: CSV or JSON.")
@click.option("--confirm", is_flag=True, help="Confirm what somebody else said, where four eyes are wanted.")
@json_option
def tell(*, number: int, store: str, confirm: bool, as_json: bool, **given: Any) -> None:
    """Say what was done by hand in a store, or confirm it; the request goes on when it was the last.

    \b
    Example:
      shouxin request tell 1 --store paper --deleted letters=4 --remark "shredded on the 3rd"
    """
    with open_rights() as rights:
        who, on = at_the_terminal(), today()
        shown = (
            rights.confirm(number, store, on, who)
            if confirm
            else rights.tell(number, _told(store, given), on, who)
        )
    state = next(task.state for task in shown.plan.tasks if task.store == store) if shown.plan else ""
    if as_json:
        put_json(shown)
    else:
        click.echo(f"{store}: {state}")


def _put_changes(changes: Sequence[Change], *, as_json: bool) -> None:
    if as_json:
        put_json(changes)
        return
    rows = (
        (
            one.table,
            ", ".join(f"{k}={v}" for k, v in (one.key or {}).items()),
            column,
            "" if value is None else str(value),
        )
        for one in changes
        for column, value in one.values.items()
    )
    put_table(("TABLE", "ROW", "COLUMN", "BECOMES"), rows)


def _told(store: str, given: dict[str, Any]) -> Any:
    """Return what the options say; raise ``InputError``: rights-word, rights-asked, rights-found."""
    from shouxin.duties.rights.telling import Told

    found = pairs_of(given.pop("found"), "--found")
    counts = {name: pairs_of(given.pop(name), f"--{name}") for name in ("deleted", "changed", "kept")}
    rows = {table: rows_of(_text(Path(path)), table) for table, path in found.items()}
    try:
        return msgspec.convert({"store": store, "found": rows, **counts, **given}, Told, strict=False)
    except msgspec.ValidationError as wrong:
        raise InputError(
            "rights-asked", f"this cannot be said: {wrong}"[:200], remedy="see shouxin request tell --help"
        ) from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            "file-unreadable", "this file cannot be read as text", where=str(path), remedy="give UTF-8"
        ) from None
