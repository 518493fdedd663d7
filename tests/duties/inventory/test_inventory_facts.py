"""What follows from the fields: facts of the vocabulary, findings with citations, consequences."""

from datetime import date

import msgspec
import pytest

from shouxin.duties.inventory import checks, facts
from shouxin.duties.inventory.facts import sources
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.inventory.service import Inventory, named
from shouxin.engine.worth import typed
from shouxin.errors import InputError
from shouxin.law import citation

from .conftest import DAY


def test_every_field_leads_to_facts_that_there_are(inventory: Inventory) -> None:
    """Each fact is declared, and the values of sets and booleans fit."""
    known = inventory.rules.facts
    found = sources()
    for group in (found.organisation, found.service, found.activity):
        for field, source in group.items():
            assert source.names, field
            assert {*source.names, *source.otherwise_false} <= known.keys(), field
            assert set(source.otherwise_false) <= set(source.each.values()), field


def test_every_value_of_a_choice_has_its_fact() -> None:
    """Each basis, role and route of the model is one that a fact follows from."""
    from typing import get_args

    from shouxin.duties.inventory.model import Basis, PlatformRole, Route

    found = sources()
    assert set(found.activity["basis"].each) == set(get_args(Basis))
    assert set(found.service["roles"].each) == set(get_args(PlatformRole))
    assert set(found.activity["routes"].each) == set(get_args(Route))


def test_the_fields_of_an_activity_become_facts(shop: Organisation) -> None:
    """What is recorded is known, what is not recorded is not."""
    service, orders = named(shop, "shop", "orders")
    known = facts.of_activity(shop, service, orders)
    assert {name: known[name] for name in ("basis.contract", "basis.other_law", "processing.entrusted")} == {
        "basis.contract": True,
        "basis.other_law": False,
        "processing.entrusted": True,
    }
    assert known["entrust.agreement_complete"] is True
    assert known["data.items"] == sorted(orders.categories or ())
    assert known["actor.app_operator"] is True
    assert known["data.stored_in_china"] is True
    assert (known["processing.abroad"], known["data.sensitive"]) == (False, False)
    assert "subject.minor" not in known
    assert "consent.given" not in known
    for name, worth in known.items():
        assert worth is not None, name


def test_an_unknown_field_says_nothing(shop: Organisation) -> None:
    """An activity of which only the name is known has the facts of its service and no others."""
    service, orders = named(shop, "shop", "orders")
    bare = msgspec.structs.replace(orders, **{f: d for f, d in _defaults(orders).items() if f != "name"})
    assert facts.of_activity(shop, service, bare) == {
        **facts.of_organisation(shop),
        "app.categories": ["online_shopping"],
        "actor.app_operator": True,
        "actor.ecommerce_operator": True,
    }


def test_a_service_is_what_any_of_its_activities_is(shop: Organisation) -> None:
    """The service holds sensitive information because one activity does; the other does not."""
    service, orders = named(shop, "shop", "orders")
    assert facts.of_service(shop, service)["data.sensitive"] is True
    assert facts.of_activity(shop, service, orders)["data.sensitive"] is False
    denied = msgspec.structs.replace(shop, facts={"processing.entrusted": False})
    with pytest.raises(InputError) as refused:
        facts.of_service(denied, service)
    assert refused.value.code == "fact-contradiction"


def test_every_check_cites_provisions_that_there_are(inventory: Inventory) -> None:
    """Each of them resolves in the register."""
    for name, check in checks.checks().items():
        for text in check.provisions:
            assert inventory.register.find(str(citation.parse(text))), (name, text)


def test_what_is_in_order_is_not_found_fault_with(inventory: Inventory, shop: Organisation) -> None:
    """Nothing is wrong with the orders, their carrier or their basis."""
    inventory.check(shop, DAY)
    found = inventory.findings(shop, DAY)
    assert not [one for one in found if one.activity == "orders"]
    assert not [one for one in found if "Swift" in one.about]


