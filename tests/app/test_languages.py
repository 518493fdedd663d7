"""The three catalogues are one: the same keys, each used; and the language is the reader's choice."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
import yaml
from chinese_calendar.constants import Holiday
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

import shouxin
from shouxin.app.catalogue import LANGUAGES, Catalogue, catalogue, spoken
from shouxin.app.languages import preferred
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
from shouxin.duties.delivery import kept as delivery
from shouxin.duties.due.pages import UNITS
from shouxin.duties.entrusted import model as entrusted
from shouxin.duties.exports.lists import Kept, lists
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
from shouxin.engine.engines import Engines
from shouxin.law import mechanism, model
from shouxin.law.mechanism import LocalFact
from shouxin.law.model import Words
from shouxin.law.register import register
from shouxin.law.search import FILTERS
from shouxin.law.wording import Fact, Supplier
from shouxin.protect import policy
from shouxin.protect.policy_file import adapted, named_policies, named_policy, profiles
from shouxin.store.ledger.entry import Origin, Outcome
from shouxin.store.ledger.verify import Kind as Fault

Client = TestClient[Litestar]
SOURCE = Path(shouxin.__file__).parent
SPEAKING = [
    *SOURCE.rglob("templates/*.html"),
    *(SOURCE / "app").glob("*.py"),
    SOURCE / "demo" / "pages.py",
    *SOURCE.glob("duties/*/pages*.py"),
]
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


THING: Any = SimpleNamespace(kind=SimpleNamespace(name="complaint"))
EXPORTED = lists(
    Kept(THING, THING, THING, THING, (THING,), THING, THING, THING, THING),
)

CLOSED = {
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
    "export_column": {
        *(column for one in EXPORTED.values() for column in (*one.columns, one.whose) if column),
    },
    "export_list": ("content", *EXPORTED),
    "exception": ("true", "false", "unknown"),
    "centre_law": ("pipl", "algorithm-recommendation", "miit-24", "npc-decision", "necessary-pi"),
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
    "inspection_kind": inspection.KINDS,
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
every = pytest.mark.parametrize("words", [catalogue(code) for code in LANGUAGES], ids=list(LANGUAGES))


@every
def test_every_catalogue_has_the_same_keys(words: Catalogue) -> None:
    """No phrase and no label is missing in one language, and none is empty."""
    chinese = catalogue("zh")
    assert words.phrases.keys() == chinese.phrases.keys()
    assert {group: set(labels) for group, labels in words.labels.items()} == {
        group: set(labels) for group, labels in chinese.labels.items()
    }
    assert all(text for labels in words.labels.values() for text in labels.values())


@every
def test_every_key_stands_in_the_file_of_the_same_name(words: Catalogue) -> None:
    """Who looks for a phrase of a duty finds it in that duty's file, whatever the language."""

    def keys(code: str) -> dict[str, list[str]]:
        folder = SOURCE / "app/languages" / code
        files = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
        return {name: [key for part in data.values() for key in part] for name, data in files.items()}

    assert {name: set(found) for name, found in keys(words.code).items()} == {
        name: set(found) for name, found in keys("zh").items()
    }


@every
def test_every_phrase_has_the_same_places(words: Catalogue) -> None:
    """A figure or a name that one language shows, all show."""
    chinese = catalogue("zh")
    for key, text in words.phrases.items():
        if key != "date":
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese.phrases[key])), key


def test_every_key_that_is_used_exists_and_none_is_unused() -> None:
    """The keys in templates and code are exactly those of the catalogue."""
    text = "".join(path.read_text(encoding="utf-8") for path in SPEAKING)
    phrases = set(catalogue("en").phrases)
    asked = set(re.findall(r"""\b(?:t\(|phrases\[)["']([^"']+)["']""", text))
    written = set(re.findall(r"""["']([a-z_]+\.[a-z_]+|date)["']""", text))
    assert asked <= phrases
    assert phrases <= written


@every
def test_every_closed_word_of_the_law_files_has_a_name(words: Catalogue) -> None:
    """The labels of each group are exactly the words that can occur."""
    for group, closed in CLOSED.items():
        assert set(words.labels[group]) == set(closed), group
    assert set(words.labels) == {*CLOSED, "bearer", "unit"}
    units = {fact.unit for item in register().instruments for fact in item.facts if fact.unit}
    units |= {figure.unit for _, figure in register().parameters()}
    assert {re.sub(r"[^a-z0-9]+", "_", unit.lower()) for unit in units} <= set(words.labels["unit"])


