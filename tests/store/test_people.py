"""People: found by what the service calls them, sealed, shredded, and wrapped anew."""

import hmac
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from shouxin.errors import InputError, IntegrityError, ShouxinError, StoreError
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import Bound, LocalWrapper
from shouxin.store.keyring import KeyChoice, open_wrapper, rotated
from shouxin.store.people import People, commitment, salt
from shouxin.store.rewrapping import rewrap, waiting

OLD, NEW = MainKey("old", bytes(range(32))), MainKey("new", bytes(range(1, 33)))


@pytest.fixture
def people() -> People:
    """Give people whose keys are wrapped under one made-up key."""
    return People(LocalWrapper(Keys([OLD])))


def dump(engine: Engine) -> bytes:
    """Return everything that the tables of people and keys hold, as bytes one can search."""
    with engine.connect() as connection:
        rows = connection.execute(text("select * from shouxin.person")).all()
        keys = connection.execute(text("select * from shouxin.sealed_key")).all()
    return b"|".join(
        value if isinstance(value, bytes) else str(value).encode() for row in [*rows, *keys] for value in row
    )


def code(action: object) -> str:
    """Run what must fail and return its code."""
    with pytest.raises(ShouxinError) as caught:
        action()  # type: ignore[operator]
    return caught.value.code


def test_a_person_is_found_again_and_told_from_all_others(migrated: Engine, people: People) -> None:
    """The same reference of another service is somebody else; doubles in one call are one person."""
    with migrated.begin() as connection:
        first, other, again = people.make(connection, "shop", ["u-1", "u-2", "u-1"])
        elsewhere = people.make(connection, "forum", ["u-1"])[0]
        assert first == again
        assert len({first.id, other.id, elsewhere.id}) == 3
        assert len({first.commitment, other.commitment, elsewhere.commitment}) == 3
        assert people.find(connection, "shop", ["u-2", "u-3"]) == [other, None]
        assert people.make(connection, "shop", ["u-3", "u-1"])[1] == first
        assert people.make(connection, "shop", []) == []
        assert people.find(connection, "shop", []) == []
    assert b"u-1" not in dump(migrated)
    assert b"u-2" not in dump(migrated)


def test_a_look_that_is_rolled_back_loses_nobody(migrated: Engine, people: People) -> None:
    """The key that finds people is kept even where the first look of a new store comes to nothing."""
    with migrated.connect() as connection:
        assert people.find(connection, "shop", ["u-1"]) == [None]
        connection.rollback()
    with migrated.begin() as connection:
        made = people.make(connection, "shop", ["u-1"])
    with migrated.connect() as connection:
        assert People(LocalWrapper(Keys([OLD]))).find(connection, "shop", ["u-1"]) == made


def test_service_and_reference_cannot_run_into_each_other(migrated: Engine, people: People) -> None:
    """Person "ab" of "c" is not "b" of "ca"."""
    with migrated.begin() as connection:
        assert people.make(connection, "c", ["ab"]) != people.make(connection, "ca", ["b"])


def test_a_reference_is_sealed_and_opens_in_another_process(migrated: Engine, people: People) -> None:
    """Whoever has the key-encryption key reads it, and can show whose a commitment is."""
    with migrated.begin() as connection:
        made = people.make(connection, "shop", ["顾客-7"])[0]
    with migrated.connect() as connection:
        other = People(LocalWrapper(Keys([OLD])))
        assert other.reference(connection, made.id) == "顾客-7"
        key = other.keys(connection, [made.id])[made.id]
    assert commitment(salt(key), "shop", "顾客-7") == made.commitment


def test_many_references_are_opened_at_once(migrated: Engine, people: People) -> None:
    """Of the service that asks, and without people whose key was destroyed."""
    with migrated.begin() as connection:
        one, two = people.make(connection, "shop", ["u-1", "u-2"])
        (other,) = people.make(connection, "forum", ["u-3"])
        people.shred(connection, [two.id])
        assert people.references(connection, "shop", [one.id, two.id, other.id, 0]) == {one.id: "u-1"}