def test_what_falls_short_is_found_with_its_articles(inventory: Inventory, shop: Organisation) -> None:
    """Every gap of the made-up file is there once, and nothing else."""
    found = {(one.check, one.activity, one.about) for one in inventory.findings(shop, DAY)}
    assert found == {
        ("sensitive_unjustified", "recommendations", "health_information"),
        ("beyond_necessary", "recommendations", "browsing_history, health_information"),
        ("necessity_missing", "recommendations", ""),
        ("recipient_categories_missing", "recommendations", "Far Analytics"),
        ("transfer_without_route", "recommendations", "Far Analytics"),
        ("retention_missing", "recommendations", ""),
        ("assessment_missing", "recommendations", ""),
        ("sdk_incomplete", "", "mystery-sdk: party, purpose, categories"),
        ("agreement_ended", "", "Far Analytics: 2024-12-31"),
        (
            "agreement_incomplete",
            "",
            "Far Analytics: duration, method, categories, measures, rights_and_duties",
        ),
        ("at_end_missing", "", "Far Analytics"),
        ("oversight_missing", "", "Far Analytics"),
        ("held_undeclared", "", "order database: ip_address, user_identifier"),
        ("person_unreachable", "", "orders.logs"),
    }
    (lists,) = [one.provisions for one in inventory.findings(shop, DAY) if one.check == "beyond_necessary"]
    assert "necessary-pi:art_5__item_6" in lists


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"basis": None}, "basis_missing"),
        ({"basis": ()}, "basis_none"),
        ({"purpose": ""}, "purpose_missing"),
        ({"categories": None}, "categories_missing"),
        ({"recipients": None}, "recipients_missing"),
        ({"retention": None}, "retention_missing"),
        ({"automated": None}, "automated_open"),
        ({"categories": ("location",)}, "sensitive_open"),
        ({"assessed_on": None}, "assessment_missing"),
    ],
)
def test_each_field_that_goes_is_missed(
    inventory: Inventory, shop: Organisation, change: dict[str, object], check: str
) -> None:
    """Taking one field away from an activity in order brings its finding, which was not there before."""
    service, orders = named(shop, "shop", "orders")
    lesser = msgspec.structs.replace(service, activities=(msgspec.structs.replace(orders, **change),))
    found = inventory.findings(msgspec.structs.replace(shop, services=(lesser,)), DAY)
    assert check in {one.check for one in found if one.activity == "orders"}


def test_what_the_gate_forbids_is_found_by_act(inventory: Inventory, shop: Organisation) -> None:
    """Entrusting on an agreement that settles half of it is, once it is known who acts; before it waits."""
    told = ("actor.entrusted_party", "purpose.household", "purpose.state_statistics_archives")
    acting = msgspec.structs.replace(shop, facts=dict.fromkeys(told, False))
    (found,) = [one for one in inventory.findings(acting, DAY) if one.check == "prohibited"]
    assert (found.activity, found.about) == ("recommendations", "entrust")
    assert found.provisions == ("pipl:art_21__para_1",)
    waits = {
        one.act: one.waits
        for one in inventory.follows(shop, *named(shop, "shop", "recommendations"), DAY).acts
    }
    assert "pipl:art_21__para_1" in waits["entrust"]


def test_an_agreement_runs_out_on_its_day(inventory: Inventory, shop: Organisation) -> None:
    """It holds on its last day and has ended on the next."""
    for day, ended in ((date(2024, 12, 31), False), (date(2025, 1, 1), True)):
        found = inventory.findings(shop, day)
        assert any(one.check == "agreement_ended" for one in found) is ended


def test_an_automated_decision_has_consequences(inventory: Inventory, shop: Organisation) -> None:
    """The gate's rules on it and the controls that it calls for are named."""
    found = inventory.follows(shop, *named(shop, "shop", "recommendations"), DAY)
    acts = {one.act: one for one in found.acts}
    assert {"decide_automatically", "recommend", "entrust", "transfer_abroad"} <= acts.keys()
    decides = acts["decide_automatically"]
    assert "pipl:art_24__para_1" in (*decides.prohibited, *decides.waits)
    assert "pipl:art_55__item_2" in (*decides.prohibited, *decides.waits)
    assert {"pipl:art_24__para_1", "pipl:art_24__para_2", "pipl:art_55"} <= set(found.controls)
    orders = inventory.follows(shop, *named(shop, "shop", "orders"), DAY)
    assert "decide_automatically" not in {one.act for one in orders.acts}
    assert "pipl:art_24__para_2" not in orders.controls


def test_facts_have_the_types_of_the_vocabulary(inventory: Inventory, shop: Organisation) -> None:
    """What the guard will read passes the reader of facts."""
    for service in shop.services:
        for activity in service.activities:
            for name, worth in facts.of_activity(shop, service, activity).items():
                assert typed(inventory.rules.facts[name], worth) is not None, name


def _defaults(value: msgspec.Struct) -> dict[str, object]:
    return {
        field.name: field.default_factory() if field.default is msgspec.NODEFAULT else field.default
        for field in msgspec.structs.fields(value)
        if field.name != "name"
    }
