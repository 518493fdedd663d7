"""A draft from the inventory: what is recorded stands in it, the rest is named with its provision."""

from pathlib import Path

import msgspec
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.app.cli import root
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Organisation, facts_of
from shouxin.duties.inventory.service import read as read_organisation
from shouxin.duties.notice.draft import Draft, draft, remarks
from shouxin.duties.notice.service import read, write
from shouxin.errors import InputError
from shouxin.law.register import register

FILE = Path(__file__).parents[1] / "inventory" / "made_up.yaml"
SHOP = read_organisation(FILE.read_bytes(), where="made_up.yaml")
DECIDER = Decider(register())


def drafted(organisation: Organisation = SHOP) -> Draft:
    """Return the draft of the made-up shop."""
    return draft(organisation, "shop", DECIDER, facts_of(organisation, "shop"))


def test_what_is_recorded_stands_in_the_draft() -> None:
    """Who processes, and of each activity the purpose, categories, keeping time, basis and recipients."""
    notice = drafted().notice
    assert notice.processor
    assert notice.processor.name.zh == "Made-up Shop"
    orders, tips = notice.purposes
    assert orders.purpose
    assert (orders.key, orders.purpose.zh, orders.basis) == (
        "orders",
        "deliver what was bought",
        ("contract",),
    )
    assert orders.keeping
    assert (orders.keeping.zh, orders.keeping.en) == (
        "3年 (end of the transaction)",
        "3 years (end of the transaction)",
    )
    assert orders.categories[0].name.zh == "姓名"
    (parcels,) = orders.recipients
    assert (parcels.key, parcels.name.zh, parcels.kind) == ("swift-parcels", "Swift Parcels", "entrusted")
    assert tips.sensitive is not None
    assert tips.automated
    assert tips.automated.zh == "ranking of goods"


def test_what_is_not_recorded_is_named_with_its_provision() -> None:
    """It stands on top of the file, which is a notice as it is."""
    found = drafted()
    head = remarks(found)
    assert "# pipl:art_17__para_1__item_2: orders, purpose: from the inventory\n" in head
    assert "# pipl:art_17__para_1__item_2: orders, method: STILL TO BE WRITTEN\n" in head
    assert "# pipl:art_30: recommendations, sensitive_effect: STILL TO BE WRITTEN\n" in head
    assert read((head + write(found.notice)).encode(), where="notice.yaml") == found.notice
    assert {(one.item.item, one.purpose) for one in found.untold} >= {
        ("method", "orders"),
        ("rights_steps", ""),
    }


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=5, unique=True))
def test_whatever_activities_are_called_the_draft_is_a_notice(names: list[str]) -> None:
    """Every purpose has a key of its own, and no name breaks out of a remark."""
    service = SHOP.services[0]
    activities = tuple(msgspec.structs.replace(service.activities[0], name=name) for name in names)
    shop = msgspec.structs.replace(SHOP, services=(msgspec.structs.replace(service, activities=activities),))
    found = drafted(shop)
    assert read((remarks(found) + write(found.notice)).encode(), where="notice.yaml") == found.notice


def test_the_command_writes_a_file_that_the_check_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a store, from a file."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(root, ["notice", "draft", "--service", "shop", "--file", str(FILE)])
    assert (done.exit_code, "still to be written" in done.stderr) == (0, True)
    assert yaml.safe_load(done.stdout)["service"] == "shop"
    Path("notice.yaml").write_text(done.stdout, encoding="utf-8")
    assert CliRunner().invoke(root, ["notice", "check", "notice.yaml"]).exit_code == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"name: S\n", "service-unknown"),
        (
            b"name: S\nservices: [{name: shop, activities: [{name: a, recipients: [{party: nobody}]}]}]",
            "inventory-name",
        ),
        (
            b"name: S\nservices: [{name: shop, activities: [{name: a, categories: [dreams]}]}]",
            "category-unknown",
        ),
    ],
)
def test_what_cannot_be_drafted_is_refused_in_words(text: bytes, code: str, tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / "o.yaml").write_bytes(text)
    done = CliRunner().invoke(
        root, ["notice", "draft", "--service", "shop", "--file", str(tmp_path / "o.yaml")]
    )
    assert isinstance(done.exception, InputError)
    assert done.exception.code == code


def test_what_the_draft_makes_up_or_leaves_out_is_said() -> None:
    """A basis that nobody recorded, and activities beyond what a notice can tell of."""
    (service,) = [one for one in SHOP.services if one.name == "shop"]
    bare = msgspec.structs.replace(service.activities[0], basis=())
    many = tuple(msgspec.structs.replace(bare, name=f"a{number}") for number in range(203))
    service = msgspec.structs.replace(service, activities=many)
    found = drafted(msgspec.structs.replace(SHOP, services=(service,)))
    head = remarks(found)
    assert "# 3 activities are LEFT OUT" in head
    assert "# a7: no basis is recorded, so consent is ASSUMED" in head
