"""Notices in the store: published once, for ever, and refused where they lack something."""

import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.service import Notices, Publisher, offers, read, write
from shouxin.errors import InputError, IntegrityError, ShouxinError
from shouxin.law.register import register
from tests.duties.notice.made_up import notice, said

DAY = datetime.date(2026, 3, 2)
ME = Publisher("operator-1", "cli")


@pytest.fixture
def notices(migrated: Engine) -> Notices:
    """Give the notices of a new store."""
    return Notices(Decider(register()), "law-1", migrated)


def refused(call: object) -> str:
    """Return the code that a call is refused with."""
    with pytest.raises(ShouxinError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_a_published_notice_is_found_by_its_address(notices: Notices, migrated: Engine) -> None:
    """Whole, by the beginning of the address too, and with its entry in the ledger."""
    checked, new = notices.publish(notice(), ME, DAY)
    published, found = notices.show(checked.address[:12])
    assert new
    assert found == notice()
    assert (published.complete, published.superseded) == (True, None)
    with migrated.connect() as connection:
        kinds = connection.execute(text("select kind, what->>'address' from shouxin.ledger_entry")).all()
    assert kinds == [("notice.published", checked.address)]


def test_publishing_again_what_is_in_force_changes_nothing(notices: Notices) -> None:
    """The same content is the same version."""
    notices.publish(notice(), ME, DAY)
    assert notices.publish(notice(), ME, DAY)[1] is False
    assert len(notices.list()) == 1


def test_a_new_version_supersedes_and_an_old_one_can_come_back(notices: Notices) -> None:
    """Each stands at its address for ever; the one that came last is in force."""
    first, _ = notices.publish(notice(), ME, DAY)
    second, _ = notices.publish(notice(title=said("New")), ME, DAY)
    assert notices.show(first.address)[0].superseded is not None
    assert notices.publish(notice(), ME, DAY)[1] is True
    assert notices.show(first.address)[0].superseded is None
    assert notices.show(second.address)[0].superseded is not None
    assert [one.address for one in notices.list("shop")] == [first.address, second.address, first.address]


def test_the_list_goes_on_before_a_number_and_by_state(notices: Notices) -> None:
    """Page by page each publication comes once; of a state alone too, and every service is named once."""
    for name in ("One", "Two", "Three"):
        notices.publish(notice(title=said(name)), ME, DAY)
    other, _ = notices.publish(notice(service="forum"), ME, DAY)
    whole = notices.list()
    paged = [notices.list(limit=1, before=one.number) for one in whole]
    assert [one for page in paged for one in page] == whole[1:]
    assert [one.superseded is None for one in whole] == [True, True, False, False]
    assert notices.list(superseded=True) == whole[2:]
    assert notices.list(superseded=False, before=whole[0].number) == [whole[1]]
    assert [one.address for one in notices.list("forum")] == [other.address]
    assert notices.services() == ["forum", "shop"]


def test_what_lacks_something_is_published_only_for_a_reason(notices: Notices) -> None:
    """The reason is kept, and the version is known to be incomplete."""
    bare = notice(complaint=None, processor=None)
    assert refused(lambda: notices.publish(bare, ME, DAY)) == "notice-incomplete"
    assert not notices.list()
    checked, _ = notices.publish(bare, ME._replace(why="the address changes tomorrow"), DAY)
    published, _ = notices.show(checked.address)
    assert (published.complete, published.why) == (False, "the address changes tomorrow")


def test_consent_gets_the_purposes_it_can_be_given_to(notices: Notices, migrated: Engine) -> None:
    """What rests on a contract is none of them; forms and channels come along."""
    checked, _ = notices.publish(notice(), ME, DAY)
    with migrated.connect() as connection:
        found = offers(connection, frozenset({checked.address, "f" * 64}))
    (version,) = found.values()
    assert set(version.purposes) == {"tips", "health", "news"}
    assert version.purposes["health"].kinds == {"separate"}
    assert version.purposes["health"].recipients == {"clinic", "lab"}
    assert version.purposes["news"].channels == ("mobile_phone", "personal_email")


@pytest.mark.parametrize("wrong", ["", "abc", "f" * 64, "f" * 65, "%", "'; drop table shouxin.person; --"])
def test_an_unknown_address_is_refused(notices: Notices, wrong: str) -> None:
    """Whatever is asked for."""
    assert refused(lambda: notices.show(wrong)) == "notice-unknown"


@pytest.mark.parametrize("table", ["notice_version", "notice_publication"])
def test_nothing_that_was_published_can_be_changed(notices: Notices, migrated: Engine, table: str) -> None:
    """Not even by who owns the tables."""
    notices.publish(notice(), ME, DAY)
    with pytest.raises(ProgrammingError, match="only grows"), migrated.begin() as connection:
        connection.execute(text(f"update shouxin.{table} set service = 'other'"))


def test_a_body_that_was_changed_underneath_is_noticed(notices: Notices, migrated: Engine) -> None:
    """Its address is the digest of what was published."""
    checked, _ = notices.publish(notice(), ME, DAY)
    with migrated.begin() as connection:
        connection.execute(text("alter table shouxin.notice_version disable trigger all"))
        forged = "convert_to(replace(convert_from(body, 'UTF8'), 'six', 'ten'), 'UTF8')"
        connection.execute(text(f"update shouxin.notice_version set body = {forged}"))
    with pytest.raises(IntegrityError):
        notices.show(checked.address)


@given(some.binary(max_size=400) | some.text(max_size=400).map(str.encode))
def test_any_bytes_are_a_notice_or_a_clear_error(content: bytes) -> None:
    """No traceback whatever a file holds."""
    try:
        found = read(content, where="file")
    except InputError as error:
        assert error.code == "notice-unreadable"
    else:
        assert read(write(found).encode(), where="file") == found


def test_a_notice_comes_back_from_its_file() -> None:
    """Writing and reading is the identity, in YAML and in JSON."""
    assert read(write(notice()).encode(), where="file") == notice()
    assert read(msgspec.json.encode(notice()), where="file") == notice()


@pytest.mark.parametrize(
    "wrong",
    [
        *(b"", b"[]", b"service: shop", b"a: &a [*a]", b"\xff\xfe", b"x" * 3_000_000, b"{" * 5000),
        b'{service: shop, title: {zh: "\\ud800"}}',
        b'{service: shop, title: {zh: " "}}',
    ],
)
def test_a_file_that_is_no_notice_is_refused(wrong: bytes) -> None:
    """Empty, another shape, circular, not UTF-8, too large, too deep, half a character, blank."""
    assert refused(lambda: read(wrong, where="file")) == "notice-unreadable"
