"""The guard as SQL on a real database: a query under a purpose returns what people allow, no more."""

import threading
import time
from contextlib import nullcontext
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from shouxin.duties.days import today
from shouxin.duties.guard import following
from shouxin.errors import InputError, IntegrityError
from shouxin.law.register import register
from shouxin.store import restrictions
from shouxin.store.line import STALE
from shouxin.store.restrictions import Restriction
from tests.duties.guard.conftest import CONTRACT, Shop, shop_notice
from tests.duties.notice.made_up import category, said, with_purpose

CUSTOMERS = "select id from customers"
HISTORY = 'select history from shouxin_guard."tips.customers"'


def guarded(shop: Shop, *people: str) -> Shop:
    """Return the shop with its guard up, and these people who agreed to tips."""
    if people:
        shop.says("give", *people)
    shop.apply()
    shop.follow()
    return shop


def test_a_purpose_reads_the_rows_of_those_who_agreed(shop: Shop) -> None:
    """In the table and in the view, which has only the columns of the purpose."""
    guarded(shop, "ann", "cho")
    assert shop.rows(CUSTOMERS, "tips") == ["ann", "cho"]
    assert shop.rows(HISTORY, "tips") == ["salt", "tea"]
    with pytest.raises(Exception, match='column "name" does not exist'):
        shop.rows('select name from shouxin_guard."tips.customers"', "tips")


def test_without_a_purpose_nothing_is_read(shop: Shop) -> None:
    """Nor under one that nobody declared, nor through the view of another purpose; other tables stay open."""
    guarded(shop, "ann")
    assert [shop.rows(CUSTOMERS, purpose) for purpose in ("", "sales", "TIPS")] == [[], [], []]
    assert shop.rows(HISTORY, "orders") == []
    assert shop.rows("select id from products") == [1]


def test_who_takes_consent_back_vanishes(shop: Shop) -> None:
    """And comes back with a new yes; what follows goes on where it ended."""
    guarded(shop, "ann", "bob")
    shop.says("withdraw", "ann")
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["bob"]
    shop.says("give", "ann")
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["ann", "bob"]


def test_another_basis_needs_no_consent(shop: Shop) -> None:
    """What a contract needs is read of everybody, whatever they said of tips."""
    guarded(shop, "ann")
    shop.says("refuse", "bob")
    shop.follow()
    assert shop.rows(CUSTOMERS, "orders") == ["ann", "bob", "cho"]


def test_who_refuses_what_rests_on_another_basis_too_is_held_back(shop: Shop) -> None:
    """The opposite of what holds for everybody is kept for single people, whichever that is."""
    shop.facts_of["tips"] = CONTRACT
    guarded(shop, "ann")
    before = shop.rows(CUSTOMERS, "tips")
    shop.facts_of["tips"] = {}
    shop.follow()
    assert (before, shop.rows(CUSTOMERS, "tips")) == (["ann", "bob", "cho"], ["ann"])


def test_rows_are_found_by_references_and_joins(shop: Shop) -> None:
    """An order is its customer's, a parcel its order's; a row that names nobody is shown to nobody."""
    guarded(shop, "ann")
    assert shop.rows("select number from orders", "orders") == [1, 2]
    assert shop.rows("select barcode from parcels", "tips") == ["p1"]
    assert shop.rows('select place from shouxin_guard."tips.parcels"', "tips") == ["here"]
    orders = 'orders o on o.number = p."order" join customers c on c.id = o.customer'
    joined = f"select p.place from parcels p join {orders}"
    assert shop.rows(joined, "tips") == ["here"]


def test_a_row_of_several_people_needs_them_all(shop: Shop) -> None:
    """A talk is read where both agreed, and where there is only one."""
    guarded(shop, "ann", "bob")
    assert shop.rows("select body from talks", "tips") == ["to bob", "to oneself"]
    shop.says("withdraw", "bob")
    shop.follow()
    assert shop.rows('select body from shouxin_guard."tips.talks"', "tips") == ["to oneself"]


def test_partitions_are_fenced_by_themselves(shop: Shop) -> None:
    """Reading a part directly is no way around; a part that is added later is noticed."""
    guarded(shop, "ann")
    assert shop.rows("select page from visits", "tips") == ["teas"]
    assert shop.rows("select page from visits_2025", "tips") == ["teas"]
    shop.change(
        "create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01')"
    )
    with pytest.raises(IntegrityError, match="visits_2026"):
        shop.follow()


def test_writing_is_held_to_the_purpose_as_well(shop: Shop) -> None:
    """Who is not seen is neither changed nor deleted; new rows may be added by anybody who could."""
    guarded(shop, "ann")
    gone = "with gone as (delete from visits returning customer) select customer from gone"
    assert (shop.rows(gone), shop.rows(gone, "tips")) == ([], ["ann"])
    assert shop.rows(
        "with new as (insert into products values (2, 'ink') returning id) select id from new"
    ) == [2]


