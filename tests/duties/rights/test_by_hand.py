"""Stores that only people can reach: asked, answered, confirmed; nothing ends before."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.connect.checking import check
from shouxin.connect.manual_model import Manual
from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.stores import opened
from shouxin.duties.days import today
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.found import rows_of
from shouxin.duties.rights.stores import Stores
from shouxin.duties.rights.telling import Told
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor
from tests.duties.rights.made_up import ACTOR, Office, mapped
from tests.duties.rights.test_running import states
from tests.duties.rights.zipped import opened as unzipped

OTHER = Actor("operator:2", "console")
RECORDS = {"challenged": "the name"}
PASSPHRASE = "twenty-letters-drawn-by-lot"


def paper(**more: Any) -> DatasetMap:
    """Return the map of a cupboard."""
    manual = Manual(desk="archive", email="archive@shop.example", how="second cupboard", **more)
    return DatasetMap(store="paper", make="manual", tables=(MappedTable(table="letters"),), manual=manual)


class PaperOffice(Office):
    """The office of the other tests, with a cupboard in the place of the newsletter."""

    def __init__(self, engine: Engine, found: DatasetMap) -> None:
        self.paper = found
        super().__init__(engine)
        del self.shop[1]

    def made(self) -> Desk:
        """Return a desk as a process that just started would have it."""
        stores = Stores(lambda: (mapped("shop"), self.paper), {"shop": "memory"}, self.either)
        return super().made()._replace(stores=stores)

    @contextmanager
    def either(self, found: DatasetMap, address: str) -> Iterator[Any]:
        """Open one of the stores."""
        if found.make == "manual":
            with opened(found, address) as store:
                yield store
        else:
            with self.opened(found, address) as memory:
                yield memory

    def tell(self, number: int, who: Actor = ACTOR, **told: Any) -> None:
        """Say what was done in the cupboard."""
        given = msgspec.convert({"store": "paper", "remark": "looked"} | told, Told)
        self.rights.tell(number, given, today(), who)


@pytest.fixture
def office(migrated: Engine) -> PaperOffice:
    """Give the desk with the cupboard behind it."""
    return PaperOffice(migrated, paper())


def test_an_erasure_waits_for_the_hand_that_does_it(office: PaperOffice) -> None:
    """It stands in the queue with its day, the desk is told once, and what they say ends the request."""
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    assert states(office, number) == {"paper": "elsewhere", "shop": "done"}
    assert not office.rights.show(number, today()).final
    (task,) = office.rights.by_hand(today())
    assert (task.request, task.store, task.desk, task.tables) == (number, "paper", "archive", ("letters",))
    assert [(one.address, one.request) for one in office.summoned] == [("archive@shop.example", number)]
    office.tell(number, deleted={"letters": 4})
    assert office.rights.by_hand(today()) == []
    shown = office.rights.show(number, today())
    assert (shown.state, shown.plan and shown.plan.finished) == ("done", True)
    outcome = next(one.outcome for one in shown.plan.tasks if one.store == "paper") if shown.plan else None
    assert outcome
    assert outcome.deleted == {"letters": 4}


def test_what_is_kept_by_hand_keeps_the_request_from_being_done(office: PaperOffice) -> None:
    """It is blocked as what other stores keep is; without a reason nothing is taken down."""
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    with pytest.raises(InputError, match="without a reason"):
        office.tell(number, kept={"letters": 1})
    office.tell(number, kept={"letters": 1}, because="ecommerce-law:art_31")
    shown = office.rights.show(number, today())
    assert (shown.state, len(shown.restrictions)) == ("blocked", 1)


def test_four_eyes_are_two_pairs(migrated: Engine) -> None:
    """Whoever said it cannot confirm it; the second person can, and only then it counts."""
    office = PaperOffice(migrated, paper(four_eyes=True))
    number = office.ready()
    office.rights.run(number, today(), ACTOR)
    with pytest.raises(InputError, match="nothing to confirm"):
        office.rights.confirm(number, "paper", today(), OTHER)
    office.tell(number, deleted={"letters": 4})
    assert states(office, number)["paper"] == "elsewhere"
    (task,) = office.rights.by_hand(today())
    assert task.told
    assert task.told["deleted"] == {"letters": 4}
    with pytest.raises(InputError, match="somebody else"):
        office.rights.confirm(number, "paper", today(), ACTOR)
    office.rights.confirm(number, "paper", today(), OTHER)
    assert office.rights.show(number, today()).state == "done"


def test_a_correction_waits_for_the_hand_that_writes_it(office: PaperOffice) -> None:
    """Approved, shown to whoever does it and to nobody else, said and done; the ledger holds no value."""
    change = {"store": "paper", "table": "letters", "values": {"name": "Anna"}}
    number = office.ready("correction", {"found_wrong": True}, changes=[change], records=RECORDS)
    plan = office.rights.show(number, today()).plan
    assert plan
    (made,) = plan.body.corrections
    assert (made.by_hand, made.columns, plan.problems) == (True, ("name",), ())
    assert office.rights.run(number, today(), ACTOR, dry_run=True)[0].state == "waiting"
    with pytest.raises(InputError, match="no correction that waits"):
        office.rights.to_correct(number, "paper", today(), ACTOR)
    office.rights.run(number, today(), ACTOR)
    (task,) = office.rights.by_hand(today())
    assert task.corrects
    assert office.rights.to_correct(number, "paper", today(), ACTOR)[0].values == {"name": "Anna"}
    with pytest.raises(InputError, match="something else"):
        office.tell(number, deleted={"letters": 1})
    office.tell(number, changed={"letters": 2})
    shown = office.rights.show(number, today())
    assert (shown.state, states(office, number)) == ("done", {"paper": "done"})
    with office.engine.connect() as connection:
        told = connection.execute(text("select string_agg(what::text, '') from shouxin.ledger_entry"))
        assert "Anna" not in told.scalar_one()


def test_a_correction_by_hand_stays_within_the_map(office: PaperOffice) -> None:
    """A table that the map does not have stands in the way of the plan."""
    change = {"store": "paper", "table": "tapes", "values": {"name": "Anna"}}
    number = office.ask("correction", changes=[change], records=RECORDS)
    office.rights.vouch(number, today(), ACTOR)
    assert [one.code for one in office.rights.plan(number, today(), ACTOR).problems] == ["correct-place"]


def test_what_is_found_by_hand_goes_into_the_copy(office: PaperOffice) -> None:
    """No copy is given before; what was found stands sealed and in no entry."""
    number = office.ask("access")
    office.rights.vouch(number, today(), ACTOR)
    with pytest.raises(InputError, match="nobody has said yet"):
        office.rights.give(number, PASSPHRASE, "en", {}, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    assert [one.gives for one in office.rights.by_hand(today())] == [True]
    (summoned,) = office.summoned
    assert summoned.due == office.rights.show(number, today()).next_due
    assert summoned.due
    with pytest.raises(InputError, match="asked for something else"):
        office.tell(number, deleted={"letters": 4})
    with pytest.raises(InputError, match="nobody has said yet"):
        office.rights.give(number, PASSPHRASE, "en", {}, today(), ACTOR)
    office.tell(number, found={"letters": [{"from": "Ana", "about": "a broken cup"}]})
    with office.engine.connect() as connection:
        kept = connection.execute(text("select found, told::text from shouxin.rights_errand")).one()
        told = connection.execute(text("select string_agg(what::text, '') from shouxin.ledger_entry"))
        assert "broken" not in told.scalar_one()
        assert b"broken" not in bytes(kept.found)
        assert "broken" not in kept.told
    with office.rights.give(number, PASSPHRASE, "en", {}, today(), ACTOR) as made:
        files = unzipped(made.file.read(), PASSPHRASE)
    tables = {(one["store"], one["table"]): one["rows"] for one in json.loads(files["data.json"])["tables"]}
    assert tables["paper", "letters"] == [{"from": "Ana", "about": "a broken cup"}]
    assert "a broken cup" in files["index.html"]


def test_nobody_answers_what_was_not_asked(office: PaperOffice) -> None:
    """Another store, another table, a request that waits for nobody."""
    number = office.ready()
    with pytest.raises(InputError, match="waits for nobody"):
        office.tell(number, deleted={"letters": 1})
    office.rights.run(number, today(), ACTOR)
    with pytest.raises(InputError, match='no table "cups"'):
        office.tell(number, deleted={"cups": 1})
    with pytest.raises(InputError, match="no store whose work"):
        office.tell(number, store="shop")
    with pytest.raises(InputError, match="asked for something else"):
        office.tell(number, found={"letters": [{"a": 1}]})
    office.tell(number)
    with pytest.raises(InputError, match="waits for nobody"):
        office.tell(number)


def test_a_new_plan_asks_anew(office: PaperOffice) -> None:
    """What waited for the former plan is no work any more."""
    number = office.ask("access")
    office.rights.vouch(number, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    office.rights.plan(number, today(), ACTOR)
    assert len(office.rights.by_hand(today())) == 1


def test_a_map_says_who_works_by_hand() -> None:
    """A store of this make has a desk and tables, and no other store has a desk."""
    check([paper()])
    for wrong in (
        DatasetMap(store="paper", make="manual"),
        msgspec.structs.replace(paper(), make="mysql"),
        msgspec.structs.replace(paper(), tables=()),
    ):
        with pytest.raises(InputError) as error:
            check([wrong])
        assert error.value.code == "map-service"


@pytest.mark.parametrize(
    ("text_", "rows"),
    [
        ("", ()),
        ('a,b\n1,"x, y"\n', ({"a": "1", "b": "x, y"},)),
        ('[{"a": 1}]', ({"a": 1},)),
        ("\ufeffa\n1\n\n2\n", ({"a": "1"}, {"a": "2"})),
    ],
)
def test_a_find_is_csv_or_json(text_: str, rows: tuple[dict[str, Any], ...]) -> None:
    """As people have it."""
    assert rows_of(text_, "letters") == rows


@pytest.mark.parametrize(
    "text_", ["a,b\n1\n", "a,a\n1,2\n", "[1]", "{}", "[{", 'a\n"x', "a,,b\n1,2,3", "[" * 5000]
)
def test_a_find_that_cannot_be_read_says_where(text_: str) -> None:
    """And never what it holds."""
    with pytest.raises(InputError) as error:
        rows_of(text_, "letters")
    assert (error.value.code, error.value.where) == ("rights-found", "letters")
