"""Texts with findings, vaults for round trips, and plain JSON values."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError, ShouxinError
from shouxin.protect import Vault
from shouxin.protect.findings import Span, settled, spans
from tests.protect.made_up import KEYS, OTHER_KEYS, find, protector

TEXT = "张三的电话13800138000，邮箱zhang@example.com"
FOUND: list[dict[str, Any]] = [
    {"type": "person_name", "start": 0, "end": 2},
    {"type": "mobile", "start": 5, "end": 16},
    {"type": "email", "start": 19, "end": 36},
]
SPANS = st.lists(
    st.builds(
        lambda kind, start, size, score: Span(kind, start, start + size, score),
        st.sampled_from(["mobile", "qq", "email"]),
        st.integers(0, 30),
        st.integers(1, 10),
        st.floats(0, 1),
    ),
    max_size=8,
)


class Object(NamedTuple):
    """A finding as a scanner gives it."""

    type: str
    start: int
    end: int


def test_a_text_is_protected_and_says_where() -> None:
    """Findings as mappings or objects, in any order; changes know both places and why."""
    done = protector("default: {do: mask}\ntypes: {email: {do: redact}}").text(
        TEXT, [Object(**item) for item in FOUND[::-1]]
    )
    assert done.text == "张*的电话138****8000，邮箱[电子邮箱]"
    assert [done.text[item.new_start : item.new_end] for item in done.changes] == [
        "张*",
        "138****8000",
        "[电子邮箱]",
    ]
    assert [item.because for item in done.changes] == ["default", "default", "types.email"]
    assert "13800138000" not in repr(done)


@pytest.mark.parametrize("rule", ["longest", "first", "score"])
@given(found=SPANS)
def test_settled_spans_overlap_nowhere_and_lose_no_character(rule: str, found: list[Span]) -> None:
    """Whoever wins, what any finding covers stays covered, once."""
    pieces = settled(found, rule)
    covered = [at for piece in pieces for at in range(piece.start, piece.end)]
    assert sorted(covered) == sorted({at for span in found for at in range(span.start, span.end)})


def test_the_rest_of_a_loser_is_redacted() -> None:
    """A finding that reaches beyond the winner leaves nothing of itself."""
    overlap = [*FOUND[:2], {"type": "qq", "start": 10, "end": 18}]
    done = protector("default: {do: mask}").text(TEXT, overlap)
    assert done.text.startswith("张*的电话138****8000[QQ 号]")
    first = protector("default: {do: mask}\noverlaps: score").text(
        TEXT, [{**FOUND[1], "score": 0.2}, {"type": "qq", "start": 10, "end": 18, "score": 0.9}]
    )
    assert [item.type for item in first.changes] == ["mobile", "qq"]


def test_what_is_kept_does_not_shelter_what_lies_in_it() -> None:
    """A kept organisation around a name leaves the name protected."""
    rest = "default: {do: redact}\ntypes: {organisation: {do: keep}}"
    done = protector(rest).text("张三餐馆", [Object("organisation", 0, 4), Object("person_name", 0, 2)])
    assert done.text == "[姓名]餐馆"


@pytest.mark.parametrize(
    "finding",
    [
        {"type": "mobile", "start": 5, "end": 99},
        {"type": "mobile", "start": 5, "end": 5},
        {"type": "mobile", "start": "1", "end": 2},
        {"type": "mobile", "start": -1, "end": 2},
        {"start": 1, "end": 2},
        7,
    ],
)
def test_a_finding_of_another_text_is_an_error(finding: Any) -> None:
    """Nothing is protected at a wrong place in silence."""
    with pytest.raises(InputError) as caught:
        spans([finding], len(TEXT))
    assert caught.value.code == "protect-finding"


def test_a_vault_gives_back_what_it_hid() -> None:
    """The same value, the same placeholder; the model's spacing, width and brackets do not matter."""
    vault = Vault("one")
    hidden = vault.hide(TEXT, FOUND)
    assert hidden == "⟦person_name:1⟧的电话⟦mobile:1⟧，邮箱⟦email:1⟧"
    assert (
        vault.hide("张三 138-0013-8000", [Object("person_name", 0, 2), Object("mobile", 3, 16)])
        == "⟦person_name:1⟧ ⟦mobile:1⟧"
    )
    for written in ("⟦ mobile : 1 ⟧", "【mobile：１】", "[[Mobile:1]]", "〚mobile:1〛", "[mobile: 1]"):
        assert vault.restore(written).text == "13800138000"
    assert vault.restore(r"⟦person\_name:1⟧ ⟦Person Name:1⟧").text == "张三 张三"
    back = vault.restore("⟦mobile:2⟧ ⟦mobile:1⟧")
    assert (back.text, back.placed, back.unknown) == ("⟦mobile:2⟧ 13800138000", 1, ("mobile:2",))


