"""Signing in: right and wrong, slowed, codes good once, sessions that end; no answer tells of an account."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from shouxin.duties.access.model import SYSTEM_KEY, Principal
from shouxin.duties.access.service import Access, Visitor
from shouxin.errors import InputError, ShouxinError
from tests.duties.access.conftest import HERE, PASSWORD, Client, Clock, entries, form

Person = Callable[..., Principal]
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(action: Callable[[], object]) -> str:
    """Run what must fail and return its code."""
    with pytest.raises(ShouxinError) as caught:
        action()
    return caught.value.code


def attempt(access: Access, name: str, password: str, code: str = "") -> str:
    """Try to sign in from an address nobody used before, and return what came of it."""
    with access._engine.begin() as connection:
        connection.execute(text("delete from shouxin.sign_in_attempt"))
    try:
        return "in" if access.sign_in(name, password, code, HERE) else ""
    except InputError as error:
        return str(error)


def test_the_right_password_begins_a_session(access: Access, person: Person, migrated: Engine) -> None:
    """The token is random, only its digest is kept, and the ledger knows who came."""
    who = person("Ana", "staff")
    first, second = (access.sign_in("  ana ", PASSWORD, "", HERE) for _ in range(2))
    assert first != second
    found = access.sessions.find(first)
    assert found is not None
    assert (found.id, found.roles, found.name) == (who.id, frozenset({"staff"}), "Ana")
    with migrated.connect() as connection:
        kept = str(connection.execute(text("select * from shouxin.operator_session")).all())
        secrets = str(connection.execute(text("select * from shouxin.operator")).all())
    assert first not in kept
    assert PASSWORD not in secrets
    assert "$argon2id$" in secrets
    assert ("operator.signed_in", who.id, "done", "{}") in entries(migrated)


def test_every_wrong_attempt_gets_the_same_answer(access: Access, person: Person, clock: Clock) -> None:
    """Unknown, disabled, wrong password, wrong code, no code: the words do not differ."""
    person("Ana")
    person("Ben")
    access.operators.disable(SYSTEM_KEY, "cli", "Ben")
    olga = person("Olga")
    access.own.set_codes(olga, PASSWORD, SEED, clock.code(SEED))
    access.operators.add(SYSTEM_KEY, "cli", "Odd", subject=("https://id.example", "7"))
    answers = {
        attempt(access, "nobody", PASSWORD),
        attempt(access, "Ana", "wrong" * 4),
        attempt(access, "Ben", PASSWORD),
        attempt(access, "Olga", PASSWORD),
        attempt(access, "Olga", PASSWORD, "000000"),
        attempt(access, "Odd", ""),
        attempt(access, "Odd", "nobody has this password"),
        attempt(access, "a\0b' or 1=1 --", "\ud800" * 12),
        attempt(access, "x" * 100_000, "y" * 100_000, "z" * 100_000),
    }
    assert len(answers) == 1
    assert answers.pop().startswith("the name, the password or the one-time code is wrong")
    assert attempt(access, "Ana", PASSWORD) == "in"


def test_an_unknown_name_costs_as_much_as_a_known_one(
    access: Access, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt checks one hash of the same cost, whether there is an account or not."""
    person("Ana")
    checked: list[bool] = []
    real = access._passwords.verify

    def counted(kept: str | None, password: str) -> bool:
        checked.append(kept is None)
        return real(kept, password)

    monkeypatch.setattr(access._passwords, "verify", counted)
    attempt(access, "Ana", "wrong" * 4)
    attempt(access, "nobody", "wrong" * 4)
    assert checked == [False, True]


def test_a_one_time_code_is_good_once(access: Access, person: Person, clock: Clock) -> None:
    """Replayed, or from a step before the last one used, it is refused; the next one is taken."""
    who = person("Ana")
    before = clock.code(SEED)
    access.own.set_codes(who, PASSWORD, SEED, before)
    assert attempt(access, "Ana", PASSWORD, before) != "in"
    clock.now += 30
    now = clock.code(SEED)
    assert attempt(access, "Ana", PASSWORD, now[:3] + " " + now[3:]) == "in"
    assert attempt(access, "Ana", PASSWORD, now) != "in"
    assert attempt(access, "Ana", PASSWORD, before) != "in"
    clock.now += 90
    assert attempt(access, "Ana", PASSWORD, now) != "in"


def test_one_code_lets_one_of_many_in_at_the_same_moment(
    access: Access, person: Person, clock: Clock
) -> None:
    """Eight sign-ins with one code: one session."""
    access.own.set_codes(person("Ana"), PASSWORD, SEED, clock.code(SEED))
    clock.now += 30
    answers: list[str] = []

    def enter(number: int) -> None:
        try:
            access.sign_in("Ana", PASSWORD, clock.code(SEED), Visitor(f"192.0.2.{number}"))
            answers.append("in")
        except InputError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", *["sign-in-refused"] * 3]


