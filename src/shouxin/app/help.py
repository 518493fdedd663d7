"""Each page explains itself in two sentences, which stand under its title and are searched with the rest."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from shouxin.app.catalogue import Catalogue, catalogue

PAGES: Mapping[str, tuple[str, str]] = {
    "help.access_account": ("/account", "access.account"),
    "help.access_approvals": ("/approvals", "approvals.title"),
    "help.access_first_operator": ("", ""),
    "help.access_once": ("", ""),
    "help.access_operators": ("/operators", "nav.operators"),
    "help.access_sign_in": ("", ""),
    "help.app_settings": ("/settings", "nav.settings"),
    "help.assessment_assessment": ("", ""),
    "help.assessment_compare": ("", ""),
    "help.assessment_index": ("/assessments", "nav.assessments"),
    "help.assessment_report": ("", ""),
    "help.calculate_calculate": ("/calculate", "nav.calculate"),
    "help.cases_calendar": ("/calendar", "nav.calendar"),
    "help.cases_case": ("", ""),
    "help.cases_cases": ("/cases", "nav.cases"),
    "help.cases_procedure": ("", ""),
    "help.cases_procedures": ("/procedures", "nav.procedures"),
    "help.centre_keys": ("/centre-keys", "centre.keys"),
    "help.consent_index": ("/consents", "nav.consents"),
    "help.consent_person": ("", ""),
    "help.delivery_index": ("/deliveries", "nav.deliveries"),
    "help.demo_tour": ("", ""),
    "help.desk_matter": ("", ""),
    "help.desk_queue": ("", ""),
    "help.desk_statistics": ("", ""),
    "help.due_due": ("/due", "nav.due"),
    "help.due_retention": ("/retention", "nav.retention"),
    "help.entrusted_index": ("/entrusted", "nav.entrusted"),
    "help.exports_index": ("/exports", "nav.exports"),
    "help.filters_problem": ("", ""),
    "help.gate_decide": ("/decide", "nav.decide"),
    "help.guard_decision": ("", ""),
    "help.guard_index": ("/denials", "nav.denials"),
    "help.handbook_index": ("/handbook", "handbook.title"),
    "help.handbook_page": ("", ""),
    "help.incident_cryptography": ("", ""),
    "help.incident_form": ("", ""),
    "help.incident_incident": ("", ""),
    "help.incident_index": ("/incidents", "nav.incidents"),
    "help.incident_notice": ("", ""),
    "help.inspection_index": ("/inspections", "inspection.title"),
    "help.inspection_inspection": ("", ""),
    "help.inventory_activity": ("", ""),
    "help.inventory_edit": ("", ""),
    "help.inventory_flows": ("/inventory/flows", "inventory.flows"),
    "help.inventory_history": ("/inventory/history", "inventory.history"),
    "help.inventory_index": ("/inventory", "nav.inventory"),
    "help.inventory_parties": ("/inventory/parties", "nav.parties"),
    "help.inventory_party": ("", ""),
    "help.inventory_reach": ("/inventory/reach", "inventory.reach"),
    "help.inventory_service": ("", ""),
    "help.inventory_table": ("/inventory/register", "inventory.register"),
    "help.ledger_checkpoints": ("/ledger/checkpoints", "ledger.notes"),
    "help.ledger_entry": ("", ""),
    "help.ledger_ledger": ("/ledger", "ledger.title"),
    "help.ledger_verified": ("/ledger/verify", "ledger.verification"),
    "help.library_app_categories": ("/law/app-categories", "nav.app_categories"),
    "help.library_coverage": ("/law/coverage", "nav.coverage"),
    "help.library_index": ("/law", "nav.law"),
    "help.library_instrument": ("", ""),
    "help.library_provision": ("", ""),
    "help.library_readings": ("/law/readings", "nav.readings"),
    "help.library_search": ("/law/search", "search.title"),
    "help.notice_compare": ("", ""),
    "help.notice_draft": ("", ""),
    "help.notice_index": ("/notices", "nav.notices"),
    "help.notice_version": ("", ""),
    "help.notice_write": ("/notices/write", "notice.write"),
    "help.overview_confirm": ("", ""),
    "help.overview_home": ("", ""),
    "help.overview_work": ("/work", "nav.work"),
    "help.posture_posture": ("/posture", "nav.posture"),
    "help.retention_index": ("/retention/runs", "nav.retention_runs"),
    "help.retention_run": ("", ""),
    "help.rights_by_hand": ("/requests/by-hand", "requests.by_hand"),
    "help.rights_index": ("/requests", "nav.requests"),
    "help.rights_request": ("", ""),
    "help.rights_task": ("", ""),
    "help.search_search": ("", ""),
    "help.shield_detect": ("/detect", "nav.detect"),
    "help.shield_protect": ("/protect", "nav.protect"),
    "help.welcome_database": ("", ""),
    "help.welcome_index": ("/welcome", "nav.welcome"),
    "help.widget_index": ("/widget", "widget.title"),
}
"""The phrase of each page; of those that have one address, that, and the phrase that names it."""

_TITLE = Markup("</h1>")
_SHOWN = Markup('<details class="page-help"{}><summary>{}</summary><p>{}</p></details>')


def key(template: str) -> str:
    """Return the phrase of the page that a template is: ``ledger/ledger.html`` has ``help.ledger_ledger``."""
    return "help." + template.removesuffix(".html").replace("/", "_").replace("-", "_")


def helped(language: Catalogue, template: str, body: Markup) -> Markup:
    """Return a page with its explanation under the title, unfolded where the page has no lead of its own."""
    words = language.phrases.get(key(template))
    title, end, rest = body.partition(_TITLE)
    if words is None or not end:
        return body
    unfolded = Markup("") if 'class="lead"' in body else Markup(" open")
    about = _SHOWN.format(unfolded, language.phrases["help.about"], words)
    return title + end + about + rest


def told(code: str) -> Iterator[tuple[str, str, str]]:
    """Yield address, title and explanation of every page that has one address, in a language."""
    phrases = catalogue(code).phrases
    for name, (address, title) in PAGES.items():
        if address:
            yield address, phrases[title], phrases[name]