def test_a_commitment_is_an_hmac_that_anybody_can_compute() -> None:
    """With the salt, the service and the reference, and any other implementation."""
    key = bytes(range(32))
    derived = hmac.digest(key, b"shouxin.people/commitment", "sha256")
    message = (4).to_bytes(4, "big") + b"shop" + "顾客-7".encode()
    assert salt(key) == derived
    assert commitment(derived, "shop", "顾客-7") == hmac.digest(derived, message, "sha256")


def test_sealed_values_open_for_their_person_and_use_only(migrated: Engine, people: People) -> None:
    """Moved to another person or another use, cut or changed, a value does not open."""
    with migrated.begin() as connection:
        one, two = people.make(connection, "shop", ["u-1", "u-2"])
        sealed = people.seal(connection, one.id, b"made up", "signature")
        assert people.unsealed(connection, one.id, sealed, "signature") == b"made up"
        for id_, value, use in (
            (two.id, sealed, "signature"),
            (one.id, sealed, "reference"),
            (one.id, sealed[:-1], "signature"),
            (one.id, sealed[:-1] + bytes([sealed[-1] ^ 1]), "signature"),
            (one.id, b"", "signature"),
        ):
            with pytest.raises(IntegrityError) as caught:
                people.unsealed(connection, id_, value, use)
            assert caught.value.code == "person-sealed"


def test_a_shredded_person_is_nobody(migrated: Engine, people: People) -> None:
    """No key, no reference, nothing that finds them; the same reference is a new person from then on."""
    with migrated.begin() as connection:
        one, two = people.make(connection, "shop", ["u-1", "u-2"])
        sealed = people.seal(connection, one.id, b"made up", "x")
        assert people.shred(connection, [one.id]) == 1
    with migrated.begin() as connection:
        assert people.shred(connection, [one.id]) == 0
        assert people.find(connection, "shop", ["u-1"]) == [None]
        assert code(lambda: people.unsealed(connection, one.id, sealed, "x")) == "person-unknown"
        assert code(lambda: people.reference(connection, one.id)) == "person-unknown"
        row = connection.execute(text("select * from shouxin.person where id = :id"), {"id": one.id}).one()
        assert (row.lookup, row.reference, row.kek, row.wrapped) == (None, None, None, None)
        assert row.commitment == one.commitment
        returned = people.make(connection, "shop", ["u-1"])[0]
        assert returned.id != one.id
        assert returned.commitment != one.commitment
        assert people.reference(connection, two.id) == "u-2"


@pytest.mark.parametrize("reference", ["", "x" * 513, "\ud800"])
def test_what_is_no_reference_is_refused(migrated: Engine, people: People, reference: str) -> None:
    """The error does not repeat it."""
    with migrated.begin() as connection, pytest.raises(InputError) as caught:
        people.make(connection, "shop", ["u-1", reference])
    assert caught.value.code == "person-reference"
    assert "xxx" not in str(caught.value)


