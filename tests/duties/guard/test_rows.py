"""The plan and the script of the guard as SQL: what is closed, what no name can do, and what is undone."""

from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Only, Reference, Shared
from shouxin.duties.guard import rows_place
from shouxin.duties.guard.rows import Plan, plan
from shouxin.duties.guard.rows_script import drop_script, script, view_name
from shouxin.errors import InputError
from tests.duties.guard.conftest import MAP, PURPOSES, Shop

STATE = """
select jsonb_build_array(
    (select jsonb_agg(jsonb_build_array(oid, relacl::text, relrowsecurity, relforcerowsecurity) order by oid)
    from pg_class where relnamespace::regnamespace::text !~ '^pg_'),
    (select jsonb_agg(to_jsonb(p) order by p) from pg_policies p),
    (select jsonb_agg(nspname order by nspname) from pg_namespace),
    (select jsonb_agg(proname order by oid) from pg_proc where pronamespace = 'public'::regnamespace)
)::text
"""


def planned(found: DatasetMap = MAP, identity: str = "user_id") -> Plan:
    """Return the plan for the shop's purposes."""
    return plan("shop", PURPOSES, found, identity)


def changed(**fields: Any) -> DatasetMap:
    """Return a map of one table with some of its fields changed."""
    plain: dict[str, Any] = {
        "table": "customers",
        "columns": (MappedColumn(column="id", categories=("browsing_history",)),),
        "identities": (Identity(identity="user_id", column="id"),),
    }
    return DatasetMap(store="shop", tables=(MappedTable(**{**plain, **fields}),))


def test_the_plan_says_which_columns_serve_which_purpose() -> None:
    """A column needs all of its categories allowed; one that holds nobody's information comes along."""
    tables = {one.table: one for one in planned().tables}
    assert {view.purpose: view.columns for view in tables["customers"].views} == {
        "tips": ("history", "person"),
        "orders": ("id", "name", "inviter", "person"),
    }
    assert [view.purpose for view in tables["orders"].views] == ["orders"]
    assert "products" not in tables


def test_a_table_is_open_to_the_purposes_of_those_it_leads_to_people() -> None:
    """Without the way through the order, nobody could tell whose the parcel is."""
    tables = {one.table: one.purposes for one in planned().tables}
    assert (tables["orders"], tables["parcels"]) == (("orders", "tips"), ("tips",))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"identities": (Identity(identity="phone", column="id"),)}, "neither an identity"),
        ({"shared": Shared(others=("friend",))}, "friend"),
        (
            {
                "identities": (),
                "references": (Reference(columns=("id",), to="accounts", at=("id",), store="bank"),),
            },
            "neither an identity",
        ),
    ],
)
def test_where_nothing_leads_to_a_person_nothing_is_shown(fields: dict[str, Any], why: str) -> None:
    """The policy says no, and the script says why."""
    other = MappedTable(table="others", identities=(Identity(identity="user_id", column="x"),))
    found = changed(**fields)
    found = msgspec.structs.replace(found, tables=(*found.tables, other))
    made = planned(found)
    assert why in made.tables[0].closed
    assert not made.tables[0].views
    assert "enclose('\"customers\"', $shown$false$shown$)" in script(made, stale=10)


def test_free_text_is_never_in_a_view() -> None:
    """It may hold anything about anyone."""
    columns = (
        MappedColumn(column="id", categories=("browsing_history",)),
        MappedColumn(column="remark", free_text=True),
    )
    (table,) = planned(changed(columns=columns)).tables
    assert [view.columns for view in table.views] == [("id",)]


