"""What changed between two versions, and who is asked again for it."""

import pytest

from shouxin.duties.notice.compare import compare
from shouxin.duties.notice.model import Notice
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.duties.notice.made_up import CLINIC, PURPOSES, category, notice, said, with_purpose


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (with_purpose(1, purpose=said("to guess what you want")), "scope"),
        (with_purpose(1, method=said("compared by people")), "scope"),
        (with_purpose(1, categories=[category("views"), category("orders")]), "scope"),
        (with_purpose(1, recipients=[CLINIC]), "recipient"),
        (with_purpose(1, keeping=said("a year")), None),
        (with_purpose(1, refusal=said("nothing changes")), None),
        (notice(title=said("Your information")), None),
        (with_purpose(0, purpose=said("to deliver and to insure")), None),
    ],
)
def test_who_is_asked_again_is_who_agreed_to_something_else(new: Notice, why: str | None) -> None:
    """Purpose, method, categories, recipients count (pipl arts. 14, 23); a contract is no consent."""
    made = compare(notice(), new)
    assert [one.why for one in made.asked] == ([why] if why else [])
    assert made.changes
    assert all(register().find(one.provision) for one in made.asked)


def test_a_purpose_that_now_needs_another_form_is_asked_about() -> None:
    """Consent that was enough before is not any more."""
    before, after = {"tips": frozenset[str]()}, {"tips": frozenset({"separate"})}
    made = compare(notice(), notice(), (before, after))  # type: ignore[arg-type]
    assert [(one.purpose, one.why) for one in made.asked] == [("tips", "form")]


def test_new_and_removed_purposes_are_named() -> None:
    """A new one is asked about, one that is gone is only told."""
    made = compare(notice(purposes=PURPOSES[:1]), notice(purposes=PURPOSES[1:2]))
    assert [(one.purpose, one.kind) for one in made.changes] == [("orders", "gone"), ("tips", "new")]
    assert [(one.purpose, one.why) for one in made.asked] == [("tips", "new")]


def test_the_same_notice_has_the_same_address_and_no_change() -> None:
    """Content is what counts."""
    assert notice().address == notice().address != notice(title=said("Other")).address
    assert not compare(notice(), notice()).changes


def test_notices_of_two_services_cannot_be_compared() -> None:
    """Each service tells its own people."""
    with pytest.raises(InputError, match="two services"):
        compare(notice(), notice(service="other"))
