"""The whole system over one store: what ``shouxin serve`` runs, and the tests of the whole."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from litestar import Litestar

from shouxin.app import settings as configuration
from shouxin.app.parts import Parts
from shouxin.app.server import create_app
from shouxin.app.settings import Settings, key_choice, ways
from shouxin.app.setup import Setup
from shouxin.demo.account import signer
from shouxin.demo.build import build
from shouxin.demo.office import at_work
from shouxin.demo.shop import database
from shouxin.duties.access.oidc import Provider
from shouxin.duties.access.place import secret
from shouxin.duties.access.service import Access, Lifetime
from shouxin.duties.cases.kept import KeptCases
from shouxin.duties.cases.service import Cases
from shouxin.duties.cases.worker import Worker
from shouxin.duties.centre.place import centre_of, keys_of
from shouxin.duties.centre.service import Offices
from shouxin.duties.command import say
from shouxin.duties.complaint import service as complaint
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.service import Consents
from shouxin.duties.consent.worker import Counter
from shouxin.duties.content import service as content
from shouxin.duties.days import today
from shouxin.duties.delivery.senders import Sender
from shouxin.duties.delivery.service import Deliveries, senders
from shouxin.duties.delivery.worker import Postman
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.entrusted.model import Terms
from shouxin.duties.entrusted.place import entrusted_of
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.entrusted.worker import Teller
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard import office
from shouxin.duties.guard.following import Following, databases
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.place import inspections_of, packs_over
from shouxin.duties.inspection.worker import Packer
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
from shouxin.law.register import register
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
    wrapper, folder = open_wrapper(engine, key_choice(chosen)), Path(chosen.data)
    sealer = Sealer(engine, wrapper, folder / "ledger")
    stores = {**({database.NAME: database.shop_url(engine)} if mark else {}), **chosen.stores}
    with _parts(chosen, engine, wrapper, stores, mark if beside else None) as parts:
        access, centre = parts["access"], parts["centre"]
        assert access and centre
        app = create_app(
            Library(register(), StoredTexts(engine), chosen.readings),
            host_names=("localhost", "127.0.0.1", "[::1]", chosen.host, *chosen.host_names),
            api_token=token,
            demo=mark is not None,
            sign=signer(centre.keys, folder) if mark else None,
            setup=Setup(configuration.table(chosen, sources or {}), tuple(stores), wrapper.current),
            **parts,
        )
        with ExitStack() as running:
            for one in (Sealing(sealer, say), *_rounds(chosen, parts)) if beside else ():
                running.enter_context(one)
            for dsn in databases(chosen.guard_dsn) if beside else ():
                law, people = (register(), chosen.readings), People(wrapper)
                running.enter_context(Following(engine, dsn, law, people, say))
            yield Whole(app, access)


@contextmanager
def _parts(
    chosen: Settings, engine: "Engine", wrapper: "Wrapper", stores: Mapping[str, str], mark: "Mark | None"
) -> Iterator[Parts]:
    """Give the services over a store, after the made-up office of a demo's ``mark`` is built."""
    law, folder = register(), Path(chosen.data)
    if mark:
        with at_work(engine, wrapper, stores, folder.absolute(), mark.made, say) as site:
            build(site, mark, today())
    cases = Cases(Timekeeper(law, folder / "calendar", chosen.readings, chosen.own_times), KeptCases(engine))
    access = _access(chosen, engine, wrapper)
    people, writer = People(wrapper), Writer(engine)
    consents = Consents(engine, people, chosen.person_searches)
    notices = Notices(Decider(law, chosen.readings), law.version, engine)
    sample = chosen.guard_permits
    with (
        writer,
        access.remembered,
        office.of_store(engine, law, chosen.readings, people, writer, sample=sample) as guard,
        closing(rights_of(engine, wrapper, cases, stores, folder, ways(chosen))) as rights,
    ):
        desks = (complaint.desk(cases, engine, people), content.desk(cases, engine, people))
        incidents = Incidents(law, cases, engine, people, chosen.incident_gateway, rights.desk.stores)
        offices = Offices(notices, consents, rights, desks[0], law)
        yield Parts(
            data=folder,
            engine=engine,
            cases=cases,
            ledger=Ledger(engine, folder / "ledger", lambda: wrapper),
            access=access,
            consents=(consents, Intake(consents.kept, writer) if consents.kept else None),
            guard=guard,
            desks=desks,
            incidents=incidents,
            rights=rights,
            retention=retention_of(rights, desks, chosen.matters_kept, packs_over(engine, chosen.packs_kept)),
            entrusted=_entrusted(chosen, rights),
            deliveries=Deliveries(engine, _senders(chosen)),
            widgets=Widgets(notices, consents, engine, keys_of(engine, wrapper)),
            centre=centre_of(engine, wrapper, people, offices, chosen.centre_subjects, chosen.centre_frames),
            inspections=inspections_of(
                engine,
                wrapper,
                Office(law, engine, chosen.readings),
                folder / "ledger",
                chosen.packs_kept,
            ),
        )


def _rounds(chosen: Settings, parts: Parts) -> Iterator[AbstractContextManager[object]]:
    """Yield what goes its rounds beside the answers."""
    if engine := parts.get("engine"):
        yield Counter(engine, say)
    if cases := parts.get("cases"):
        yield Worker(cases, say)
    if rights := parts.get("rights"):
        yield Asker(rights, say)
        yield Follower(rights, say)
    if retention := parts.get("retention"):
        yield Finder(retention, chosen.retention_every, say)
    if inspections := parts.get("inspections"):
        yield Packer(inspections, say)
    if (entrusted := parts.get("entrusted")) and chosen.opendsr_domain:
        yield Teller(entrusted, say)
    if (deliveries := parts.get("deliveries")) and deliveries.senders:
        yield Postman(deliveries, say)


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


def _senders(chosen: Settings) -> dict[str, Sender]:
    """Return who takes messages, as the settings name them."""
    return senders(chosen.notify_webhook, chosen.smtp, chosen.notify_email, chosen.notify_from)


def _access(chosen: Settings, engine: "Engine", wrapper: "Wrapper") -> Access:
    """Return who may come in, with the identity provider of the settings."""
    provider = None
    if chosen.oidc_issuer:
        provider = Provider(chosen.oidc_issuer, chosen.oidc_client, chosen.oidc_secret)
    lifetime = Lifetime(timedelta(minutes=chosen.session_idle), timedelta(hours=chosen.session_length))
    return Access(engine, secret(engine, wrapper), lifetime=lifetime, provider=provider)