def test_a_recovery_code_is_good_once(access: Access, person: Person, clock: Clock) -> None:
    """It stands in for a one-time code, however it is typed, and then it is gone."""
    made, _ = access.own.set_codes(person("Ana"), PASSWORD, SEED, clock.code(SEED))
    assert len(set(made)) == 10
    assert attempt(access, "Ana", PASSWORD, made[3].upper().replace("-", " ")) == "in"
    assert attempt(access, "Ana", PASSWORD, made[3]) != "in"
    assert attempt(access, "Ana", PASSWORD, made[4]) == "in"


def test_wrong_attempts_wait_longer_and_longer(access: Access, person: Person, migrated: Engine) -> None:
    """After five, the next is not looked at, not even the right one; an hour later all is forgotten."""
    person("Ana")
    for _ in range(5):
        assert code_of(lambda: access.sign_in("Ana", "wrong" * 4, "", HERE)) == "sign-in-refused"
    assert code_of(lambda: access.sign_in("ANA", PASSWORD, "", Visitor("192.0.2.99"))) == "sign-in-slow"
    with migrated.begin() as connection:
        connection.execute(
            text(
                "update shouxin.sign_in_attempt set next_at = now() - interval '1 second', "
                "last_at = now() - interval '2 hours'"
            )
        )
    assert access.sign_in("Ana", PASSWORD, "", HERE)


def test_an_unknown_name_is_slowed_like_a_known_one(access: Access) -> None:
    """Being slowed tells nothing about who has an account."""
    for _ in range(5):
        assert code_of(lambda: access.sign_in("nobody", PASSWORD, "", HERE)) == "sign-in-refused"
    assert code_of(lambda: access.sign_in("nobody", PASSWORD, "", HERE)) == "sign-in-slow"


def test_an_address_that_tries_many_names_is_slowed(access: Access) -> None:
    """Twenty names from one address, then it waits; another address does not."""
    for number in range(20):
        code_of(lambda number=number: access.sign_in(f"name {number}", PASSWORD, "", HERE))  # type: ignore[misc]
    assert code_of(lambda: access.sign_in("another", PASSWORD, "", HERE)) == "sign-in-slow"
    elsewhere = Visitor("198.51.100.1")
    assert code_of(lambda: access.sign_in("another", PASSWORD, "", elsewhere)) == "sign-in-refused"


def test_guesses_at_the_same_moment_are_all_counted(access: Access, person: Person) -> None:
    """Thirty guesses at once: five are looked at."""
    person("Ana")
    answers: list[str] = []

    def guess(number: int) -> None:
        where = Visitor(f"203.0.113.{number}")
        answers.append(code_of(lambda: access.sign_in("Ana", "wrong" * 4, "", where)))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("sign-in-refused") == 5
    assert answers.count("sign-in-slow") == 5


def test_signing_in_ends_the_session_that_the_browser_had(access: Access, person: Person) -> None:
    """A session cannot be fixed before, and is not left behind."""
    person("Ana")
    first = access.sign_in("Ana", PASSWORD, "", HERE)
    second = access.sign_in("Ana", PASSWORD, "", HERE._replace(before=first))
    assert access.sessions.find(first) is None
    assert access.sessions.find(second) is not None
    planted = "planted-by-somebody-else"
    third = access.sign_in("Ana", PASSWORD, "", HERE._replace(before=planted))
    assert third != planted
    assert access.sessions.find(planted) is None


@pytest.mark.parametrize("column", ["seen_at = now() - interval '31 minutes'", "until = now()"])
def test_a_session_ends_when_idle_and_when_its_time_is_over(
    access: Access, person: Person, migrated: Engine, column: str
) -> None:
    """The store's clock decides, at the next request."""
    person("Ana")
    token = access.sign_in("Ana", PASSWORD, "", HERE)
    with migrated.begin() as connection:
        connection.execute(text(f"update shouxin.operator_session set {column}"))
    assert access.sessions.find(token) is None


def test_use_keeps_a_session_and_nothing_else_does(access: Access, person: Person, migrated: Engine) -> None:
    """A request after a minute moves the idle end."""
    person("Ana")
    token = access.sign_in("Ana", PASSWORD, "", HERE)
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.operator_session set seen_at = now() - interval '9 minutes'"))
    assert access.sessions.find(token)
    (session,) = access.sessions.all(access.sessions.find(token) or SYSTEM_KEY)
    assert (session.until - session.seen_at).total_seconds() == pytest.approx(12 * 3600, abs=60)


@pytest.mark.parametrize("token", ["", "x", "é", "' or '1'='1", "A" * 43, "\0" * 43])
def test_a_made_up_token_is_nobody(access: Access, person: Person, token: str) -> None:
    """Only a token that was given out is one."""
    person("Ana")
    access.sign_in("Ana", PASSWORD, "", HERE)
    assert access.sessions.find(token) is None


