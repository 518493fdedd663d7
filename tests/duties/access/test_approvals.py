"""Four eyes: never one's own, never twice, never beyond what was given; limits are the organisation's."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from shouxin.duties.access.model import SYSTEM_KEY, Approval, Ask, Limit, Operation, Principal
from shouxin.duties.access.service import Access
from shouxin.errors import InputError
from tests.duties.access.conftest import TOKEN, Client, entries, form, signed_in
from tests.duties.access.test_signing_in import code_of

Person = Callable[..., Principal]
LATER = datetime.now(UTC) + timedelta(days=30)


def ask(access: Access, by: Principal, people: int = 100, per_day: int | None = None) -> Approval:
    """Ask for an export."""
    wanted = Ask(operation="export", scope="orders", purpose="audit", people=people, per_day=per_day)
    return access.approvals.ask(by, "console", wanted)


def give(access: Access, by: Principal, number: int, until: datetime = LATER) -> Approval:
    """Give an approval."""
    return access.approvals.decide(
        by, "console", number, give=True, reason="needed", measures="encrypted disk", until=until
    )


def spend(
    access: Access,
    engine: Engine,
    by: Principal,
    people: int,
    number: int | None,
    operation: Operation = "export",
) -> None:
    """Do so much of it."""
    with engine.begin() as connection:
        access.approvals.spend(
            connection, by, "cli", operation, people, number=number, place="office", matter="orders"
        )


def test_one_asks_another_gives_and_each_use_counts(access: Access, person: Person, migrated: Engine) -> None:
    """The whole way: asked, given, used up; the ledger has all of it."""
    ana, ben = person("Ana", "staff"), person("Ben", "approver")
    number = ask(access, ana, 100, per_day=60).id
    assert code_of(lambda: spend(access, migrated, ana, 1, number)) == "approval-not-given"
    given = give(access, ben, number)
    assert (given.state, given.decided_by, given.measures) == ("given", ben.id, "encrypted disk")
    spend(access, migrated, ana, 40, number)
    assert code_of(lambda: spend(access, migrated, ana, 21, number)) == "approval-spent"
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.approval_use set used_at = used_at - interval '1 day'"))
    assert code_of(lambda: spend(access, migrated, ana, 61, number)) == "approval-spent"
    spend(access, migrated, ana, 60, number)
    assert (access.approvals.one(number).used, access.approvals.one(number).used_today) == (100, 60)
    assert code_of(lambda: spend(access, migrated, ana, 1, number)) == "approval-spent"
    kinds = [item[0] for item in entries(migrated, "approval.%")]
    assert kinds == ["approval.asked", "approval.given", "approval.used", "approval.used"]


def test_nobody_decides_what_they_asked_for(access: Access, person: Person) -> None:
    """Neither a privacy officer, who may ask and decide, nor anything that is no person."""
    ana = person("Ana", "privacy_officer")
    number = ask(access, ana).id
    assert code_of(lambda: give(access, ana, number)) == "approval-own"
    assert code_of(lambda: give(access, person("Ben", "staff"), number)) == "permission-missing"
    robot = Principal(id="key:1", kind="key", scopes=frozenset({"approval.decide"}))
    assert code_of(lambda: give(access, robot, number)) == "approval-own"
    assert code_of(lambda: give(access, SYSTEM_KEY, number)) == "permission-missing"
    assert access.approvals.one(number).state == "asked"


def test_a_decision_is_made_once(access: Access, person: Person) -> None:
    """Of two at the same moment one wins, and the other is told."""
    number = ask(access, person("Ana", "staff")).id
    deciders = [person(f"Ben {index}", "approver") for index in range(4)]
    answers: list[str] = []

    def decide(by: Principal) -> None:
        try:
            answers.append(give(access, by, number).decided_by)
        except InputError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=decide, args=(by,)) for by in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("approval-decided") == 3
    assert access.approvals.one(number).decided_by in answers


def test_uses_at_the_same_moment_never_exceed_what_was_given(
    access: Access, person: Person, migrated: Engine
) -> None:
    """Six times thirty of a hundred: three pass."""
    ana = person("Ana", "staff")
    number = ask(access, ana, 100).id
    give(access, person("Ben", "approver"), number)
    answers: list[str] = []

    def use() -> None:
        try:
            spend(access, migrated, ana, 30, number)
            answers.append("done")
        except InputError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["approval-spent"] * 3 + ["done"] * 3


def test_an_approval_serves_its_purpose_only(access: Access, person: Person, migrated: Engine) -> None:
    """Not another operation, not another person, not after its end."""
    ana, ben = person("Ana", "staff"), person("Ben", "approver")
    number = ask(access, ana).id
    give(access, ben, number)
    assert code_of(lambda: spend(access, migrated, ana, 1, number, "copy")) == "approval-not-given"
    assert code_of(lambda: spend(access, migrated, ben, 1, number)) == "approval-not-given"
    assert code_of(lambda: spend(access, migrated, ana, 1, 99)) == "approval-unknown"
    assert code_of(lambda: spend(access, migrated, ana, 1, 2**70)) == "approval-unknown"
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.approval set until = now()"))
    assert code_of(lambda: spend(access, migrated, ana, 1, number)) == "approval-over"


def test_the_organisation_sets_what_is_bulk(access: Access, person: Person, migrated: Engine) -> None:
    """Nothing set: one person's data already needs approval; set, fewer pass without."""
    ana = person("Ana", "staff")
    assert code_of(lambda: spend(access, migrated, ana, 1, None)) == "approval-needed"
    access.approvals.set_limit(
        SYSTEM_KEY, "cli", Limit(operation="export", bulk_from=50, people=80, per_day=9)
    )
    spend(access, migrated, ana, 49, None)
    assert code_of(lambda: spend(access, migrated, ana, 50, None)) == "approval-needed"
    assert code_of(lambda: spend(access, migrated, ana, 49, None, "destruction")) == "approval-needed"
    assert code_of(lambda: ask(access, ana, 81)) == "approval-limit"
    assert code_of(lambda: ask(access, ana, 80, 10)) == "approval-limit"
    assert ask(access, ana, 80).per_day == 9
    assert code_of(lambda: access.approvals.set_limit(ana, "console", Limit(operation="copy"))) == (
        "permission-missing"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"reason": " "}, "approval-reason"),
        ({"measures": ""}, "approval-measures"),
        ({"until": None}, "approval-until"),
        ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, "approval-until"),
    ],
)
def test_giving_says_why_how_and_until_when(
    access: Access, person: Person, words: dict[str, object], code: str
) -> None:
    """Order 24 wants a review and measures against leaks; a warrant without an end is none."""
    number = ask(access, person("Ana", "staff")).id
    whole = {"reason": "needed", "measures": "encrypted disk", "until": LATER, **words}
    ben = person("Ben", "approver")
    assert (
        code_of(
            lambda: access.approvals.decide(ben, "console", number, give=True, **whole)  # type: ignore[arg-type]
        )
        == code
    )
    assert access.approvals.one(number).state == "asked"


