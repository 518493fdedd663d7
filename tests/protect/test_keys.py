"""Keys, and everything that needs one: encryption, pseudonyms, moved dates."""

import base64
import datetime
import stat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError, IntegrityError, ShouxinError
from shouxin.protect import Keys, MainKey, environment_keys
from shouxin.protect.envelope import Envelope, opened
from shouxin.protect.keys import VARIABLE, derived
from shouxin.protect.sealed_file import new_file, open_file, rotate
from tests.protect.made_up import KEYS, OTHER_KEYS, column, protector

COST = 2**10
KEY = KEYS.current()


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """Return a file with one key."""
    path = tmp_path / "keys.json"
    new_file(path, "correct horse", "old", cost=COST)
    return path


def test_a_file_of_keys_is_its_owners_alone_and_opens_again(sealed: Path) -> None:
    """Made with mode 0600, opened with its passphrase; the keys do not stand in it."""
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    secret = open_file(sealed, "correct horse").current().secret
    assert base64.b64encode(secret) not in sealed.read_bytes()
    assert "old" in repr(open_file(sealed, "correct horse").current())
    assert str(secret) not in repr(open_file(sealed, "correct horse").current())


def test_what_an_old_key_closed_opens_after_rotation(sealed: Path) -> None:
    """The new key closes, the old one still opens."""
    before = Envelope(open_file(sealed, "correct horse").current(), "sm4", "email", "").close("a@example.com")
    rotate(sealed, "correct horse", "new", cost=COST)
    keys = open_file(sealed, "correct horse")
    assert keys.ids() == ("new", "old")
    assert opened(before, keys, "email", "") == "a@example.com"
    assert Envelope(keys.current(), "sm4", "email", "").close("x").split(".")[2] == "new"


def test_a_wrong_passphrase_a_changed_file_and_open_rights_are_told(sealed: Path) -> None:
    """Each has its own code, and none opens."""
    for passphrase, change, code in (
        ("wrong", lambda: None, "protect-key-wrong"),
        ("correct horse", lambda: sealed.chmod(0o640), "protect-key-permissions"),
        ("correct horse", lambda: sealed.write_bytes(b"{}"), "protect-key-file"),
        ("correct horse", sealed.unlink, "protect-key-file"),
    ):
        sealed.chmod(0o600)
        change()
        with pytest.raises(ShouxinError) as caught:
            open_file(sealed, passphrase)
        assert caught.value.code == code


@pytest.mark.parametrize("cost", ["1099511627776", "0", "1000", "-2"])
def test_a_file_cannot_ask_for_endless_work(sealed: Path, cost: str) -> None:
    """A cost that is not one of ours is refused before anything is computed."""
    sealed.write_text(sealed.read_text().replace(f'"cost":{COST}', f'"cost":{cost}'))
    with pytest.raises(InputError):
        open_file(sealed, "correct horse")


def test_a_flipped_bit_anywhere_in_the_file_is_noticed(sealed: Path) -> None:
    """No byte of the file of keys can change and still open."""
    given = sealed.read_bytes()
    for at in range(0, len(given), 7):
        sealed.write_bytes(given[:at] + bytes([given[at] ^ 1]) + given[at + 1 :])
        with pytest.raises(ShouxinError):
            open_file(sealed, "correct horse")


