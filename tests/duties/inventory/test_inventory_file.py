"""The organisation file: what is written reads back, what cannot be is refused with its line."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.model import DatasetMap
from shouxin.connect.opendsr.model import HandOff
from shouxin.duties.inventory import model
from shouxin.duties.inventory.file import read, write
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.inventory.service import Inventory
from shouxin.errors import InputError
from shouxin.law.mechanism import Span

from .conftest import DAY

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=9)
NAMES = WORDS.filter(bool)
ADDRESSABLE = NAMES.map(lambda name: name.translate(dict.fromkeys(map(ord, "/\\?#%."), "-")))
"""Names that an address can hold, as those of services are."""
KEYS = st.none() | st.lists(st.sampled_from(["real_name", "location"]), max_size=2).map(tuple)


def some(shape: type[msgspec.Struct], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Draw values of a shape with any of these fields left out."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda given: shape(**given))


def named(shape: type[msgspec.Struct], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Draw up to two values of a shape with names of their own."""
    one = st.fixed_dictionaries({"name": ADDRESSABLE}, optional=fields).map(lambda given: shape(**given))
    return st.lists(one, max_size=2, unique_by=lambda item: item.name).map(tuple)  # type: ignore[attr-defined]


ACTIVITIES = named(
    model.Activity,
    purpose=WORDS,
    categories=KEYS,
    basis=st.none() | st.just(()) | st.just(("consent", "contract")),
    necessity=some(model.Necessity, why=WORDS, sufficient=st.none() | st.booleans()),
    recipients=st.none() | st.lists(st.builds(model.Recipient, party=NAMES), max_size=2).map(tuple),
    systems=KEYS,
    automated=st.none() | st.builds(model.Automated, decides=st.booleans()),
    assessed_on=st.none() | st.dates(),
    facts=st.dictionaries(NAMES, st.booleans() | st.none(), max_size=2),
)
ORGANISATIONS = st.builds(
    Organisation,
    name=NAMES,
    officer=some(model.Officer, name=WORDS, published=st.booleans()),
    services=named(
        model.Service, activities=ACTIVITIES, categories=KEYS, users=st.none() | st.integers(0, 2**53 - 1)
    ),
    systems=named(model.System, country=st.sampled_from(["", "CN", "HK"])),
    parties=st.builds(
        model.Party,
        name=NAMES,
        kind=st.sampled_from(["entrusted", "joint"]),
        contract=st.none() | some(model.Contract, until=st.dates(), purpose=st.booleans()),
        oversight=st.lists(st.builds(model.Oversight, on=st.dates(), how=WORDS), max_size=2).map(tuple),
    ).map(lambda party: (party,)),
)


@given(ORGANISATIONS)
def test_an_organisation_that_is_written_reads_back_the_same(found: Organisation) -> None:
    """P5: load, save, load is the identity, and so is the text the second time."""
    text = write(found)
    assert read(text.encode(), where="file") == found
    assert write(read(text.encode(), where="file")) == text


def test_what_stands_twice_is_written_twice() -> None:
    """One value in two places is no alias in the file, which reading would refuse."""
    day, seen = date(2025, 3, 1), model.Retention(time=Span(length=3, unit="years"))
    activity = model.Activity(name="a", assessed_on=day, retention=seen, categories=("location",))
    other = model.Activity(name="b", assessed_on=day, retention=seen, categories=activity.categories)
    found = Organisation(
        name="x", last_audit=day, services=(model.Service(name="s", activities=(activity, other)),)
    )
    assert "&" not in write(found)
    assert read(write(found).encode(), where="file") == found


def test_unknown_and_none_are_told_apart(shop: Organisation) -> None:
    """A field that is left out stays out; an empty list says that there is none."""
    text = "name: x\nservices: [{name: s, activities: [{name: a, recipients: []}, {name: b}]}]"
    first, second = read(text.encode(), where="file").services[0].activities
    assert (first.recipients, second.recipients) == ((), None)
    assert "recipients: []" in write(read(text.encode(), where="file"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nservice: []", "unknown field `service`"),
        ("name: x\nservices:\n  - name: a\n  - name: a", 'two services have the same name: "a"'),
        ("name: x\nservices:\n  - name: a\n    sdks: [{name: s}, {name: s}]", "two SDKs"),
        ("name: x\nservices:\n  - name: " + "n" * 10_000, "line 3"),
        ("name: x\nparties: [{name: p, kind: friend}]", "friend"),
        ("name: x\nparties: [{name: p, kind: entrusted, country: China}]", "regex"),
        ("name: x\nofficer: &o {name: y}\nservices: [*o]", "an alias stands here"),
        ("name: x\nname: y", 'the key "name" stands twice'),
        ("name: x\nservices: " + "[" * 200_000, "more than 100 levels"),
    ],
)
def test_what_is_no_organisation_is_refused_with_its_line(text: str, said: str) -> None:
    """One line says what, where and what to do."""
    with pytest.raises(InputError) as refused:
        read(text.encode(), where="file.yaml")
    assert refused.value.code == "organisation-unreadable"
    assert said in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"systems": ["cellar"]}, "inventory-name"),
        ({"recipients": [{"party": "Nobody"}]}, "inventory-name"),
        ({"categories": ["shoe_size"]}, "category-unknown"),
        ({"recipients": [{"party": "Swift Parcels", "categories": ["shoe_size"]}]}, "category-unknown"),
        ({"facts": {"data.sensitiv": True}}, "fact-unknown"),
        ({"facts": {"data.sensitive": "perhaps"}}, "fact-type"),
        ({"facts": {"basis.contract": False}}, "fact-contradiction"),
    ],
)
def test_names_that_nothing_bears_are_refused(
    inventory: Inventory, shop: Organisation, change: dict[str, object], code: str
) -> None:
    """The activity is named, whichever field is wrong."""
    service = shop.services[0]
    plain = {**msgspec.to_builtins(service.activities[0], builtin_types=(type(DAY),)), **change}
    wrong = msgspec.structs.replace(service, activities=(msgspec.convert(plain, model.Activity),))
    with pytest.raises(InputError) as refused:
        inventory.check(msgspec.structs.replace(shop, services=(wrong,)), DAY)
    assert refused.value.code == code
    assert "shop" in refused.value.where


def test_a_category_of_apps_that_there_is_not_is_refused(inventory: Inventory, shop: Organisation) -> None:
    """The nearest of the 39 is named."""
    wrong = msgspec.structs.replace(shop.services[0], categories=("online_shoping",))
    with pytest.raises(InputError) as refused:
        inventory.check(msgspec.structs.replace(shop, services=(wrong,)), DAY)
    assert "online_shopping" in str(refused.value)


def test_a_store_is_handed_to_no_party_that_is_not_described(
    inventory: Inventory, shop: Organisation
) -> None:
    """The party of a hand-off is one of the inventory's, with its contract; the store is named."""
    for party, good in (("Swift Parcels", True), ("Nobody", False)):
        hand_off = HandOff(party=party, identities={"email": "email"})
        store = DatasetMap(store="mailer", make="opendsr", hand_off=hand_off)
        system = model.System(name="mail", datasets=(store,))
        given = msgspec.structs.replace(shop, systems=(*shop.systems, system))
        if good:
            inventory.check(given, DAY)
            continue
        with pytest.raises(InputError, match="Nobody") as refused:
            inventory.check(given, DAY)
        assert (refused.value.code, refused.value.where) == ("inventory-name", "store mailer")