def test_what_was_asked_for_is_withdrawn_by_who_asked(access: Access, person: Person) -> None:
    """And by nobody else; a refusal needs no measures."""
    ana, ben = person("Ana", "staff"), person("Ben", "privacy_officer")
    first, second = ask(access, ana).id, ask(access, ana).id
    assert code_of(lambda: access.approvals.withdraw(ben, "console", first)) == "approval-unknown"
    assert access.approvals.withdraw(ana, "console", first).state == "withdrawn"
    assert code_of(lambda: give(access, ben, first)) == "approval-decided"
    assert access.approvals.decide(ben, "console", second, give=False, reason="too much").state == "refused"


def test_the_way_over_http(client: Client, person: Person, access: Access) -> None:
    """Asked on the page, decided over the API by another session; the system cannot decide."""
    person("Ana", "staff")
    person("Ben", "approver")
    signed_in(client, "Ana")
    fields = form(client, "/approvals", operation="copy", scope="a <b>", purpose="move", people="12")
    assert client.post("/approvals", data=fields).status_code == 303
    assert "a &lt;b&gt;" in client.get("/approvals").text
    own = {**form(client, "/approvals"), "do": "give", "reason": "x"}
    assert client.post("/approvals/1", data=own).status_code == 403
    for wrong in (
        {"people": "0"},
        {"people": "x"},
        {"people": "9" * 16},
        {"operation": "steal"},
        {"scope": " "},
    ):
        assert "form-field" in client.post("/approvals", data={**fields, **wrong}).text
    client.cookies.clear()
    system = {"Authorization": f"Bearer {TOKEN}"}
    decision = {"give": True, "reason": "ok", "measures": "sealed", "until": LATER.isoformat()}
    assert client.post("/api/approvals/1/decision", json=decision, headers=system).status_code == 403
    signed_in(client, "Ben")
    assert client.post("/api/approvals/1/decision", json=decision).json()["code"] == "form-token"
    token = {"X-Form-Token": form(client, "/approvals")["form_token"]}
    naive = {**decision, "until": "2099-01-01T00:00:00"}
    assert client.post("/api/approvals/1/decision", json=naive, headers=token).status_code == 400
    made = client.post("/api/approvals/1/decision", json=decision, headers=token).json()
    assert (made["state"], made["measures"]) == ("given", "sealed")
    assert client.post("/api/approvals/1/decision", json=decision, headers=token).status_code == 409
    assert client.get("/api/approvals/7").status_code == 404