@pytest.mark.parametrize(
    ("found", "identity", "code"),
    [
        (msgspec.structs.replace(MAP, make="mysql"), "", "guard-make"),
        (MAP, "passport", "guard-identity"),
        (DatasetMap(store="shop"), "", "guard-identity"),
        (changed(table="a\0b"), "", "guard-name"),
        (changed(table="字" * 22), "", "guard-name"),
        (changed(columns=(MappedColumn(column="shouxin_person"),)), "", "guard-name"),
    ],
)
def test_what_cannot_be_fenced_is_refused(found: DatasetMap, identity: str, code: str) -> None:
    """Another make, an identity that is not there, names that PostgreSQL would cut or mistake."""
    with pytest.raises(InputError) as caught:
        planned(found, identity)
    assert caught.value.code == code


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_names_of_views_fit_and_differ(purpose: str, table: str) -> None:
    """PostgreSQL would cut a longer one, and two could become one."""
    assert len(view_name(purpose, table).encode()) <= 63
    assert view_name(purpose + "x", table) != view_name(purpose, table)


HOSTILE = (
    'x"; drop table kept; --',
    "x'; drop table kept; --",
    "x\\'; drop table kept; --",
    "$shown$; drop table kept; --",
    "x\n; drop table kept; --",
    "%s %1$s {} :name",
    "\u2028; drop table kept;",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_do_anything(database_dsn: str, name: str) -> None:
    """Of a service, purpose, category, table, column, value or role: each is only a name in the database."""
    column = MappedColumn(column=name, categories=("browsing_history",))
    table = f"public.{name}"
    way = Reference(columns=(name,), to=table, at=(name,), only=Only(column="kind", value=name))
    found = changed(table=table, columns=(column,), identities=(Identity(identity=name, column=name),))
    child = MappedTable(table="child", columns=(column, MappedColumn(column="kind")), references=(way,))
    found = msgspec.structs.replace(found, tables=(*found.tables, child))
    made = plan(name, {name: ("browsing_history",)}, found)
    quoted = psycopg.sql.Identifier(name).as_string(None)
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute("create table kept ()")
        for place in (quoted, "child"):
            connection.execute(f"create table {place} ({quoted} text, kind text)".encode())
        connection.execute(f"create role {quoted}".encode())
        try:
            connection.execute(script(made, stale=10, roles=[name]).encode())
            connection.execute("select set_config('shouxin.purpose', %s, false)", [name])
            names = connection.execute("select name from shouxin_guard.purpose").fetchall()
            assert names == [(name,)]
            assert connection.execute("select to_regclass('kept') is not null").fetchone() == (True,)
            connection.execute(drop_script().encode())
        finally:
            connection.execute(f"drop owned by {quoted}; drop role {quoted}".encode())


@pytest.mark.parametrize(
    "before",
    [
        "",
        "alter table customers enable row level security; create policy own on customers using (id <> 'bob')",
        "alter table orders force row level security; create policy own on talks using (true)",
    ],
)
def test_what_was_put_up_is_taken_away_exactly(shop: Shop, before: str) -> None:
    """Also where the tables had row security of their own, and where the script was run twice."""
    if before:
        shop.change(before)
    with psycopg.connect(shop.dsn) as connection:
        stood = connection.execute(STATE).fetchone()
    for _ in range(2):
        shop.apply()
    rows_place.run(shop.there, drop_script())
    with psycopg.connect(shop.dsn) as connection:
        assert connection.execute(STATE).fetchone() == stood
    rows_place.run(shop.there, drop_script())  # nothing is left to take away


def test_policies_of_their_own_still_hold_beside_it(shop: Shop) -> None:
    """Both must allow a row."""
    shop.change(
        "alter table customers enable row level security; create policy own on customers using (id <> 'ann')"
    )
    shop.says("give", "ann", "bob")
    shop.apply()
    shop.follow()
    assert shop.rows("select id from customers", "tips") == ["bob"]
    assert shop.rows("select id from customers") == []


def test_a_view_holds_where_its_owner_passes_row_security_by(shop: Shop) -> None:
    """Here it was made by a superuser: the view says itself whose rows it shows."""
    shop.says("give", "ann")
    shop.apply()
    shop.follow()
    shop.change(f"revoke all on all tables in schema public from {shop.role}")
    assert shop.rows('select history from shouxin_guard."tips.customers"', "tips") == ["tea"]
    assert shop.rows('select place from shouxin_guard."tips.parcels"', "tips") == ["here"]
    assert shop.rows('select body from shouxin_guard."tips.talks"', "tips") == ["to oneself"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        shop.rows("select id from customers", "tips")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        shop.rows("select person from shouxin_guard.exception", "tips")


def test_the_owner_of_the_tables_is_held_too(shop: Shop) -> None:
    """Row security is forced; who may pass it by is named."""
    shop.change(f"alter table customers owner to {shop.role}")
    shop.says("give", "ann")
    shop.apply()
    shop.follow()
    assert shop.rows("select id from customers", "tips") == ["ann"]
    with shop.there.connect() as connection:
        remarks = rows_place.check(connection, shop.plan(), [shop.role])
        shop_admin = connection.exec_driver_sql("select current_user").scalar_one()
        free = rows_place.check(connection, shop.plan(), [shop_admin])
    assert any("owns" in one and "customers" in one for one in remarks)
    assert any("revoke select" in one for one in remarks)
    assert "superuser" in free[0]


@pytest.mark.parametrize(
    ("statement", "code", "word"),
    [
        ("alter table customers drop column history", "guard-column", "history"),
        ("drop table parcels", "guard-table", "parcels"),
        ("drop table talks; create view talks as select 1 as sender", "guard-table", "talks"),
    ],
)
def test_what_is_not_there_any_more_is_named(shop: Shop, statement: str, code: str, word: str) -> None:
    """Before anything is changed."""
    shop.change(statement)
    with shop.there.connect() as connection, pytest.raises(InputError) as caught:
        rows_place.check(connection, shop.plan())
    assert (caught.value.code, word in str(caught.value)) == (code, True)


def test_a_role_that_is_not_there_is_named(shop: Shop) -> None:
    """Before anything is changed."""
    with shop.there.connect() as connection, pytest.raises(InputError) as caught:
        rows_place.check(connection, shop.plan(), ["nobody here"])
    assert caught.value.code == "guard-role"


def test_a_script_that_is_refused_changes_nothing(shop: Shop) -> None:
    """Here a reference compares numbers with words."""
    shop.change("alter table orders drop constraint orders_customer_fkey, alter customer type int using 1")
    with psycopg.connect(shop.dsn) as connection:
        stood = connection.execute(STATE).fetchone()
    with pytest.raises(InputError) as caught:
        shop.apply()
    assert caught.value.code == "guard-refused"
    with psycopg.connect(shop.dsn) as connection:
        assert connection.execute(STATE).fetchone() == stood


VALID = """
select set_config('shouxin.purpose', 'tips', false);
create table numbers (phone text, since timestamptz, till timestamptz, kind text);
insert into numbers values ('ann', null, null, 'now'), ('ann', null, now() - interval '1 day', 'before'),
    ('ann', now() + interval '1 day', null, 'later')
"""


def test_an_identity_counts_in_its_time_only(shop: Shop) -> None:
    """A number that somebody else has now opens no row."""
    shop.change(VALID)
    names = ("phone", "since", "till")
    shop.map = changed(
        table="numbers",
        columns=(
            *(MappedColumn(column=name) for name in names),
            MappedColumn(column="kind", categories=("browsing_history",)),
        ),
        identities=(Identity(identity="user_id", column="phone", valid_from="since", valid_until="till"),),
    )
    shop.says("give", "ann")
    shop.change(f"grant select on numbers to {shop.role}")
    shop.apply()
    shop.follow()
    assert shop.rows("select kind from numbers", "tips") == ["now"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4))
def test_a_comment_stays_one_line(names: list[str]) -> None:
    """Whatever stands in a name."""
    text = script(Plan("\n".join(names), {}, ()), stale=10).partition("begin;")[0]
    assert all(line.startswith("--") for line in text.splitlines() if line.strip())
