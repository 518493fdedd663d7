"""The organisation in a real store: loaded once, evidence added and withdrawn, never changed."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import Engine

from shouxin.duties.inventory.service import Organisation
from shouxin.duties.posture.service import Judge
from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.errors import InputError

from .conftest import AUTHOR, DAY, complaints


def test_what_is_loaded_comes_back(migrated: Engine, judge: Judge, shop: Organisation) -> None:
    """The second load of one file changes nothing, and says so."""
    stored = StoredOrganisation(migrated)
    assert stored.load(judge, shop, DAY, AUTHOR) == (
        "organisation: new",
        'service "forum": new',
        'service "shop": new',
        "evidence: 1 added",
    )
    assert stored.load(judge, shop, DAY, AUTHOR) == ()
    found = stored.organisation()
    assert found.evidence == shop.evidence
    assert {service.name for service in found.services} == {"shop", "forum"}


def test_a_dry_run_keeps_nothing(migrated: Engine, judge: Judge, shop: Organisation) -> None:
    """It says what would change, and the store stays empty."""
    stored = StoredOrganisation(migrated)
    assert stored.load(judge, shop, DAY, AUTHOR, dry_run=True)
    with pytest.raises(InputError) as refused:
        stored.organisation()
    assert refused.value.code == "organisation-none"


def test_wrong_evidence_keeps_none_of_its_batch(migrated: Engine, judge: Judge, shop: Organisation) -> None:
    """One piece that cannot count refuses them all."""
    stored = StoredOrganisation(migrated)
    stored.load(judge, shop, DAY, AUTHOR)
    with pytest.raises(InputError):
        stored.add(judge, [complaints(reference="a"), complaints(kind="test_result")], DAY)
    assert len(stored.all_evidence()) == 1


def test_withdrawn_evidence_stays_and_counts_no_more(
    migrated: Engine, judge: Judge, shop: Organisation
) -> None:
    """The record keeps it with the reason; a second withdrawal and an unknown number are refused."""
    stored = StoredOrganisation(migrated)
    stored.load(judge, shop, DAY, AUTHOR)
    (number,) = [item.number for item in stored.all_evidence()]
    stored.withdraw(number, "it was out of date")
    assert stored.all_evidence()[0].withdrawn == "it was out of date"
    assert stored.organisation().evidence == ()
    unknown = ((one, "evidence-unknown") for one in (number + 1, 0, -1, 2**63, 10**30))
    for wrong, code in ((number, "evidence-withdrawn"), *unknown):
        with pytest.raises(InputError) as refused:
            stored.withdraw(wrong, "again")
        assert refused.value.code == code


def test_many_hands_add_evidence_at_once(migrated: Engine, judge: Judge, shop: Organisation) -> None:
    """Nothing is lost and every piece has a number of its own."""
    stored = StoredOrganisation(migrated)
    stored.load(judge, shop, DAY, AUTHOR)
    with ThreadPoolExecutor(8) as hands:
        made = list(
            hands.map(lambda n: stored.add(judge, [complaints(reference=f"file {n}")], DAY)[0], range(24))
        )
    assert len(set(made)) == 24
    assert len(stored.all_evidence()) == 25


def test_a_service_that_is_gone_takes_no_evidence_with_it(
    migrated: Engine, judge: Judge, shop: Organisation
) -> None:
    """The record of evidence only grows."""
    stored = StoredOrganisation(migrated)
    stored.load(judge, shop, DAY, AUTHOR)
    control = next(one for one in judge.controls.all if one.control.per == "service")
    element, kind = control.control.elements[0].name, control.control.elements[0].evidence[0]
    per_service = control.provision
    fewer = msgspec.structs.replace(shop, services=shop.services[:1])
    about_forum = complaints(provision=per_service, element=element, kind=kind, service="forum")
    stored.add(judge, [about_forum], DAY)
    assert stored.load(judge, fewer, DAY, AUTHOR) == ('service "forum": taken away',)
    assert len(stored.all_evidence()) == 2
    assert {item.service for item in judge.posture(stored.organisation(), DAY).items} == {"", "shop"}