def test_a_disabled_account_is_out_at_once(access: Access, person: Person) -> None:
    """Its live sessions end, it cannot come back, and enabling does not revive them."""
    person("Ana")
    token = access.sign_in("Ana", PASSWORD, "", HERE)
    access.operators.disable(SYSTEM_KEY, "cli", "Ana")
    assert access.sessions.find(token) is None
    assert attempt(access, "Ana", PASSWORD) != "in"
    access.operators.enable(SYSTEM_KEY, "cli", "Ana")
    assert access.sessions.find(token) is None
    assert attempt(access, "Ana", PASSWORD) == "in"


def test_a_role_taken_away_is_gone_at_once(access: Access, person: Person) -> None:
    """The very next request of a live session no longer has it."""
    person("Ana", "staff")
    token = access.sign_in("Ana", PASSWORD, "", HERE)
    found = access.sessions.find(token)
    assert found and found.may("case.move")
    access.operators.take(SYSTEM_KEY, "cli", "Ana", "staff")
    found = access.sessions.find(token)
    assert found and not found.may("case.move")


def test_a_new_password_ends_every_other_session(access: Access, person: Person) -> None:
    """The one at hand goes on under a new token; the old token and the old password are worth nothing."""
    person("Ana")
    other = access.sign_in("Ana", PASSWORD, "", HERE)
    here = access.sign_in("Ana", PASSWORD, "", HERE)
    who = access.sessions.find(here)
    assert who
    assert code_of(lambda: access.own.change_password(who, "wrong" * 4, "nine made-up geese")) == (
        "password-wrong"
    )
    renewed = access.own.change_password(who, PASSWORD, "nine made-up geese")
    assert access.sessions.find(other) is None
    assert access.sessions.find(here) is None
    assert access.sessions.find(renewed) == who
    assert attempt(access, "Ana", PASSWORD) != "in"
    assert attempt(access, "Ana", "nine made-up geese") == "in"


def test_a_reset_takes_codes_and_sessions_away(access: Access, person: Person, clock: Clock) -> None:
    """For a lost device and a forgotten password alike."""
    who = person("Ana")
    access.own.set_codes(who, PASSWORD, SEED, clock.code(SEED))
    clock.now += 30
    token = access.sign_in("Ana", PASSWORD, clock.code(SEED), HERE)
    access.operators.reset(SYSTEM_KEY, "cli", "Ana", "nine made-up geese")
    assert access.sessions.find(token) is None
    assert attempt(access, "Ana", "nine made-up geese") == "in"


def test_a_seed_is_sealed_for_its_account_alone(
    access: Access, person: Person, clock: Clock, migrated: Engine
) -> None:
    """Moved to another account, it opens nothing."""
    ana, ben = person("Ana"), person("Ben")
    access.own.set_codes(ana, PASSWORD, SEED, clock.code(SEED))
    with migrated.begin() as connection:
        kept = bytes(connection.scalar(text("select seed from shouxin.operator where name = 'Ana'")) or b"")
        connection.execute(
            text("update shouxin.operator set seed = :seed where id = :id"), {"seed": kept, "id": ben.number}
        )
    assert SEED.encode() not in kept
    assert code_of(lambda: access.sign_in("Ben", PASSWORD, "000000", HERE)) == "access-secret"


def test_a_link_signs_in_once(access: Access, client: Client, person: Callable[..., Principal]) -> None:
    """Looking at it does not use it up; the button does, and the second time it is refused."""
    ana = person("Ana", "auditor")
    path = f"/sign-in/once/{access.links.make(ana.number)}"
    assert client.get(path).status_code == 200
    fields = form(client, path, code=path.rpartition("/")[2])
    answer = client.post("/sign-in/once", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Ana" in client.get("/account").text
    access.links.make(ana.number)
    client.cookies.clear()
    again = client.post("/sign-in/once", data={**form(client, path), "code": fields["code"]})
    assert (again.status_code, "sign-in-link" in again.text) == (400, True)
    assert "session" not in client.cookies


def test_without_links_there_is_no_such_page(access: Access, client: Client) -> None:
    """Where none was given out, the page is not there, and no code is good."""
    assert client.get("/sign-in/once/anything").status_code == 404
    fields = {**form(client, "/sign-in"), "code": ""}
    assert client.post("/sign-in/once", data=fields).status_code == 400


def test_a_link_of_a_disabled_account_is_refused(access: Access, person: Callable[..., Principal]) -> None:
    """What was taken away meanwhile does not come back by a link."""
    person("Eva", "privacy_officer")
    ana = person("Ana", "staff")
    code = access.links.make(ana.number)
    access.operators.disable(SYSTEM_KEY, "cli", "Ana")
    with pytest.raises(InputError) as caught:
        access.links.use(code, "192.0.2.7", "", "")
    assert caught.value.code == "sign-in-link"
