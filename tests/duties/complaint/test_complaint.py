"""What is a complaint's own: what one may complain of here, assumed facts, drafts, the ways on."""

from datetime import date

import pytest
from sqlalchemy import Engine

from shouxin.duties.complaint.model import DRAFTS, KIND
from shouxin.duties.content import model as content
from shouxin.duties.days import in_words
from shouxin.duties.desk.drafting import Drafts
from shouxin.duties.desk.model import Kind, OfficeStep
from shouxin.duties.inventory.model import Author, Organisation
from shouxin.duties.inventory.stored import StoredInventory
from shouxin.errors import InputError
from shouxin.law.naming import named
from tests.duties.desk.conftest import JUNE, STAFF, Front


@pytest.fixture
def front(migrated: Engine) -> Front:
    """Give both desks over a new store."""
    return Front(migrated)


def recorded(front: Front, **facts: object) -> None:
    """Record an organisation with these facts."""
    organisation = Organisation(name="A Shop Made Up", facts=facts)
    StoredInventory(front.engine).load(organisation, Author("operator:1", "cli", "a test"))


def test_what_the_inventory_leaves_open_is_taken_to_hold_and_shown(front: Front) -> None:
    """A clock that runs for nothing does less harm than one never started."""
    number, _ = front.complain()
    matter, case = front.complaints.show(number, JUNE)
    assert matter.assumed == ("actor.telecom_or_internet_provider", "place.service_in_china")
    assert [str(clock.due) for clock in case.clocks] == ["2025-06-18"]


def test_what_the_inventory_says_decides_what_is_offered(front: Front) -> None:
    """Who runs no microblog hears no complaints about one; nothing is assumed of what is recorded."""
    assert "microblog" in front.complaints.offered("subject")
    said = {"actor.telecom_or_internet_provider": True, "place.service_in_china": True}
    recorded(front, **said, **{"actor.microblog_provider": False})
    offered = front.complaints.offered("subject")
    assert {"user_information", "other"} <= set(offered)
    assert "microblog" not in offered
    number, _ = front.complain()
    assert front.complaints.show(number, JUNE)[0].assumed == ()
    with pytest.raises(InputError) as caught:
        front.complain(subject="microblog")
    assert caught.value.code == "desk-subject"


def test_what_no_text_speaks_of_is_taken_in_without_a_time(front: Front) -> None:
    """And answered like the rest."""
    number, _ = front.complain(subject="other")
    assert front.complaints.queue(JUNE)[0].due is None
    front.complaints.act(number, OfficeStep(step="accept", texts={"accepted": "x"}), JUNE, STAFF)
    assert (
        front.complaints.act(number, OfficeStep(step="answer", texts={"answer": "x"}), JUNE, STAFF).state
        == "answered"
    )


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_drafts_hold_the_number_the_day_and_the_ways_on(front: Front, language: str) -> None:
    """The last day and its provision stand in the acceptance, the provisions of the ways in the answer."""
    number, _ = front.complain()
    matter, case = front.complaints.show(number, JUNE)
    machines = front.complaints.cases.keeper.engines.machines.all
    accept = DRAFTS.of("accept", matter, case, machines, language)
    answer = DRAFTS.of("answer", matter, case, machines, language)
    assert in_words(date(2025, 6, 18), language) in accept
    assert named("miit-24:art_12__cl_4", language) in accept
    assert str(number) in answer
    assert named("pipl:art_65__para_1__cl_1", language) in answer
    assert ":art_" not in accept + answer
    assert DRAFTS.of("handle", matter, case, machines, language) == ""


@pytest.mark.parametrize(("kind", "drafts"), [(KIND, DRAFTS), (content.KIND, content.DRAFTS)])
def test_every_way_on_is_a_step_of_the_law_before_somebody(front: Front, kind: Kind, drafts: Drafts) -> None:
    """Each names before whom and by which provision; subjects are those of the procedure."""
    machines = front.complaints.cases.keeper.engines.machines.all
    facts = [fact for fact in machines[kind.procedure].data.facts if fact.name == "subject"]
    assert set(drafts.subjects) - {""} <= {name for fact in facts for name in fact.values}
    for subject in drafts.subjects:
        for way in drafts.ways(machines, subject):
            assert way.provisions, way.label.en
            assert way.before, way.label.en
