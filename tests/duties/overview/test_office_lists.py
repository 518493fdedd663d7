"""The lists of the office leave as files as they are shown, whole and for those who may read them."""

import csv
import io

import pytest

from shouxin.duties.access.model import Ask
from shouxin.duties.access.pages_approvals import PAGE
from tests.duties.access.conftest import signed_in
from tests.duties.notice.made_up import notice
from tests.duties.overview.conftest import Bureau, Client


def taken(client: Client, name: str, **filters: str) -> list[list[str]]:
    """Return the rows of a list as a file, as the form beside it sends for it."""
    token = client.get("/exports").text.split('name="form_token" value="')[1].split('"')[0]
    asked = "&".join(f"{field}={worth}" for field, worth in filters.items())
    sent = {"form_token": token, "language": "en", "format": "csv", "filter": asked}
    answer = client.post(f"/exports/{name}", data=sent)
    assert answer.status_code == 200, answer.text
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return rows[1:] if rows[0][0].startswith("#") else rows


def test_the_queue_leaves_as_it_is_shown(bureau: Bureau) -> None:
    """Every item with its countdown and next legal step, most urgent first; filtered as beside the list."""
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        assert 'action="/exports/work"' in client.get("/work").text
        head, *rows = taken(client, "work")
        late = taken(client, "work", urgency="overdue")[1:]
    left, near, step = (head.index(name) for name in ("Days left", "Urgency", "Next legal step"))
    assert [row[near] for row in rows][:1] == ["overdue"]
    assert late == [row for row in rows if row[near] == "overdue"]
    assert late
    assert all(int(row[left]) < 0 and row[step] for row in late)


def test_approvals_go_on_page_by_page_and_leave_whole(bureau: Bureau) -> None:
    """Each once on the pages, all of them in the file; of a state alone in both."""
    officer = bureau.person("officer", "privacy_officer")
    ask = Ask(operation="export", scope="a list", purpose="a check", people=3)
    numbers = [bureau.access.approvals.ask(officer, "console", ask).id for _ in range(PAGE + 2)]
    bureau.access.approvals.withdraw(officer, "console", numbers[0])
    with bureau.client("officer") as client:
        first = client.get("/approvals").text
        second = client.get(f"/approvals?before={numbers[2]}").text
        everything, asked = taken(client, "approvals")[1:], taken(client, "approvals", state="asked")[1:]
    assert first.count("data-row") == PAGE
    assert f"before={numbers[2]}" in first
    assert second.count("data-row") == 2
    assert [int(row[0]) for row in everything] == numbers[::-1]
    assert [int(row[0]) for row in asked] == numbers[:0:-1]


def test_versions_of_notices_leave_for_every_account(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone may read them, page by page, so anyone with an account may take them away whole."""
    from shouxin.duties.days import today
    from shouxin.duties.gate.service import Decider
    from shouxin.duties.notice import pages
    from shouxin.duties.notice.service import Notices, Publisher
    from shouxin.law.register import register

    made = Notices(Decider(register()), "test", bureau.engine)
    for version in (notice(), notice(title={"zh": "另一版", "en": "another"})):
        made.publish(version, Publisher("operator:1", "cli", "a test"), today())
    monkeypatch.setattr(pages, "PAGE", 1)
    bureau.person("seat", "approver")
    with bureau.client("") as client:
        signed_in(client, "seat")
        first = client.get("/notices").text
        assert 'action="/exports/notices"' in first
        assert "another" in first
        last = first.split("/notices?before=")[1].split('"')[0]
        second = client.get(f"/notices?before={last}").text
        assert "another" not in second
        assert second.count("<code>") == 1
        assert "/notices?before=" not in second
        rows = taken(client, "notices")[1:]
        assert taken(client, "notices", state="in_force")[1:] == rows[:1]
    assert [bool(row[3]) for row in rows] == [False, True]
