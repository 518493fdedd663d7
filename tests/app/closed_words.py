"""The closed words of the law files and of the duties: for each group of labels, exactly what can occur."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

from chinese_calendar.constants import Holiday

import shouxin
from shouxin.app.catalogue import LANGUAGES
from shouxin.app.reasons import reasons
from shouxin.app.settings import Settings
from shouxin.connect import survey
from shouxin.detect.evidence import Evidence
from shouxin.detect.prose import LEVELS
from shouxin.detect.sources.piece import Code
from shouxin.duties.access import model as access
from shouxin.duties.access.permissions import ROLES
from shouxin.duties.assessment import looking
from shouxin.duties.assessment import model as assessment
from shouxin.duties.centre.model import ASKED
from shouxin.duties.centre.shown import OWN_WORDS
from shouxin.duties.complaint.model import Complaint
from shouxin.duties.consent import model as consent
from shouxin.duties.content.model import DISCLOSES, MEASURES, ContentRequest
from shouxin.duties.days import PERIODS
from shouxin.duties.delivery import kept as delivery
from shouxin.duties.due.pages import UNITS
from shouxin.duties.entrusted import model as entrusted
from shouxin.duties.exports.lists import Kept, lists
from shouxin.duties.exports.lists_office import office_lists
from shouxin.duties.incident import forms as incident_forms
from shouxin.duties.incident import model as incident
from shouxin.duties.inspection import model as inspection
from shouxin.duties.inventory.checks import checks
from shouxin.duties.inventory.diff import PARTS, Verb
from shouxin.duties.inventory.editing import FIELDS
from shouxin.duties.inventory.fields import TERMS
from shouxin.duties.inventory.model import PartyKind, PlatformRole
from shouxin.duties.inventory.relations import AGREEMENTS
from shouxin.duties.notice import compare
from shouxin.duties.notice import editing as notice_editing
from shouxin.duties.notice import model as notice
from shouxin.duties.overview import model as overview
from shouxin.duties.posture.service import GROUPS as GROUPINGS
from shouxin.duties.posture.service import STATES
from shouxin.duties.reaching import WORDS as REACH
from shouxin.duties.retention import model as retention
from shouxin.duties.rights import model as rights
from shouxin.duties.rights.kinds import Work, kinds
from shouxin.duties.rights.pages import COLUMNS
from shouxin.duties.search.model import KINDS as FOUND
from shouxin.duties.shield.effects import Leaves
from shouxin.duties.welcome import model as welcome
from shouxin.engine.decision import Effect
from shouxin.law import mechanism, model
from shouxin.law.register import register
from shouxin.law.search import FILTERS
from shouxin.law.wording import Supplier
from shouxin.protect import policy
from shouxin.protect.policy_file import adapted, named_policies, named_policy, profiles
from shouxin.store.ledger.entry import Origin, Outcome
from shouxin.store.ledger.verify import Kind as Fault
from tests.project.test_docs import documented_codes

SOURCE = Path(shouxin.__file__).parent
GROUNDS = tuple(
    value
    for procedure in register().books.procedures
    if procedure.procedure == "rights-request"
    for fact in procedure.facts
    if fact.name == "ground"
    for value in fact.values or ()
)
GROUPS = ("all", "any", "none", "not_all", "lacks", "always", "never")
SIGNS = ("ne", "lt", "le", "gt", "ge", "among", "not_among")

STANDINGS = [
    standing
    for name in profiles()
    for standing in adapted(named_policy("mask"), profile=name).profile.types.values()
]

NAME_REASONS = {
    word.replace(" ", "_")
    for path in (SOURCE / "detect/names").glob("*.py")
    for word in re.findall(r'\("([a-z ]+)", [^")]', path.read_text(encoding="utf-8"))
}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower())


THING: Any = SimpleNamespace(kind=SimpleNamespace(name="complaint", staff="/complaints"))
EXPORTED = lists(
    Kept(THING, THING, THING, THING, (THING,), THING, THING, THING, THING),
) | office_lists(THING, THING, THING)

CLOSED = {
    "error": documented_codes(),
    "urgency": overview.NEAR,
    "duty": overview.DUTIES,
    "acts": ("personal", "other"),
    "reach": REACH,
    "clause": (*GROUPS, *SIGNS),
    "desk_field": tuple(
        ({*Complaint.__struct_fields__, *ContentRequest.__struct_fields__})
        - {"language", "request", "subject"}
    ),
    "desk_letter": ("again", "note"),
    "desk_value": ("content", "messages", *DISCLOSES, *MEASURES),
    "desk_way": ("in", "out", "office"),
    "effect": get_args(Effect),
    "effect_means": get_args(Effect),
    "period": PERIODS,
    "export_column": {
        "filter",
        *(column for one in EXPORTED.values() for column in (*one.columns, one.whose) if column),
    },
    "export_list": ("content", *EXPORTED),
    "exception": ("true", "false", "unknown"),
    "centre_law": {one.instrument for one in register().instruments},
    "reason": tuple(reasons().reasons),
    "setting": Settings.__struct_fields__,
    "reason_kind": ("none", "step"),
    "centre_problem": {one.replace("-", "_") for one in OWN_WORDS} | {"other"},
    "centre_receiver": (*get_args(PartyKind), "sdk"),
    "centre_right": ASKED,
    "centre_right_about": ASKED,
    "centre_status": get_args(consent.Status),
    "consent_action": get_args(consent.Action),
    "consent_gesture": get_args(consent.Gesture),
    "consent_kind": get_args(consent.Kind),
    "consent_status": get_args(consent.Status),
    "ledger_origin": get_args(Origin),
    "ledger_outcome": get_args(Outcome),
    "ledger_problem": get_args(Fault),
    "notice_asked": get_args(compare.Why),
    "notice_basis": get_args(notice.Basis),
    "notice_change": ("new", "gone", "changed"),
    "notice_channel": ("fixed_phone", "mobile_phone", "personal_email", "other"),
    "notice_field": tuple(
        {*notice.Notice.__struct_fields__, *notice.Purpose.__struct_fields__} - {"key", "service", "purposes"}
    ),
    "notice_form": ("separate", "written"),
    "notice_purpose_change": ("new", "gone"),
    "notice_recipient": ("processor", "entrusted"),
    "notice_recipient_field": ("contact", "purpose", "method", "rights", "categories"),
    "notice_rights": notice.Rights.__struct_fields__,
    "notice_sensitive": notice.Sensitive.__struct_fields__,
    "notice_state": ("in_force", "superseded"),
    "notice_wrong": get_args(notice_editing.Wrong),
    "delivery_state": get_args(delivery.State),
    "opendsr_state": get_args(entrusted.State),
    "opendsr_want": entrusted.WANTS,
    "origin": ("given", "assumed", "derived", "missing"),
    "outcome": ("takes_effect", "may_take_effect", "defeated"),
    "erase_column": COLUMNS,
    "right": tuple(kinds()),
    "rights_act": get_args(survey.Act),
    "rights_done": ("deleted", "changed", "found", "kept"),
    "rights_ground": GROUNDS,
    "rights_part": get_args(survey.Whose),
    "rights_work": set(get_args(Work)) - {"give", "correct", "erase"},
    "task_state": get_args(rights.State),
    "verified_by": get_args(rights.Method),
    "rule_effect": ("prohibit", "duty", "permit"),
    "supplier": get_args(Supplier),
    "unscanned": get_args(Code),
    "truth": ("true", "false", "unknown"),
    "counting": (
        *("days", "working", "months", "years"),
        *("next_day", "first_day", "past_rest_days", "year_end"),
    ),
    "due": get_args(model.Direction),
    "rest_day": ("weekend", "pause", "make_up_day", *(_slug(day.value) for day in Holiday)),
    "span": UNITS,
    "keep": ("by_other_law", "as_organisation_sets", "as_long_as_needed"),
    "per": ("organisation", "service"),
    "time_word": tuple(word for word in get_args(mechanism.TimeWord) if word),
    "until": ("keep", "wait"),
    "addressee": get_args(model.Addressee),
    "direction": get_args(model.Direction),
    "filter": FILTERS,
    "kind": get_args(model.Kind),
    "kinds": get_args(model.Kind),
    "mechanism": get_args(model.Mechanism),
    "mechanism_means": get_args(model.Mechanism),
    "modality": get_args(model.Modality),
    "state": get_args(model.State),
    "state_means": get_args(model.State),
    "evidence": get_args(mechanism.EvidenceKind),
    "role": get_args(mechanism.Role),
    "sanction_kind": get_args(mechanism.SanctionKind),
    "reached": ("true", "false", "none"),
    "posture_state": STATES,
    "posture_group": tuple(GROUPINGS),
    "decided_by": ("rule", "person"),
    "bound": ("value", "min", "max", "above", "below"),
    "deadline_filter": ("yes", "at_once"),
    "duration": ("days", "working_days", "months", "years"),
    "language": tuple(LANGUAGES),
    "agreement_state": AGREEMENTS,
    "agreement_term": TERMS,
    "found": FOUND,
    "at_end": ("return", "delete"),
    "inspection_file": (inspection.ARCHIVE, *inspection.FILES),
    "inspection_kind": inspection.KINDS,
    "inspection_pack_state": get_args(inspection.PackState),
    "inspection_part": inspection.PARTS,
    "inspection_state": get_args(inspection.State),
    "inventory_check": tuple(checks()),
    "inventory_choice": {
        option
        for fields in FIELDS.values()
        for field in fields
        if field.path in ("retention.time.unit", "sub_entrusting")
        for option in field.options
    },
    "inventory_field": {
        path for fields in FIELDS.values() for field in fields for path in (field.path, *field.columns)
    },
    "inventory_part": PARTS,
    "inventory_verb": get_args(Verb),
    "incident_answer": ("yes", "no", "depends"),
    "incident_delivery": incident.Delivery.__struct_fields__,
    "incident_item": {*incident_forms.TEXTS, "categories"},
    "incident_kind": get_args(incident.Kind),
    "incident_party": get_args(incident.Party),
    "incident_threshold": ("reached", "not_reached", "open"),
    "assessment_answer": ("yes", "no"),
    "assessment_case": {case for named in looking.cases().values() for case in named.values()},
    "assessment_conclusion": tuple(word for word in get_args(assessment.Conclusion) if word),
    "assessment_decision": ("given", "refused"),
    "assessment_field": assessment.Content.__struct_fields__,
    "assessment_level": get_args(assessment.Level),
    "assessment_standing": get_args(assessment.Standing),
    "assessment_state": get_args(assessment.State),
    "platform_role": get_args(PlatformRole),
    "month": tuple(f"m{number}" for number in range(1, 13)),
    "detect_why": (
        *("base", *(str(bit.name).lower() for bit in Evidence), *LEVELS, *NAME_REASONS),
        *("share", "name_agrees", "name_is_silent"),
    ),
    "pi_category": tuple({item.category for item in STANDINGS}),
    "pi_level": tuple({item.level for item in STANDINGS}),
    "protect_action": tuple(str(action.__struct_config__.tag) for action in get_args(policy.Any)),
    "protect_leaves": get_args(Leaves),
    "protect_policy": named_policies(),
    "place": ("art", "para", "item", "point", "subpoint", "cl", "sec", "intro", "notice"),
    "source_status": ("authoritative", "machine_translation", "from_memory", "unknown"),
    "status": ("s400", "s401", "s403", "s404", "s405", "s409", "s413", "s429", "s500", "s503"),
    "access_role": ROLES,
    "approval_state": get_args(access.State),
    "operation": access.OPERATIONS,
    "retention_state": get_args(retention.RunState),
    "welcome_do": welcome.STEPS,
    "welcome_shown": {name for step in welcome.progress(welcome.Seen()).steps for name in step.shown},
    "welcome_step": welcome.STEPS,
    "welcome_why": welcome.STEPS,
}
