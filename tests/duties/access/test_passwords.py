"""Passwords, names, roles and keys: what is refused, and that nothing kept gives a secret away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from shouxin.duties.access import codes, tokens
from shouxin.duties.access.model import SYSTEM_KEY, Principal, Role
from shouxin.duties.access.passwords import Passwords, check, commonest
from shouxin.duties.access.permissions import held
from shouxin.duties.access.service import Access
from shouxin.errors import InputError
from tests.duties.access.conftest import HERE, PASSWORD, QUICK
from tests.duties.access.test_signing_in import code_of

Person = Callable[..., Principal]
LATER = datetime.now(UTC) + timedelta(days=30)


@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "elevenchars", "password1234", "PASSWORD1234", "qwertyuiop123", "contraseña123"),
        *("a" * 12, "abcabcabcabc", "1212121212121212", "ｐａｓｓｗｏｒｄ１２３４", "x" * 257),
        *("my name is Olga!", "OLGA12345678xyz", "with a null \0 inside", "with a half \ud800 inside"),
    ],
)
def test_a_weak_password_is_refused_and_not_repeated(password: str) -> None:
    """Short, common, repetitive, holding the name, or not writable; full-width letters do not help."""
    with pytest.raises(InputError) as caught:
        check(password, "Olga")
    assert caught.value.code == "password-weak"
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [PASSWORD, "七只白鹭站在浅水里等着日出", "correct-staple-47-heron", " " * 5 + "spaces count"]
)
def test_a_long_one_that_nobody_guesses_will_do(password: str) -> None:
    """No rules of composition: any letters, any language."""
    check(password, "Olga")


def test_the_list_of_the_commonest_holds_only_what_could_pass_otherwise() -> None:
    """Each has twelve characters or more, in lower case."""
    assert len(commonest()) > 200
    assert all(len(word) >= 12 and word == word.casefold() for word in commonest())


@given(st.text(max_size=300))
def test_any_text_is_a_password_or_a_clear_error(password: str) -> None:
    """P10: whatever is typed, nothing else comes out, and checking it never fails."""
    keeper = Passwords(QUICK)
    try:
        kept = keeper.hash(password, "Olga")
    except InputError as error:
        assert error.code == "password-weak"
        assert not keeper.verify(None, password)
    else:
        assert keeper.verify(kept, password)
        assert not keeper.verify(kept, password + "x")
        assert not keeper.verify(None, password)
    assert not keeper.verify("no hash at all", password)


def test_hashes_grow_dearer_at_the_next_sign_in(access: Access, person: Person, migrated: Engine) -> None:
    """What was hashed cheaply is hashed again when its owner comes."""
    person("Ana")
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    Access(migrated, bytes(32), hasher=dearer).sign_in("Ana", PASSWORD, "", HERE)
    with migrated.connect() as connection:
        kept = connection.scalar(text("select password from shouxin.operator"))
    assert "m=16,t=2" in str(kept)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb\0", "a\u202eb", "a\0b"])
def test_a_name_is_readable(access: Access, name: str) -> None:
    """No controls, no tricks of direction, not empty, not endless."""
    assert (
        code_of(lambda: access.operators.add(SYSTEM_KEY, "cli", name, password=PASSWORD)) == "operator-name"
    )


def test_names_that_look_alike_are_one_account(access: Access, person: Person) -> None:
    """Case, width and blanks do not make another account."""
    person("Olga Made-Up")
    for name in ("olga made-up", " OLGA  MADE-UP ", "Ｏｌｇａ Made-Up"):
        assert (
            code_of(
                lambda name=name: access.operators.add(SYSTEM_KEY, "cli", name, password=PASSWORD)  # type: ignore[misc]
            )
            == "operator-exists"
        )
        assert access.operators.find(name).name == "Olga Made-Up"
    assert code_of(lambda: access.operators.find("' or '1'='1")) == "operator-unknown"
    assert code_of(lambda: access.operators.add(SYSTEM_KEY, "cli", "Ben")) == "operator-way"


def test_an_inspector_is_one_until_a_day(access: Access, person: Person, migrated: Engine) -> None:
    """Without an end none is made; after it the role is gone by itself."""
    person("Ben")
    without = Role(role="inspector")
    assert code_of(lambda: access.operators.give(SYSTEM_KEY, "cli", "Ben", without)) == "role-until"
    access.operators.give(SYSTEM_KEY, "cli", "Ben", Role(role="inspector", until=LATER))
    token = access.sign_in("Ben", PASSWORD, "", HERE)
    found = access.sessions.find(token)
    assert found and found.may("ledger.read")
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.operator_role set until = now()"))
    found = access.sessions.find(token)
    assert found and not found.may("ledger.read")
    assert (
        code_of(lambda: access.operators.give(SYSTEM_KEY, "cli", "Ben", Role(role="king"))) == "role-unknown"
    )


def test_the_last_privacy_officer_stays(access: Access, person: Person) -> None:
    """Neither disabled nor without the role, until there is another."""
    person("Ana", "privacy_officer")
    assert code_of(lambda: access.operators.disable(SYSTEM_KEY, "cli", "Ana")) == "operator-last"
    assert (
        code_of(lambda: access.operators.take(SYSTEM_KEY, "cli", "Ana", "privacy_officer")) == "operator-last"
    )
    person("Ben", "privacy_officer")
    assert access.operators.disable(SYSTEM_KEY, "cli", "Ana").disabled
    assert code_of(lambda: access.operators.disable(SYSTEM_KEY, "cli", "Ben")) == "operator-last"


def test_a_key_has_its_makers_permissions_at_most(access: Access, person: Person) -> None:
    """Nothing unknown, nothing that stays with people, nothing beyond, nothing without an end."""
    officer = person("Ana", "privacy_officer")
    for scopes in (
        (),
        ("no.such",),
        ("operator.change",),
        ("approval.decide",),
        ("case.read", "account.own"),
    ):
        assert code_of(lambda scopes=scopes: access.keys.new(officer, "console", "app", scopes, LATER)) == (  # type: ignore[misc]
            "key-scope"
        )
    staff = person("Ben", "staff")
    assert code_of(lambda: access.keys.new(staff, "console", "app", ("key.read",), LATER)) == "key-scope"
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert code_of(lambda: access.keys.new(officer, "console", "app", ("case.read",), past)) == "key-until"
    assert code_of(lambda: access.keys.new(officer, "console", "a\0", ("case.read",), LATER)) == "key-name"


def test_a_key_works_until_it_is_revoked_or_over(access: Access, migrated: Engine) -> None:
    """Only its digest is kept; one wrong character, and it is nobody's."""
    made, line = access.keys.new(SYSTEM_KEY, "cli", "orders", ("case.read",), LATER)
    found = access.keys.find(made)
    assert found and (found.id, found.permissions) == (f"key:{line.id}", frozenset({"case.read"}))
    assert access.keys.all()[0].used_at
    with migrated.connect() as connection:
        assert made not in str(connection.execute(text("select * from shouxin.access_key")).all())
    for wrong in (
        made[:-1] + ("A" if made[-1] != "A" else "B"),
        made[:-1],
        made + "x",
        made.upper(),
        "sx__",
        "",
    ):
        assert access.keys.find(wrong) is None
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.access_key set until = now()"))
    assert access.keys.find(made) is None
    second, other = access.keys.new(SYSTEM_KEY, "cli", "orders", ("case.read",), LATER)
    access.keys.revoke(SYSTEM_KEY, "cli", other.prefix)
    assert access.keys.find(second) is None
    assert code_of(lambda: access.keys.revoke(SYSTEM_KEY, "cli", other.prefix)) == "key-revoked"
    assert code_of(lambda: access.keys.revoke(SYSTEM_KEY, "cli", "' or 1=1")) == "key-unknown"


def test_least_privilege() -> None:
    """Who decides does not ask, who audits changes nothing, who has no role keeps an account and no more."""
    assert held({"operator"}) == {"account.own"}
    assert "approval.ask" not in held({"approver"})
    assert "approval.decide" not in held({"staff"})
    assert not held({"system"}) & {"operator.change", "key.change", "approval.decide", "account.own"}


def test_tokens_are_long_and_never_alike() -> None:
    """256 bits each, and recovery codes of sixteen letters without those that are mistaken for others."""
    made = {tokens.token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(item) == 43 for item in made)
    assert tokens.prefix(tokens.key().key)
    assert not set("".join(codes.recovery_codes()).replace("-", "")) & set("il01o")
