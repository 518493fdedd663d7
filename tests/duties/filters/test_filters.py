"""Filters are kept for one list and one operator, renamed and deleted, and never name a person."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from shouxin.duties.exports.lists import fixed
from shouxin.duties.filters.model import PLACES, asked, values
from shouxin.duties.filters.service import LONGEST, MOST, SavedFilters, impersonal
from shouxin.errors import InputError
from tests.duties.access.conftest import form
from tests.duties.overview.conftest import Bureau

OVERDUE = "urgency=overdue&mine=true"


def test_a_query_keeps_what_the_list_knows_in_its_own_order() -> None:
    """Pages, languages and unknown words are left out; what is empty or false is no filter."""
    query = "mine=true&page=3&lang=en&urgency=today&duty=&before=7"
    assert asked(values("/work", query)) == "urgency=today&mine=true"
    assert asked({"state": "open", "late": False, "age": None, "right": "", "mine": True}) == (
        "state=open&mine=true"
    )
    assert all(place.fields for place in PLACES.values())


def test_a_filter_is_kept_renamed_and_deleted_by_its_owner_alone(bureau: Bureau) -> None:
    """Kept under a name, replaced under the same, shown to nobody else, changed by nobody else."""
    bureau.person("officer", "privacy_officer")
    other = bureau.person("staff", "staff")
    with bureau.client("officer") as client:
        token = form(client, "/work?urgency=today")
        for query in ("urgency=today", f"{OVERDUE}&page=2"):
            sent = token | {"place": "/work", "name": "  late\tones ", "query": query}
            answer = client.post("/filters", data=sent)
            assert answer.status_code == 303
        assert answer.headers["location"] == f"/work?{OVERDUE}"
        page = client.get(answer.headers["location"]).text
        assert f'<a href="/work?{OVERDUE.replace("&", "&amp;")}" aria-current="true">late ones</a>' in page
        assert "late ones" not in client.get("/cases").text
        with bureau.engine.connect() as connection:
            number = connection.execute(text("select number from shouxin.saved_filter")).scalar_one()
        renamed = client.post(f"/filters/{number}", data=token | {"name": "rushing ones", "place": "/work"})
        assert (renamed.status_code, renamed.headers["location"]) == (303, f"/work?{OVERDUE}")
        assert "rushing ones</a>" in client.get("/work").text
        saved = SavedFilters(bureau.engine)
        assert saved.all(other, "/work") == ()
        changes: tuple[Callable[[], str], ...] = (
            lambda: saved.forget(other, number),
            lambda: saved.rename(other, number, "x"),
        )
        for change in changes:
            with pytest.raises(InputError) as raised:
                change()
            assert raised.value.code == "filter-unknown"
        gone = client.post(f"/filters/{number}/delete", data=token)
        assert (gone.status_code, gone.headers["location"]) == (303, "/work")
        again = client.post(f"/filters/{number}/delete", data=token)
        undo = f'action="/filters/{number}/restore"'
        assert (again.status_code, "rushing ones</a>" in (page := client.get("/work").text)) == (404, False)
        assert undo in page
        with pytest.raises(InputError) as raised:
            saved.restore(other, number)
        assert raised.value.code == "filter-undo"
        back = client.post(f"/filters/{number}/restore", data=token)
        assert (back.status_code, back.headers["location"]) == (303, f"/work?{OVERDUE}")
        assert "rushing ones</a>" in (page := client.get("/work").text)
        assert undo not in page


def test_a_deletion_is_undone_for_a_while_and_while_its_name_is_free(bureau: Bureau) -> None:
    """Later it is gone for good; a filter that takes the name, kept or renamed, takes its place."""
    who, saved = bureau.person("officer", "privacy_officer"), SavedFilters(bureau.engine)

    def kept(name: str) -> int:
        saved.keep(who, "/work", name, OVERDUE)
        return next(one.number for one in saved.all(who, "/work") if one.name == name)

    def refused(number: int) -> str:
        with pytest.raises(InputError) as raised:
            saved.restore(who, number)
        return raised.value.code

    first, other = kept("late"), kept("other")
    saved.forget(who, first)
    assert [one.name for one in saved.deleted(who, "/work")] == ["late"]
    saved.rename(who, other, "late")
    assert refused(first) == "filter-undo"
    saved.forget(who, other)
    assert kept("late") == other
    saved.forget(who, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shouxin.duties.filters.service.UNDO", 0)
        assert (saved.deleted(who, "/work"), refused(other)) == ((), "filter-undo")
        saved.forget(who, kept("new"))
    with bureau.engine.connect() as connection:
        assert connection.execute(text("select name from shouxin.saved_filter")).scalars().all() == ["new"]


@pytest.mark.parametrize(
    ("place", "name", "query", "code"),
    [
        ("/work", "", "mine=true", "filter-name"),
        ("/work", "x" * (LONGEST + 1), "mine=true", "filter-name"),
        ("/work", "\u202eturned", "mine=true", "filter-name"),
        ("/work", "13800138000", "mine=true", "filter-personal"),
        ("/work", "all", "page=2", "filter-empty"),
        ("/consents", "one", "service=13800138000", "filter-personal"),
        ("/denials", "one", "service=mei.li%40mail.example", "filter-personal"),
        ("/sign-in", "all", "next=elsewhere", "filter-place"),
        ("/work", "all", "duty=" + "x" * 2000, "filter-long"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_repeated(
    bureau: Bureau, place: str, name: str, query: str, code: str
) -> None:
    """The page says why and leads back to a list; nothing is kept, and no person stands in the answer."""
    who = bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        sent = form(client, "/work?mine=true") | {"place": place, "name": name, "query": query}
        answer = client.post("/filters", data=sent)
        assert (answer.status_code, code in answer.text) == (400, True)
        assert not {"13800138000", "mei.li"} & set(answer.text.split())
    assert SavedFilters(bureau.engine).all(who, place) == ()


def test_nobody_keeps_filters_without_end_or_two_under_one_name(bureau: Bureau) -> None:
    """At the limit one more is refused, and one that is there can still be changed."""
    who, saved = bureau.person("officer", "privacy_officer"), SavedFilters(bureau.engine)
    for number in range(MOST):
        saved.keep(who, "/work", f"filter {number:02}", "mine=true")
    with pytest.raises(InputError) as raised:
        saved.keep(who, "/work", "one more", "mine=true")
    assert raised.value.code == "filter-many"
    saved.keep(who, "/work", "filter 00", "urgency=today")
    first = saved.all(who, "/work")[0]
    assert first.query == "urgency=today"
    with pytest.raises(InputError) as raised:
        saved.rename(who, first.number, "filter 01")
    assert raised.value.code == "filter-named"


def test_what_somebody_may_not_read_they_keep_no_filter_of(bureau: Bureau) -> None:
    """The list's own permission is asked for."""
    who = bureau.person("approver", "approver")
    with pytest.raises(InputError) as raised:
        SavedFilters(bureau.engine).keep(who, "/ledger", "mine", "kind=consent.")
    assert raised.value.code == "permission-missing"