def test_eight_who_make_the_same_people_at_once_get_the_same(migrated: Engine) -> None:
    """In opposite orders too: nobody waits for ever, and each person is made once."""
    found: list[list[int]] = []
    names = [f"u-{number}" for number in range(200)]

    def make(turned: bool) -> None:
        people = People(LocalWrapper(Keys([OLD])))
        with migrated.begin() as connection:
            made = people.make(connection, "shop", names[::-1] if turned else names)
        found.append([person.id for person in (made[::-1] if turned else made)])

    threads = [threading.Thread(target=make, args=(bool(number % 2),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(ids == found[0] for ids in found)
    assert len(set(found[0])) == 200


def test_few_data_keys_stay_in_memory(migrated: Engine) -> None:
    """The cache is bounded, and what fell out of it is read again."""
    people = People(LocalWrapper(Keys([OLD])), cached=3)
    with migrated.begin() as connection:
        made = people.make(connection, "shop", [f"u-{number}" for number in range(10)])
        for number, one in enumerate(made):
            assert people.reference(connection, one.id) == f"u-{number}"
        assert people.reference(connection, made[0].id) == "u-0"
    assert len(people._keys) == 3


def test_a_new_key_encryption_key_takes_all_over_also_after_a_break(migrated: Engine, people: People) -> None:
    """Batches that are done stay done; in the end the old key is not needed any more."""
    with migrated.begin() as connection:
        made = people.make(connection, "shop", [f"u-{number}" for number in range(25)])
        people.shred(connection, [made[3].id])

    class Breaks(LocalWrapper):
        """A wrapper that fails in its third batch."""

        calls = 0

        def wrap(self, keys: object) -> list[bytes]:
            """Wrap, twice."""
            self.calls += 1
            if self.calls > 2:
                raise StoreError("made-up", "the service went away")
            return super().wrap(keys)  # type: ignore[arg-type]

    both = Keys([NEW, OLD])
    assert code(lambda: rewrap(migrated, Breaks(both), batch=10)) == "made-up"
    with migrated.connect() as connection:
        assert waiting(connection, "new") == 14
    assert rewrap(migrated, LocalWrapper(both), batch=10) == 14
    assert rewrap(migrated, LocalWrapper(both), batch=10) == 0
    after = People(LocalWrapper(Keys([NEW])))
    with migrated.connect() as connection:
        assert after.reference(connection, made[0].id) == "u-0"
        assert after.find(connection, "shop", ["u-7"]) == [made[7]]
        late = People(LocalWrapper(Keys([OLD])))
        assert code(lambda: late.reference(connection, made[0].id)) == "protect-key-missing"


def test_wrapped_keys_that_were_exchanged_do_not_open(migrated: Engine, people: People) -> None:
    """The key of one person in the row of another is noticed."""
    with migrated.begin() as connection:
        one, two = people.make(connection, "shop", ["u-1", "u-2"])
        change = text(
            "update shouxin.person one set wrapped = two.wrapped "
            "from shouxin.person two where one.id = :one and two.id = :two"
        )
        connection.execute(change, {"one": one.id, "two": two.id})
        assert code(lambda: people.reference(connection, one.id)) == "protect-wrapped"


def test_a_wrapper_shows_no_key() -> None:
    """Neither a key nor what it is bound to stands in a representation."""
    assert repr(Bound(b"secret", b"bound")) == "Bound(…)"
    assert "secret" not in repr(KeyChoice(token="secret"))


def test_keys_are_made_at_the_first_start_and_never_anew(migrated: Engine, tmp_path: Path) -> None:
    """The file and its passphrase are for their owner alone; lost, they are an error that says so."""
    choice = KeyChoice(folder=tmp_path / "keys")
    with migrated.begin() as connection:
        made = People(open_wrapper(migrated, choice, {})).make(connection, "shop", ["u-1"])[0]
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in choice.folder.iterdir()} == {
        "main": "0o600", "passphrase": "0o600", "lock": "0o600",
    }  # fmt: skip
    with migrated.connect() as connection:
        assert People(open_wrapper(migrated, choice, {})).reference(connection, made.id) == "u-1"
    rotated(choice, "k2", {})
    wrapper = open_wrapper(migrated, choice, {})
    assert wrapper.current() == "k2"
    assert rewrap(migrated, wrapper) == 2
    (choice.folder / "main").unlink()
    assert code(lambda: open_wrapper(migrated, choice, {})) == "keys-lost"


def test_keys_can_be_sealed_with_a_passphrase_of_ones_own(migrated: Engine, tmp_path: Path) -> None:
    """Then none is kept beside the file, and another passphrase does not open it."""
    choice = KeyChoice(folder=tmp_path / "keys")
    own = {"SHOUXIN_PROTECT_PASSPHRASE": "correct horse"}
    assert open_wrapper(migrated, choice, own).current() == "k1"
    assert not (choice.folder / "passphrase").exists()
    wrong = {"SHOUXIN_PROTECT_PASSPHRASE": "battery staple"}
    assert code(lambda: open_wrapper(migrated, choice, wrong)) == "protect-key-wrong"


def test_keys_can_come_from_the_environment(migrated: Engine) -> None:
    """The first one wraps; without any it is an error."""
    given = {"SHOUXIN_PROTECT_KEYS": "k7:" + "A" * 43 + "="}
    assert open_wrapper(migrated, KeyChoice("environment"), given).current() == "k7"
    assert code(lambda: open_wrapper(migrated, KeyChoice("environment"), {})) == "protect-key-missing"
