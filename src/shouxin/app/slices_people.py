"""The duties towards people: what they are told, answer, ask for and complain of."""

import msgspec

from shouxin.app.contribution import Slice
from shouxin.app.parts import Parts
from shouxin.duties.centre import pages as centre_pages
from shouxin.duties.centre import pages_keys
from shouxin.duties.centre.service import Centre
from shouxin.duties.complaint import api as complaint_api
from shouxin.duties.complaint import model as complaint_model
from shouxin.duties.complaint import pages as complaint_pages
from shouxin.duties.consent import api as consent_api
from shouxin.duties.consent import pages as consent_pages
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.service import Consents
from shouxin.duties.content import api as content_api
from shouxin.duties.content import model as content_model
from shouxin.duties.content import pages as content_pages
from shouxin.duties.desk import pages as desk_pages
from shouxin.duties.desk.service import Arrival, Desk
from shouxin.duties.entrusted import api as entrusted_api
from shouxin.duties.entrusted import pages as entrusted_pages
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.library.service import Library
from shouxin.duties.notice import api as notice_api
from shouxin.duties.notice import pages as notice_pages
from shouxin.duties.notice import pages_write as notice_write
from shouxin.duties.notice.service import Notices
from shouxin.duties.rights import api as rights_api
from shouxin.duties.rights import api_hand as rights_api_hand
from shouxin.duties.rights import api_heard as rights_api_heard
from shouxin.duties.rights import pages as rights_pages
from shouxin.duties.rights import pages_hand as rights_pages_hand
from shouxin.duties.rights import pages_link as rights_pages_link
from shouxin.duties.rights.service import Rights
from shouxin.duties.widget import api as widget_api
from shouxin.duties.widget import pages as widget_pages
from shouxin.duties.widget.service import Widgets


def of_people(library: Library, notices: Notices, parts: Parts) -> tuple[Slice, ...]:
    """Return the duties that people meet, and the queues behind them."""
    consents, intake = parts.get("consents") or (Consents(None, None), None)
    rights, widgets, entrusted = parts.get("rights"), parts.get("widgets"), parts.get("entrusted")
    return (
        _notice(library, notices, shown=bool(parts.get("engine"))),
        _consent(consents, intake),
        *_widget(widgets),
        _rights(rights),
        _entrusted(entrusted or Entrusted(rights), shown=bool(entrusted)),
        *_desk(*(parts.get("desks") or (None, None))),
        *_centre(parts.get("centre")),
    )


def _widget(widgets: Widgets | None) -> tuple[Slice, ...]:
    """Return what services put on their own pages."""
    if widgets is None:
        return ()
    routes = (widget_pages.routes(widgets), widget_api.routes(widgets))
    return (Slice("widget", widget_pages.TEMPLATES, routes, entries=(("/widget", "widget.title"),)),)


def _centre(centre: Centre | None) -> tuple[Slice, ...]:
    """Return the privacy centres of the services, which people enter from outside."""
    if centre is None:
        return ()

    def read(given: dict[str, str]) -> Arrival:
        return complaint_model.arrival(msgspec.convert(given, complaint_model.Complaint))

    routes = (*centre_pages.routes(centre, read), pages_keys.routes(centre))
    entries = (("/centre", "centre.all"), ("/centre-keys", "centre.keys"))
    return (Slice("centre", centre_pages.TEMPLATES, routes, entries=entries),)


def _notice(library: Library, notices: Notices, *, shown: bool) -> Slice:
    """Return the duty that tells people what is done with their information."""
    return Slice(
        "notice",
        notice_pages.TEMPLATES,
        (
            notice_api.routes(notices),
            notice_pages.routes(notices, library.register),
            notice_write.routes(notices, library.register),
        ),
        entries=(("/notices", "nav.notices"),) if shown else (),
    )


def _consent(consents: Consents, intake: Intake | None) -> Slice:
    """Return what people answered to notices."""
    return Slice(
        "consent",
        consent_pages.TEMPLATES,
        (consent_api.routes(consents, intake), consent_pages.routes(consents)),
        entries=(("/consents", "nav.consents"),) if intake else (),
    )


def _desk(complaints: Desk | None, contents: Desk | None) -> tuple[Slice, ...]:
    """Return what people bring without an account: complaints, and requests to take content down."""
    return (
        Slice("desk", desk_pages.TEMPLATES, ()),
        Slice(
            "complaint",
            complaint_pages.TEMPLATES,
            (
                complaint_api.routes(complaints),
                *(complaint_pages.routes(complaints) if complaints else ()),
                *(desk_pages.routes(complaints, complaint_model.DRAFTS) if complaints else ()),
            ),
            entries=(("/complaint", "nav.complaint"), ("/complaints", "nav.complaints"))
            if complaints
            else (),
        ),
        Slice(
            "content",
            content_pages.TEMPLATES,
            (
                content_api.routes(contents),
                *(content_pages.routes(contents) if contents else ()),
                *(desk_pages.routes(contents, content_model.DRAFTS) if contents else ()),
            ),
            entries=(("/content-request", "nav.content"), ("/content-requests", "nav.contents"))
            if contents
            else (),
        ),
    )


def _rights(rights: Rights | None) -> Slice:
    """Return what people ask for under their rights."""
    asked = rights or Rights(None)
    return Slice(
        "rights",
        rights_pages.TEMPLATES,
        tuple(
            part.routes(asked)
            for part in (
                *(rights_api, rights_api_hand, rights_api_heard),
                *(rights_pages, rights_pages_hand, rights_pages_link),
            )
        ),
        entries=(("/requests", "nav.requests"),) if rights else (),
    )


def _entrusted(entrusted: Entrusted, *, shown: bool) -> Slice:
    """Return what controllers hand over to us."""
    return Slice(
        "entrusted",
        entrusted_pages.TEMPLATES,
        (entrusted_api.routes(entrusted), entrusted_pages.routes(entrusted)),
        entries=(("/entrusted", "nav.entrusted"),) if shown else (),
    )