@pytest.mark.parametrize(
    ("place", "query"),
    [
        ("/ledger", "kind=consent.given&who=operator%3A1&since=2026-11-01&until=2026-11-23"),
        ("/denials", "service=shop&activity=kids-club&provision=pipl%3Aart_29__cl_1"),
        ("/requests", "state=open&late=true&age=31-&right=access"),
        ("/consents", "service=*"),
    ],
)
def test_plain_filters_name_nobody(place: str, query: str) -> None:
    """Numbers of operators, days, provisions and services are no persons."""
    assert impersonal(place, query)


@pytest.mark.parametrize("place", ["/ledger", "/denials", "/consents"])
def test_a_period_means_at_each_opening_what_its_words_say(
    bureau: Bureau, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept as words, shown as days whatever stands beside it; a file says the days."""
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        token = form(client, f"{place}?period=last_7")
        sent = {"place": place, "name": "a week", "query": "period=last_7"}
        address = client.post("/filters", data=token | sent).headers["location"]
        for on in (date(2026, 3, 5), date(2027, 1, 1)):
            monkeypatch.setattr("shouxin.duties.days.today", lambda on=on: on)
            page = client.get(f"{address}&since=2020-01-01").text
            assert f'value="{on - timedelta(days=6)}"' in page
            assert f'value="{on}"' in page
            assert 'value="2020-01-01"' not in page
            assert '<option value="last_7" selected>' in page
            days = {"since": str(on.replace(day=1)), "until": str(on)}
            assert fixed({"period": "this_month", "who": "x"}) == {"who": "x", **days}
        assert client.get(place, params={"period": "some day"}).status_code == 400
