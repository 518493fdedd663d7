"""The queue: everything that waits, most urgent first, what one click does, filters that are kept."""

import pytest

from shouxin.duties.cases.model import Given
from shouxin.duties.overview.model import NEAR, Asked
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor
from tests.duties.access.conftest import form
from tests.duties.overview.conftest import Bureau

WHO = Actor("operator:1", "console")


def test_everything_stands_once_and_the_most_urgent_first(bureau: Bureau) -> None:
    """Late before due before what has no limit; each with its next step, its party and its article."""
    bureau.front.ask(bureau.today)
    found = bureau.work.queue(bureau.person("officer", "privacy_officer"), bureau.today)
    assert [(one.duty, one.number) for one in found.items] == [
        ("complaint", bureau.late),
        ("complaint", bureau.due),
        ("case", bureau.assessment),
        ("content", 3),
    ]
    assert [one.near for one in found.items] == ["overdue", "three", "none", "none"]
    late = found.items[0]
    assert late.next
    assert (late.next.step, late.next.provisions[0]) == ("accept", "miit-24:art_12__cl_3")
    assert (found.total, found.pages, found.by_near["overdue"]) == (4, 1, 1)
    assert sum(found.by_duty.values()) == found.total


def test_filters_leave_what_they_say_and_count_what_another_would(bureau: Bureau) -> None:
    """By duty, by urgency, and by what the reader can do; a filter that there is not is refused."""
    officer, auditor = bureau.person("officer", "privacy_officer"), bureau.person("auditor", "auditor")
    only = bureau.work.queue(officer, bureau.today, Asked(duty="complaint", urgency="three"))
    assert [one.number for one in only.items] == [bureau.due]
    assert only.by_duty == {"complaint": 2, "case": 1}
    assert bureau.work.queue(auditor, bureau.today).total == 3
    assert bureau.work.queue(auditor, bureau.today, Asked(mine=True)).total == 0
    for asked in (Asked(duty="dentist"), Asked(urgency="soon")):
        with pytest.raises(InputError) as raised:
            bureau.work.queue(officer, bureau.today, asked)
        assert raised.value.code == "work-filter"


def test_who_takes_a_matter_on_has_it_and_others_do_not(bureau: Bureau) -> None:
    """One click takes it; for others it is no longer theirs to do, and nobody is offered it again."""
    bureau.person("officer", "privacy_officer")
    other = bureau.person("staff", "staff")
    with bureau.client("officer") as client:
        fields = form(client, "/work")
        assert client.post(f"/complaints/{bureau.late}/take", data=fields).status_code // 100 == 3
        assert client.get("/work?mine=true").text.count('class="item-title"') == 3
    (late, *_), theirs = (
        bureau.work.queue(other, bureau.today).items,
        bureau.work.queue(other, bureau.today, Asked(mine=True)),
    )
    assert (late.doing, late.mine, theirs.total) == (None, False, 2)


def test_a_plain_step_is_shown_before_it_is_taken(bureau: Bureau) -> None:
    """Without the confirmation nothing moves; with it the case moves, once."""
    bureau.person("officer", "privacy_officer")
    version = bureau.cases.show(bureau.assessment, bureau.today).version
    sent = {
        "case": str(bureau.assessment),
        "step": "end_processing",
        "by": "processor",
        "version": str(version),
    }
    with bureau.client("officer") as client:
        fields = form(client, "/work", **sent)
        asked = client.post("/work-step", data=fields)
        assert (asked.status_code, 'name="sure" value="yes"' in asked.text) == (200, True)
        assert bureau.cases.show(bureau.assessment, bureau.today).version == version
        assert client.post("/work-step", data=fields | {"sure": "yes"}).status_code == 303
        moved = bureau.cases.show(bureau.assessment, bureau.today)
        assert moved.version == version + 1
        again = client.post("/work-step", data=fields | {"sure": "yes"})
        assert (again.status_code, "work-step" in again.text) == (400, True)
    assert bureau.cases.show(bureau.assessment, bureau.today).version == moved.version


@pytest.mark.parametrize("case", [1, 0, -5, 2**40])
def test_a_step_that_needs_more_than_a_click_is_refused(bureau: Bureau, case: int) -> None:
    """A complaint is accepted with a record, on its own page; what is no case has no step."""
    with pytest.raises(InputError) as raised:
        bureau.work.try_step(case, Given(step="accept", by="operator"), bureau.today, WHO)
    assert raised.value.code == "work-step"


def test_whatever_the_queue_is_asked_the_page_stays_whole(bureau: Bureau) -> None:
    """Unknown filters, pages that there are not and hostile words get an answer that says what to do."""
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        for query in ("duty=%3Cscript%3E", "urgency=soon", "page=99999", "page=0", "mine=perhaps", "page=x"):
            answer = client.get(f"/work?{query}")
            assert answer.status_code in (200, 400), query
            assert "<script>" not in answer.text
        for near in NEAR:
            assert client.get(f"/work?urgency={near}").status_code == 200
