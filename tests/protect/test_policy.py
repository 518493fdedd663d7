"""Policies: strict reading, profiles, and the word that wins."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.protect import load_policy, read_policy, write_policy
from shouxin.protect import policy as act
from shouxin.protect.policy_file import PROFILES, SCHEMA, profiles
from shouxin.protect.types import types

POLICY = """version: 1
name: example
profile: 45574-2025
default: {do: redact}
types:
  mobile: {do: mask}
  person_name: {do: pseudonym, length: 20}
categories: {financial_account: {do: token}}
levels: {sensitive: {do: encrypt, cipher: aes}}
fields: {customer.phone: mobile}
"""

ACTIONS = st.one_of(
    st.just(act.Keep()),
    st.builds(act.Mask, head=st.none() | st.integers(0, 9), split=st.sampled_from(["", ","])),
    st.builds(act.Redact, text=st.none() | st.text(max_size=5)),
    st.builds(act.Generalise, to=st.sampled_from(["year", "band"]), edges=st.sampled_from([(), (1.0, 2.5)])),
    st.builds(act.Pseudonym, length=st.integers(8, 51), hash=st.sampled_from(["sm3", "sha256"])),
    st.builds(act.Encrypt, cipher=st.sampled_from(["aes", "sm4"]), key=st.sampled_from(["", "k-1"])),
    st.builds(act.Token, head=st.none() | st.integers(0, 9), unfit=st.sampled_from(["refuse", "redact"])),
    st.builds(act.Shift, days=st.integers(1, 1000)),
    st.builds(act.Noise, epsilon=st.floats(0.01, 10)),
)  # fmt: skip
POLICIES = st.builds(
    act.Policy,
    version=st.just(1),
    name=st.text(max_size=20),
    default=ACTIONS,
    scope=st.text(max_size=10),
    types=st.dictionaries(st.sampled_from(sorted(types())), ACTIONS, max_size=4),
    levels=st.dictionaries(st.sampled_from(["general", "sensitive"]), ACTIONS),
    fields=st.dictionaries(
        st.text("ab.", min_size=1, max_size=8), st.sampled_from(sorted(types())), max_size=3
    ),
)


def test_the_most_particular_word_wins() -> None:
    """The type's word comes before its category's, its level's and the default."""
    rules = read_policy(POLICY)
    words = {kind: rules.action(kind)[1] for kind in ("mobile", "bank_card", "medical", "email")}
    assert words == {
        "mobile": "types.mobile",
        "bank_card": "categories.financial_account",
        "medical": "levels.sensitive",
        "email": "default",
    }


@given(POLICIES)
@example(act.Policy(version=1, name="", default=act.Keep(), scope="\x85"))
@example(act.Policy(version=1, name="\u2028 \x85", default=act.Keep()))
def test_a_policy_saved_and_loaded_is_the_same(policy: act.Policy) -> None:
    """P5: load, save, load is the identity, and the schema for editors accepts what was saved."""
    text = write_policy(policy)
    assert read_policy(text).policy == policy
    assert write_policy(read_policy(text).policy) == text
    jsonschema.validate(
        json.loads(msgspec.json.encode(policy)), json.loads(SCHEMA.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("mobile: {", "mobil: {", "line 6", 'did you mean "mobile"'),
        ("length: 20", "lenght: 20", "line 7", 'did you mean "length"'),
        ("length: 20", "length: 2", "line 7", ">= 8"),
        ("do: encrypt", "do: hash", "line 9", "hash"),
        ("sensitive: {", "secret: {", "line 9", "general, sensitive"),
        ("financial_account", "finance", "line 8", "financial_account"),
        ("phone: mobile", "phone: mobil", "line 10", 'did you mean "mobile"'),
        ("name: example", "name: example\nname: again", "line 3", "stands twice"),
        ("version: 1", "version: 2", "line 1", "2"),
        ("45574-2025", "45574-2031", "line 3", "35273-2020"),
        ("default: {do: redact}", "default: [", "line", "not plain YAML"),
        ("default: {do: redact}", "default: &a [*a]", "policy.yaml", "not plain YAML"),
        ("default: {do: redact}", "default: " + "[" * 200_000 + "]" * 200_000, "line", "100 levels"),
        ("do: redact", "do: generalise, to: band, edges: [2, 1]", "line 4", "rise"),
    ],
)
def test_a_wrong_policy_names_the_line_and_a_way_out(old: str, new: str, place: str, says: str) -> None:
    """What is wrong is said with file, line and remedy."""
    with pytest.raises(InputError) as caught:
        read_policy(POLICY.replace(old, new, 1), where="policy.yaml")
    assert caught.value.code in ("protect-policy", "protect-profile")
    assert place in caught.value.where
    assert says in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_policy_or_a_clear_error(text: str) -> None:
    """P10: whatever the file holds, there is an answer or an error of ours."""
    try:
        read_policy(text)
    except InputError as error:
        assert error.remedy


def test_the_profiles_place_every_type() -> None:
    """Each profile gives every type a category and a level, and they differ on identity documents."""
    for path in PROFILES.glob("*.yaml"):
        rules = read_policy(f"{{version: 1, name: x, default: {{do: keep}}, profile: {path.stem}}}")
        assert set(rules.profile.types) == set(types())
        assert "read the standard itself" in path.read_text(encoding="utf-8")
    old = read_policy("{version: 1, name: x, default: {do: keep}, profile: 35273-2020}").profile
    new = read_policy("{version: 1, name: x, default: {do: keep}}").profile
    assert (old.types["resident_id"].level, new.types["resident_id"].level) == ("sensitive", "general")
    assert (old.types["minor_age"].level, new.types["minor_age"].level) == ("sensitive", "general")


@pytest.mark.parametrize("name", profiles())
def test_only_what_is_under_14_is_a_child_of_the_law(name: str) -> None:
    """No other type, ages from 14 to 17 included, belongs to the category of PIPL art. 31."""
    rules = read_policy(f"{{version: 1, name: x, default: {{do: keep}}, profile: {name}}}")
    children = [kind for kind, standing in rules.profile.types.items() if standing.category == "under_14"]
    assert children == ["under_14"]


def test_a_profile_of_ones_own_lies_beside_the_policy(tmp_path: Path) -> None:
    """A policy can name a file of levels, which replaces the built-in ones."""
    (tmp_path / "ours.yaml").write_text(
        "profile: ours\nstandard: our own\nversion: 3\ntypes:\n  email: {category: contact, level: high}\n"
    )
    (tmp_path / "policy.yaml").write_text(
        "version: 1\nname: x\nprofile: ours.yaml\ndefault: {do: redact}\nlevels: {high: {do: mask}}\n"
    )
    assert load_policy(tmp_path / "policy.yaml").action("email") == (act.Mask(), "levels.high")


def test_a_type_nobody_declared_is_refused() -> None:
    """A finding of an unknown type is an error, and a declared one is not."""
    with pytest.raises(InputError) as caught:
        read_policy(POLICY).action("staff_number")
    assert caught.value.code == "protect-unknown-type"
    assert read_policy(POLICY + "own_types: [staff_number]\n").action("staff_number")[1] == "default"