@every
def test_whoever_bears_a_sanction_has_a_name(words: Catalogue) -> None:
    """An addressee of the law, or one of the others, and of these none is unused."""
    calculators = (rule for entry in register().entries for rule in entry.provision.calculator)
    bear = {sanction.who for rule in calculators for sanction in rule.sanctions}
    assert bear - set(words.labels["addressee"]) == set(words.labels["bearer"])


def test_every_value_that_a_calculation_asks_for_has_a_name_in_three_languages() -> None:
    """Facts of an instrument and of the vocabulary alike."""
    calculators = Engines(register()).calculators
    asked = {item.fact for name in calculators.provisions for item in calculators.asks(name)}
    facts: list[Fact | LocalFact] = [fact for item in register().instruments for fact in item.facts]
    facts += [fact for fact in register().books.vocabulary.facts if fact.name in asked]
    for fact in facts:
        for value in fact.values if fact.type == "enum" else ():
            label = fact.value_labels[value]
            assert label.zh and label.en and label.es, (fact.name, value)


def test_one_is_told_from_many() -> None:
    """A phrase with two forms takes the one its figure asks for."""
    assert catalogue("en").phrase("provision.count", n=1) == "1 provision"
    assert catalogue("en").phrase("provision.count", n=1073) == "1,073 provisions"
    assert catalogue("es").phrase("provision.count", n=1073) == "1073 disposiciones"
    assert catalogue("zh").phrase("provision.count", n=1) == "1 项规定"


@given(st.integers(-(10**15), 10**15))
def test_a_number_keeps_its_digits(figure: int) -> None:
    """Only separators are added, in every language."""
    for code in LANGUAGES:
        assert int(re.sub(r"[,\u202f]", "", catalogue(code).number(figure))) == figure


def test_a_text_that_nobody_translated_is_marked_as_what_it_is() -> None:
    """Spanish falls back to English, and a Chinese field without Chinese is English."""
    words = Words(zh="同意", en="consent")
    assert spoken(words, "es") == ("consent", "en")
    assert spoken(words, "zh") == ("同意", "zh")
    assert spoken(Words(zh="consent", en="consent"), "zh") == ("consent", "en")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "zh"),
        ("en", "en"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("fr,de;q=0.9,en;q=0.1", "en"),
        ("en;q=0.1,zh-CN;q=0.9", "zh"),
        ("EN-gb", "en"),
        ("en;q=0", "zh"),
        ("fr", "zh"),
        ("*", "zh"),
        (";;;,,,q=", "zh"),
    ],
)
def test_the_browser_s_wish_is_read_by_weight(header: str, code: str) -> None:
    """The best of our languages wins; Chinese where none is wished for."""
    assert preferred(header) == code


@given(st.text(max_size=600))
def test_any_header_gives_one_of_our_languages(header: str) -> None:
    """Nothing that a browser sends is an error."""
    assert preferred(header) in LANGUAGES


def test_the_address_stands_above_the_cookie_and_the_cookie_above_the_browser(client: Client) -> None:
    """``?lang=`` is remembered in a cookie for that alone; a language that is not ours is ignored."""
    client.cookies.clear()
    spanish = client.get("/law?lang=es", headers={"Accept-Language": "en"})
    assert '<html lang="es">' in spanish.text
    assert spanish.headers["set-cookie"] == "lang=es; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
    assert '<html lang="es">' in client.get("/law", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in client.get("/law?lang=zh", headers={"Accept-Language": "en"}).text
    client.cookies.clear()
    ignored = client.get("/law?lang=fr", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in ignored.text
    assert "set-cookie" not in ignored.headers
    broken = client.get("/law", headers={"Accept-Language": "en", "Cookie": "lang=xx; ;=;lang"})
    assert '<html lang="en">' in broken.text


def test_the_language_links_keep_the_rest_of_the_address(client: Client) -> None:
    """Changing the language of a search does not lose the query."""
    text = client.get("/law/search?q=同意&mechanism=gate&lang=en").text
    assert 'href="?q=%E5%90%8C%E6%84%8F&amp;mechanism=gate&amp;lang=es"' in text
    client.cookies.clear()