def test_an_old_beat_closes_everything(shop: Shop) -> None:
    """As does one from the future; the next round opens it again."""
    guarded(shop, "ann")
    for at in ("clock_timestamp() - interval '2 hours'", "clock_timestamp() + interval '2 hours'"):
        shop.change(f"update shouxin_guard.state set beat = {at}")
        assert (shop.rows(CUSTOMERS, "tips"), shop.rows(HISTORY, "tips")) == ([], [])
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["ann"]


def test_before_anything_is_followed_nothing_is_shown(shop: Shop) -> None:
    """A script that was just run allows nothing, and so does one that is run again."""
    shop.says("give", "ann")
    shop.apply()
    assert shop.rows(CUSTOMERS, "tips") == []
    shop.follow()
    shop.apply()
    assert shop.rows(CUSTOMERS, "tips") == []


def test_consent_that_ends_takes_the_rows_with_it(shop: Shop) -> None:
    """At the end of its last day, with nobody doing anything."""
    guarded(shop)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86_400))
    shop.says("give", "ann", until=day)
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["ann"]
    with shop.there.begin() as connection:
        kept = connection.execute(text("select until from shouxin_guard.exception")).scalar_one()
        assert kept.isoformat() == f"{day}T16:00:00+00:00"  # the day ends in Beijing
        connection.execute(text("update shouxin_guard.exception set until = now() - interval '1 s'"))
    assert shop.rows(CUSTOMERS, "tips") == []


def test_a_new_notice_asks_again(shop: Shop) -> None:
    """Consent to another way of doing it covers nothing."""
    guarded(shop, "ann")
    other = {"categories": [category("browsing_history")], "method": said("sold on")}
    shop.publish(with_purpose(1, **other))
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == []
    shop.publish(shop_notice())
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["ann"]


def test_an_activity_that_narrowed_or_went_shows_nothing(shop: Shop) -> None:
    """Its views still have the columns of before; it says what to do."""
    guarded(shop, "ann")
    shop.purposes["tips"] = ()
    del shop.facts_of["orders"]
    follower = shop.follower()
    while follower.round():
        pass
    assert {*follower.closed} == {"tips", "orders"}
    assert "browsing_history" in follower.closed["tips"]
    assert (shop.rows(CUSTOMERS, "tips"), shop.rows(CUSTOMERS, "orders")) == ([], [])


def test_people_beyond_one_part_are_all_followed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass goes on in parts, also when the one who made it was killed in between."""
    monkeypatch.setattr("shouxin.duties.guard.rows_follow.PART", 2)
    people = [f"u-{number}" for number in range(7)]
    shop.change("insert into customers select 'u-' || number from generate_series(0, 6) number")
    shop.says("give", *people)
    shop.apply()
    assert shop.follower().round()
    assert shop.rows(CUSTOMERS, "tips") == []  # not before all are known
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == people
    shop.says("withdraw", *people[:5])
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == people[5:]


def shreds(shop: Shop, name: str) -> None:
    """Destroy the key of a person."""
    with shop.store.begin() as connection:
        person = shop.people.find(connection, "shop", [name])[0]
        assert person
        shop.people.shred(connection, [person.id])


NAMED = "select person from shouxin_guard.exception"


def test_an_erased_person_goes_with_the_next_look_of_a_new_follower(shop: Shop) -> None:
    """Whoever follows anew asks for everybody who was forgotten since the last beat."""
    guarded(shop, "ann", "bob")
    shreds(shop, "ann")
    shop.follow()
    assert shop.rows(CUSTOMERS, "tips") == ["bob"]
    with shop.there.begin() as connection:
        assert connection.execute(text(NAMED)).scalars().all() == ["bob"]


def test_who_is_forgotten_goes_at_once_where_a_server_follows(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A withdrawal and a destroyed key reach the thread beside a server; nobody looks at everybody."""
    guarded(shop, "ann", "bob", "cho")
    monkeypatch.setattr(following, "follower_of", lambda *_: nullcontext(shop.follower()))
    said: list[str] = []
    with following.Following(shop.store, shop.dsn, (register(), {}), shop.people, said.append):
        shop.says("withdraw", "cho")
        until(shop, ["ann", "bob"])
        shreds(shop, "ann")
        until(shop, ["bob"])
    assert said == []
    assert "guard follow" not in {thread.name for thread in threading.enumerate()}


def test_people_of_another_service_are_not_there(shop: Shop) -> None:
    """The same reference elsewhere is somebody else."""
    shop.publish(msgspec.structs.replace(shop_notice(), service="forum"))
    shop.says("give", "bob")
    guarded(shop)
    assert shop.rows(CUSTOMERS, "tips") == []


