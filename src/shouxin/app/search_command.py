"""``shouxin search``: one search over everything, as the page /search has it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from shouxin.app.help import told
from shouxin.app.settings import described
from shouxin.duties.access.place import secret
from shouxin.duties.access.service import SYSTEM_KEY, Access
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.command import json_option, language_option, put_json, say, workplace
from shouxin.duties.complaint.model import KIND as COMPLAINT
from shouxin.duties.content.model import KIND as CONTENT
from shouxin.duties.desk.service import Desk
from shouxin.duties.gate.service import Decider
from shouxin.duties.handbook import service as handbook
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inventory.service import Inventory
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.notice.service import Notices
from shouxin.duties.retention.place import retention_of
from shouxin.duties.rights.place import open_rights
from shouxin.duties.search.service import Search, asked_for
from shouxin.duties.search.sources import Places, sources
from shouxin.law.register import register
from shouxin.store.keyring import open_wrapper


@click.command()
@click.argument("words", nargs=-1, required=True)
@language_option
@json_option
def search(words: tuple[str, ...], language: str, as_json: bool) -> None:
    """Search the law, the inventory, notices, cases, requests, incidents, assessments and the ledger.

    Numbers, operations ("consent.given") and ids of decisions are found too. A person is not looked for
    here: `shouxin consent show` does so with a reason. Exit 1 where nothing is found.

    \b
    Example:
      shouxin search 人脸 识别
    """
    asked_for(" ".join(words), language)  # what cannot be looked for opens no store
    with _opened() as everything:
        found = everything.find(" ".join(words), language, SYSTEM_KEY)
    if as_json:
        put_json(found)
    else:
        for group in found.groups:
            click.echo(workplace().called(group.kind, "found", language=language))
            for hit in group.hits:
                text = "".join(piece.text for piece in hit.pieces)
                click.echo(f"  {hit.title}  {hit.address}" + (f"\n    {text}" if text else ""))
            if group.more:
                say("  and more: add a word")
    if not found.groups:
        say("nothing was found")
        raise click.exceptions.Exit(1)


@contextmanager
def _opened() -> Iterator[Search]:
    """Open the search over the store of the command."""
    law, place = register(), workplace()
    with open_rights() as rights:
        desk = rights.desk
        library, engine = Library(law, chosen=place.readings), desk.engine
        inventory = Inventory(law, place.readings, engine)
        desks = [Desk(kind, desk.cases, engine, desk.people) for kind in (COMPLAINT, CONTENT)]
        wrapper = open_wrapper(engine, place.keys)
        yield Search(
            sources(
                Places(
                    library=library,
                    pages=told,
                    settings=described,
                    guide=handbook.told,
                    inventory=inventory,
                    notices=Notices(Decider(law, place.readings), law.version, engine),
                    cases=desk.cases,
                    rights=rights,
                    desks=desks,
                    incidents=Incidents(law, desk.cases, engine, desk.people),
                    assessments=Assessments(inventory, desk.cases, engine),
                    retention=retention_of(rights, desks, place.matters_kept),
                    ledger=Ledger(engine),
                    access=Access(engine, secret(engine, wrapper)),
                )
            )
        )
