"""The whole system over one store: what ``shouxin serve`` runs, and the tests of the whole."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from litestar import Litestar

from shouxin.app import settings as configuration
from shouxin.app.server import create_app
from shouxin.app.settings import Settings, key_choice
from shouxin.app.setup import Setup
from shouxin.demo.build import build
from shouxin.demo.shop import database
from shouxin.demo.site import Site
from shouxin.duties.access.oidc import Provider
from shouxin.duties.access.place import secret
from shouxin.duties.access.service import Access, Lifetime
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.cases.worker import Worker
from shouxin.duties.command import say
from shouxin.duties.complaint import service as complaint
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.service import Consents
from shouxin.duties.content import service as content
from shouxin.duties.days import today
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.entrusted.model import Terms
from shouxin.duties.entrusted.place import entrusted_of
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.entrusted.worker import Teller
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard import office
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.place import inspections_of
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.library.service import Library
from shouxin.duties.library.texts import StoredTexts
from shouxin.duties.notice.service import Notices
from shouxin.duties.posture.office import Office
from shouxin.duties.retention.place import retention_of
from shouxin.duties.retention.worker import Finder
from shouxin.duties.rights.asking import Asker
from shouxin.duties.rights.place import rights_of
from shouxin.duties.rights.service import Rights
from shouxin.duties.rights.worker import Follower
from shouxin.duties.widget.service import Widgets
from shouxin.law.register import Register, register
from shouxin.store.keyring import open_wrapper
from shouxin.store.ledger import Writer
from shouxin.store.ledger.checkpoint import Sealer, Sealing
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.demo.place import Mark
    from shouxin.protect.wrapping import Wrapper


class Whole(NamedTuple):
    """The application, and who may come in."""

    app: Litestar
    access: Access


@contextmanager
def assembled(
    chosen: Settings,
    engine: "Engine",
    token: str,
    mark: "Mark | None" = None,
    sources: Mapping[str, str] | None = None,
    *,
    beside: bool = True,
) -> Iterator[Whole]:
    """Give the whole system under the settings over a migrated store, with all that runs beside it.

    ``token`` is the system's own key; ``mark`` is that of a demo, whose made-up office is built first;
    ``sources`` says of settings that are not the default where they come from. What runs ``beside`` the
    answers, that office too, is left to the first process of a server.
    """
    wrapper, law = open_wrapper(engine, key_choice(chosen)), register()
    folder = Path(chosen.data)
    sealer = Sealer(engine, wrapper, folder / "ledger")
    cases = Cases(Timekeeper(law, folder / "calendar", chosen.readings, chosen.own_times), KeptCases(engine))
    access = _access(chosen, engine, wrapper)
    people, writer = People(wrapper), Writer(engine)
    consents = Consents(engine, people)
    sample, stores = chosen.guard_permits, chosen.stores
    with (
        writer,
        access.remembered,
        office.of_store(engine, law, chosen.readings, people, writer, sample=sample) as guard,
    ):
        if mark:
            stores = {database.NAME: database.shop_url(engine), **stores}
        rights = rights_of(engine, wrapper, cases, stores, folder)
        desks = (complaint.desk(cases, engine, people), content.desk(cases, engine, people))
        incidents = Incidents(law, cases, engine, people, chosen.incident_gateway, rights.desk.stores)
        if mark and beside:
            duties = (access, cases, consents, guard, rights, *desks, incidents)
            build(Site(engine, *duties, folder.absolute(), mark.made, say), mark, today())
        entrusted = _entrusted(chosen, rights)
        retention = retention_of(rights, desks, chosen.matters_kept)
        app = create_app(
            Library(law, StoredTexts(engine), chosen.readings),
            host_names=("localhost", "127.0.0.1", "[::1]", chosen.host, *chosen.host_names),
            api_token=token,
            data=folder,
            engine=engine,
            cases=cases,
            ledger=Ledger(engine, sealer.folder, lambda: wrapper),
            access=access,
            consents=(consents, Intake(consents.kept, writer) if consents.kept else None),
            guard=guard,
            desks=desks,
            incidents=incidents,
            rights=rights,
            retention=retention,
            entrusted=entrusted,
            widgets=Widgets(_notices(law, chosen, engine), consents, engine, secret(engine, wrapper)),
            inspections=inspections_of(engine, wrapper, Office(law, engine, chosen.readings), sealer.folder),
            demo=mark is not None,
            setup=Setup(configuration.table(chosen, sources or {}), tuple(stores), wrapper.current),
        )
        finder = Finder(retention, chosen.retention_every, say)
        rounds = (
            *(Sealing(sealer, say), Worker(cases, say), Asker(rights, say), finder, Follower(rights, say)),
            *((Teller(entrusted, say),) if chosen.opendsr_domain else ()),
        )
        with closing(rights), ExitStack() as running:
            for one in rounds if beside else ():
                running.enter_context(one)
            yield Whole(app, access)


def _entrusted(chosen: Settings, rights: Rights) -> Entrusted:
    """Return the requests that controllers hand over, as the settings agree on."""
    own = (chosen.opendsr_domain, chosen.opendsr_certificate, chosen.opendsr_key)
    terms = Terms(
        chosen.opendsr_controllers,
        chosen.opendsr_identities,
        chosen.opendsr_unattended,
        chosen.opendsr_days,
    )
    return entrusted_of(rights, own, terms)


def _notices(law: Register, chosen: Settings, engine: "Engine") -> Notices:
    """Return the notices under the readings of the settings."""
    return Notices(Decider(law, chosen.readings), law.version, engine)


def _access(chosen: Settings, engine: "Engine", wrapper: "Wrapper") -> Access:
    """Return who may come in, with the identity provider of the settings."""
    provider = None
    if chosen.oidc_issuer:
        provider = Provider(chosen.oidc_issuer, chosen.oidc_client, chosen.oidc_secret)
    lifetime = Lifetime(timedelta(minutes=chosen.session_idle), timedelta(hours=chosen.session_length))
    return Access(engine, secret(engine, wrapper), lifetime=lifetime, provider=provider)