@pytest.mark.parametrize(
    "undone",
    [
        "alter table orders disable row level security",
        "alter table orders no force row level security",
        "drop policy shouxin_guard on customers",
        "create policy mine on customers using (true)",
    ],
)
def test_a_fence_that_was_taken_down_is_noticed(shop: Shop, undone: str) -> None:
    """Nothing beats then, so that what still stands closes."""
    guarded(shop, "ann")
    shop.change(undone)
    with pytest.raises(IntegrityError) as caught:
        shop.follow()
    assert caught.value.code == "guard-open"


def test_a_column_that_is_dropped_takes_nothing_down(shop: Shop) -> None:
    """The database refuses; where it is forced, nothing is shown any more."""
    guarded(shop, "ann")
    with pytest.raises(Exception, match="depend on it"):
        shop.change("alter table customers drop column id")
    shop.change("alter table customers drop column id cascade")
    assert shop.rows("select name from customers", "tips") == []


def test_a_database_without_a_guard_is_said(shop: Shop) -> None:
    """With what to do."""
    with pytest.raises(InputError) as caught:
        shop.follow()
    assert caught.value.code == "guard-none"


def test_a_withdrawal_is_followed_while_it_runs(shop: Shop) -> None:
    """Over the line, without waiting for the next look."""
    guarded(shop, "ann")
    stopping = threading.Event()
    said: list[str] = []
    thread = threading.Thread(target=shop.follower().run, args=(stopping, said.append))
    thread.start()
    try:
        shop.says("withdraw", "ann")
        until(shop, [])
        shop.says("give", "ann")
        until(shop, ["ann"])
    finally:
        stopping.set()
        thread.join(20)
    assert not thread.is_alive()
    assert said == []


def until(shop: Shop, wanted: list[Any]) -> None:
    """Wait until a query returns this; fail where it takes too long."""
    end = time.monotonic() + 20
    while shop.rows(CUSTOMERS, "tips") != wanted:
        assert time.monotonic() < end
        time.sleep(STALE / 100)


def restricts(shop: Shop, person: str, *purposes: str) -> None:
    """Take down that a person's information is kept for the law alone."""
    facts = {"deletion.due": True, "deletion.period_running": True}
    made = Restriction(0, "shop", purposes, facts, today(), None, "ecommerce-law:art_31")
    with shop.store.begin() as connection:
        (found,) = shop.people.make(connection, "shop", [person])
        restrictions.restrict(connection, f"request:{person}", found.id, made)


def test_who_is_restricted_vanishes_until_it_is_lifted(shop: Shop) -> None:
    """What everybody's is read of, and what they agreed to; also who never answered anything."""
    guarded(shop, "ann", "bob")
    restricts(shop, "ann")
    restricts(shop, "cho")
    shop.follow()
    assert (shop.rows(CUSTOMERS, "tips"), shop.rows(CUSTOMERS, "orders")) == (["bob"], ["bob"])
    with shop.store.begin() as connection:
        restrictions.lift(connection, "request:ann")
        restrictions.lift(connection, "request:cho")
    shop.follow()
    everybody = ["ann", "bob", "cho"]
    assert (shop.rows(CUSTOMERS, "tips"), shop.rows(CUSTOMERS, "orders")) == (["ann", "bob"], everybody)


def test_a_restriction_of_one_purpose_leaves_the_other(shop: Shop) -> None:
    """It ends with no day of any consent."""
    guarded(shop, "ann")
    restricts(shop, "ann", "orders")
    shop.follow()
    assert (shop.rows(CUSTOMERS, "tips"), shop.rows(CUSTOMERS, "orders")) == (["ann"], ["bob", "cho"])
    with shop.there.begin() as connection:
        ends = connection.execute(
            text("select until::text from shouxin_guard.exception where purpose = 'orders'")
        )
        assert ends.scalar_one() == "infinity"


def test_a_pass_over_everybody_keeps_who_is_restricted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between those who answered, in parts, and by somebody who has just started."""
    monkeypatch.setattr("shouxin.duties.guard.rows_follow.PART", 1)
    guarded(shop, "ann")
    restricts(shop, "cho")
    shop.says("give", "bob")
    shop.facts_of["orders"] = CONTRACT | {"purpose.household": False, "data.public": False}
    shop.follow()
    assert (shop.rows(CUSTOMERS, "tips"), shop.rows(CUSTOMERS, "orders")) == (["ann", "bob"],) * 2


def test_a_guard_of_an_earlier_version_is_made_anew(shop: Shop) -> None:
    """It follows nothing that it cannot write down."""
    guarded(shop, "ann")
    shop.change("alter table shouxin_guard.state drop column restrictions")
    with pytest.raises(InputError, match="earlier version"):
        shop.follow()