@given(st.text("⟦⟧[]:：1 mobile张", max_size=30))
def test_a_text_that_looks_like_placeholders_comes_back_as_it_was(text: str) -> None:
    """Nobody can plant a placeholder that turns into another person's value."""
    vault = Vault("one")
    vault.hide("13800138000", [Object("mobile", 0, 11)])
    assert vault.restore(vault.hide(text, [])).text == text


def test_a_vault_is_kept_sealed(tmp_path: Path) -> None:
    """Encrypted, for its owner alone, opened by its key alone; cut or changed it does not open."""
    path = tmp_path / "vault"
    vault = Vault("one")
    hidden = vault.hide(TEXT, FOUND)
    vault.save(path, KEYS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "张三".encode() not in path.read_bytes()
    again = Vault.load(path, KEYS)
    assert again.restore(hidden).text == TEXT
    assert again.hide("李四", [Object("person_name", 0, 2)]) == "⟦person_name:2⟧"
    whole = path.read_bytes()
    for keys, content in (
        (OTHER_KEYS, whole),
        (KEYS, whole[:-1]),
        (KEYS, b"x"),
        (KEYS, whole.replace(b"sxv1", b"sxv2")),
    ):
        path.write_bytes(content)
        with pytest.raises(ShouxinError) as caught:
            Vault.load(path, keys)
        assert caught.value.code == "protect-ciphertext"


def test_fields_of_json_are_protected_by_their_path() -> None:
    """Items, any key, any way down; numbers become text, nulls stay."""
    shield = protector(
        "default: {do: mask}\nfields: {'**.phone': mobile, 'a[*].n': person_name, 'b[1]': email}"
    )
    given = {
        "phone": 13800138000,
        "a": [{"n": "张三", "x": 1, "phone": ["13900139000", None]}],
        "b": ["x", "x@example.com"],
    }
    assert shield.json(given) == {
        "phone": "138****8000",
        "a": [{"n": "张*", "x": 1, "phone": ["139****9000", None]}],
        "b": ["x", "***@example.com"],
    }
    with pytest.raises(InputError) as caught:
        shield.json({"phone": {"home": "13800138000"}})
    assert caught.value.where == "phone"


def test_other_text_in_json_is_searched_keys_and_numbers_too() -> None:
    """What a finder finds in strings, keys and numbers is protected."""
    shield = protector("default: {do: mask}")
    assert shield.json({"张三": ["call 13800138000", 13900139000, 7, True, None]}, find) == {
        "张*": ["call 138****8000", "139****9000", 7, True, None]
    }


def test_keys_that_become_alike_lose_no_value() -> None:
    """They are numbered, and a key that stays keeps its name."""
    given = {"13800138000": 1, "13811118000": 2, "138****8000": 3, "mobile": 4}
    made = protector("default: {do: mask}").json(given, find)
    assert made == {"138****8000 (2)": 1, "138****8000 (3)": 2, "138****8000": 3, "mobile": 4}


@pytest.mark.parametrize("path", ["a..b", "a[", "a[x]", "", "[*"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    """A path that would never meet anything is an error."""
    with pytest.raises(InputError) as caught:
        protector(f"default: {{do: mask}}\nfields: {{'{path}': mobile}}").json({})
    assert caught.value.code == "protect-path"