def test_the_environment_gives_keys_in_order() -> None:
    """The first is the current one; a missing or misshapen one is an error."""
    text = ",".join(f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k2", "k1"))
    assert environment_keys({VARIABLE: text}).ids() == ("k2", "k1")
    for broken in ("", "k1", "k1:abc", "k 1:" + base64.b64encode(b"1" * 32).decode()):
        with pytest.raises(InputError) as caught:
            environment_keys({VARIABLE: broken})
        assert caught.value.code in ("protect-key-missing", "protect-key-shape")


def test_each_use_has_a_key_of_its_own() -> None:
    """Parts of a use cannot run into each other."""
    assert derived(KEY, "a", "bc") != derived(KEY, "ab", "c")
    assert len(derived(KEY, "a", size=16)) == 16


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@given(value=st.text(max_size=50))
def test_what_is_encrypted_opens_again(cipher: Any, value: str) -> None:
    """Any text; the same text never looks the same twice."""
    envelope = Envelope(KEY, cipher, "address", "s")
    assert opened(envelope.close(value), KEYS, "address", "s") == value
    assert envelope.close(value) != envelope.close(value)


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_no_change_to_an_encrypted_value_opens(cipher: Any) -> None:
    """Cut at any place, changed at any place, of another type, scope or key: an error, never another text."""
    closed = Envelope(KEY, cipher, "address", "s").close("北京市")
    broken = [closed[:at] for at in range(0, len(closed), 3)]
    broken += [
        closed[:at] + ("A" if closed[at] != "A" else "B") + closed[at + 1 :]
        for at in range(10, len(closed) - 1)
    ]
    for value in broken:
        with pytest.raises((IntegrityError, InputError)):
            opened(value, KEYS, "address", "s")
    for keys, kind, scope in ((KEYS, "email", "s"), (KEYS, "address", "t"), (OTHER_KEYS, "address", "s")):
        with pytest.raises(IntegrityError):
            opened(closed, keys, kind, scope)


@pytest.mark.parametrize("action", ["encrypt", "token", "pseudonym"])
def test_without_a_key_nothing_passes(action: str) -> None:
    """A missing key is an error, no value unprotected; so is a key that only the policy knows."""
    for rest, keys in ((f"default: {{do: {action}}}", None), (f"default: {{do: {action}, key: k9}}", KEYS)):
        with pytest.raises(InputError) as caught:
            protector(rest, keys).column(pa.array(["13800138000"]), "mobile")
        assert caught.value.code == "protect-key-missing"


@pytest.mark.parametrize("action", ["mask", "redact", "pseudonym"])
def test_what_cannot_be_restored_says_so(action: str) -> None:
    """Restoring is for encrypt, token and shift alone."""
    with pytest.raises(InputError) as caught:
        protector(f"default: {{do: {action}}}").restored(pa.array(["x"]), "mobile")
    assert caught.value.code == "protect-irreversible"


@pytest.mark.parametrize("digest", ["sm3", "sha256"])
def test_one_value_has_one_pseudonym_however_it_is_written(digest: str) -> None:
    """Width, spaces and hyphens do not count; the scope does."""
    action = f"{{do: pseudonym, hash: {digest}, length: 20}}"
    found = column(
        action, ["13800138000", "138 0013-8000", "１３８００１３８０００", "13900139000", None], "mobile"
    )
    assert found[0] == found[1] == found[2] != found[3]
    assert found[4] is None
    assert len(found[0]) == 20
    assert (
        protector(f"default: {action}", scope="x").column(pa.array(["13800138000"]), "mobile")[0].as_py()
        != found[0]
    )


def test_two_values_never_share_a_pseudonym_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collision within a column is an error."""
    monkeypatch.setattr("shouxin.protect.pseudonym.base64.b32encode", lambda digest: b"A" * 56)
    with pytest.raises(InputError) as caught:
        column("{do: pseudonym}", ["13800138000", "13900139000"], "mobile")
    assert caught.value.code == "protect-collision"


def test_a_person_s_dates_move_together_and_back() -> None:
    """The same person, the same days, in the same notation; never by none."""
    shield = protector("default: {do: shift, days: 30}")
    people = pa.array(["a", "b", "a"])
    written = pa.array(["1990-01-31", "1990年01月02日", "19900202"])
    moved = shield.column(written, "birth_date", people=people)
    assert shield.restored(moved, "birth_date", people=people).equals(written)
    first, third = moved[0].as_py(), moved[2].as_py()
    assert (datetime.date.fromisoformat(third) - datetime.date.fromisoformat(first)).days == 2
    assert moved[0].as_py() != "1990-01-31"
    for typed in (
        pa.array([datetime.date(1990, 1, 31)] * 3),
        pa.array([datetime.datetime(1990, 1, 31, 8), None, None]),
    ):
        done = shield.column(typed, "birth_date", people=people)
        assert done.type == typed.type
        assert shield.restored(done, "birth_date", people=people).equals(typed)


def test_dates_of_nobody_are_refused_and_no_dates_redacted() -> None:
    """Without a person there is no constant; what is no date goes."""
    with pytest.raises(InputError) as caught:
        column("{do: shift}", ["1990-01-31"], "birth_date")
    assert caught.value.code == "protect-person"
    assert column("{do: shift}", ["1990-02-31"], "birth_date", people=pa.array(["a"])) == ["[出生日期]"]


def test_noise_is_centred_and_of_the_scale_asked_for() -> None:
    """Ten thousand draws: mean near nought, spread near that of the distribution."""
    counts = pa.array([100] * 10_000)
    for mechanism, spread in (("geometric", 1.36), ("laplace", 1.41)):
        noisy = protector(f"default: {{do: noise, epsilon: 1, mechanism: {mechanism}}}").column(
            counts, "minor_age"
        )
        values = noisy.to_numpy()
        assert abs(values.mean() - 100) < 0.15
        assert 0.85 * spread < values.std() < 1.15 * spread
    assert column("{do: noise, epsilon: 9}", ["5", None], "minor_age")[1] is None
    with pytest.raises(InputError):
        column("{do: noise, epsilon: 1}", ["many"], "minor_age")


def test_the_folder_of_keys_must_be_writable(tmp_path: Path) -> None:
    """A folder that is not there is an error of ours."""
    with pytest.raises(InputError) as caught:
        new_file(tmp_path / "none" / "keys.json", "x", "k1", cost=COST)
    assert caught.value.code == "protect-file"
    assert not list(tmp_path.iterdir())


def test_keys_in_memory_are_found_by_id() -> None:
    """An empty ring has no current key."""
    assert Keys([MainKey("a", b"1" * 32)]).find("a").id == "a"
    with pytest.raises(InputError):
        Keys([]).current()
