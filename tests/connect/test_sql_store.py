"""One person's rows in a database: found, shown, corrected and erased, and nobody else's touched."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from shouxin.connect.person import Held
from shouxin.connect.sql.opening import told
from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Part
from shouxin.errors import InputError, StoreError
from tests.connect.household import EMAIL, MAP, ONE, PHONE, TODAY, Cells, cells, mapped


def by(parts: tuple[Part, ...], table: str) -> list[tuple[str, str, int]]:
    """Return the parts of a table: whose, what becomes of it, how many rows."""
    return [(one.part, one.act, one.rows) for one in parts if one.table == table]


def row(found: Cells, table: str, key: int) -> tuple[Any, ...]:
    """Return the row of a number."""
    return next(one for one in found[table] if one[0] == key)


def test_a_survey_says_what_is_there_and_what_becomes_of_it(store: Store) -> None:
    """Every table says whose its rows are, what goes, what stays and until when."""
    found = store.survey(ONE, TODAY)
    assert by(found.parts, "person") == [("own", "anonymise", 1), ("mentioned", "mask", 1)]
    assert by(found.parts, "place") == [("own", "delete", 1), ("kept", "keep", 2)]
    assert by(found.parts, "purchase") == [("own", "delete", 1), ("kept", "keep", 2)]
    assert by(found.parts, "item") == [("own", "delete", 2), ("kept", "keep", 2)]
    assert by(found.parts, "letter") == [
        ("shared", "anonymise", 1),
        ("shared", "keep", 1),
        ("mentioned", "mask", 2),
    ]
    assert by(found.parts, "search_copy") == [("mentioned", "mask", 1)]
    assert by(found.parts, "tag") == [("own", "delete", 2)]
    kept = next(one for one in found.parts if one.table == "purchase" and one.part == "kept")
    assert (kept.because, kept.until) == ("ecommerce-law:art_31", None)


def test_an_erasure_does_what_the_survey_said_and_nothing_else(
    store: Store, household_engine: sa.Engine
) -> None:
    """What was the person's is gone or empty, what others have is to the last cell as it was."""
    before = cells(household_engine)
    survey = store.survey(ONE, TODAY)
    done = store.erase(ONE, TODAY, digest=survey.digest)
    after = cells(household_engine)
    assert done.deleted == {"place": 1, "purchase": 1, "item": 2, "tag": 2}
    assert done.changed == {"person": 2, "letter": 3, "search_copy": 1}
    shell = row(after, "person", 1)
    assert shell[1].startswith("erased-")
    assert shell[2:] == (None, None, "", None, None, None)
    assert row(after, "person", 2) == (*row(before, "person", 2)[:7], "妹妹的邮箱 ***")
    for key in (3, 4, 5):
        assert row(after, "person", key) == row(before, "person", key)
    assert [one[0] for one in after["place"]] == [2, 3]
    assert [one[0] for one in after["purchase"]] == [2, 3, 4]
    assert row(after, "purchase", 2) == row(before, "purchase", 2)
    assert row(after, "letter", 1)[-1] == ""
    assert row(after, "letter", 2)[-1] == "收到，你的号码是***吗"
    assert row(after, "letter", 3)[-1] == "*** 的电话 ***，我的 16100000002"
    assert row(after, "letter", 4) == row(before, "letter", 4)
    assert {one[1] for one in after["search_copy"]} == {"*** *** ***", "王二 16100000002"}
    assert after["tag"] == [one for one in before["tag"] if one[0] != 1]


def test_a_second_erasure_finds_nothing_to_do(store: Store, household_engine: sa.Engine) -> None:
    """The number of the person leads to what stayed, and nothing of it changes again."""
    store.erase(ONE, TODAY)
    once = cells(household_engine)
    assert store.erase(ONE, TODAY).nothing
    assert cells(household_engine) == once
    assert {part.act for part in store.survey(ONE, TODAY).parts} == {"keep"}


def test_a_rehearsal_changes_nothing(store: Store, household_engine: sa.Engine) -> None:
    """It says what would be done and takes everything back."""
    before = cells(household_engine)
    assert store.erase(ONE, TODAY, dry_run=True).deleted["tag"] == 2
    assert cells(household_engine) == before


def test_a_constraint_that_refuses_takes_everything_back(store: Store, household_engine: sa.Engine) -> None:
    """The store is as it was before, and the error quotes nothing of it."""
    with household_engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            refusal = (
                "create trigger refuse before update on search_copy begin select raise(abort, 'no'); end"
            )
            connection.exec_driver_sql(refusal)
        else:
            connection.exec_driver_sql(
                "alter table search_copy add constraint words_told check (left(words, 1) <> '*')"
            )
    before = cells(household_engine)
    with pytest.raises(StoreError) as refused:
        store.erase(ONE, TODAY)
    assert refused.value.code in ("connect-refused", "connect-lost")
    assert PHONE not in str(refused.value) and "李" not in str(refused.value)
    assert cells(household_engine) == before


def test_a_plan_that_is_no_longer_true_is_refused(store: Store, household_engine: sa.Engine) -> None:
    """A row more than what was approved, and nothing happens."""
    digest = store.survey(ONE, TODAY).digest
    with household_engine.begin() as connection:
        connection.exec_driver_sql("insert into tag values (1, '绿茶')")
    before = cells(household_engine)
    with pytest.raises(InputError) as refused:
        store.erase(ONE, TODAY, digest=digest)
    assert refused.value.code == "erase-changed"
    assert cells(household_engine) == before


def test_a_number_that_somebody_else_has_now_is_not_the_former_owners(store: Store) -> None:
    """Who has it today is found by it; who had it once is found only by the days on which it was theirs."""
    now = {"phone_number": (Held(value=PHONE),)}
    then = {"phone_number": (Held(value=PHONE, since=date(2020, 1, 1), until=date(2024, 5, 1)),)}
    assert {one.values["id"] for one in store.read(now, TODAY) if one.table == "person"} == {1}
    assert 4 in {one.values["id"] for one in store.read(then, TODAY) if one.table == "person"}


def test_identities_join_with_and(store: Store) -> None:
    """An address of one and a number of another are nobody."""
    both = {"email": (Held(value=EMAIL),), "phone_number": (Held(value="16100000002"),)}
    assert {one.part for one in store.survey(both, TODAY).parts} == {"mentioned"}


def test_a_store_tells_the_identities_of_its_person(store: Store) -> None:
    """Other stores are asked with what this one knows."""
    learnt = store.learn({"email": (Held(value=EMAIL),)}, TODAY)
    assert [one.value for one in learnt["person_id"]] == ["1"]
    assert [one.value for one in learnt["phone_number"]] == [PHONE]


def test_what_a_person_sees_is_theirs_alone(store: Store) -> None:
    """Letters to them are without what the sender said in them, and texts without numbers of others."""
    seen = list(store.read(ONE, TODAY))
    letters = {one.values["id"]: one.values for one in seen if one.table == "letter"}
    assert set(letters) == {1, 2}
    assert "receiver" not in letters[1] and letters[1]["body"] == "你好，我是李一一"
    assert "body" not in letters[2]
    assert {one.values["id"] for one in seen if one.table == "purchase"} == {1, 2, 4}
    person = next(one.values for one in seen if one.table == "person")
    assert person["note"] == "打 161-0000-0001 找我"


def test_a_correction_changes_one_cell_of_the_person(store: Store, household_engine: sa.Engine) -> None:
    """It reaches their own row and no other, and says how many changed."""
    before = cells(household_engine)
    assert store.correct(ONE, "person", None, {"name": "李壹"}, TODAY, dry_run=True) == 1
    assert cells(household_engine) == before
    assert store.correct(ONE, "person", {"id": 1}, {"name": "李壹"}, TODAY) == 1
    assert store.correct(ONE, "person", {"id": 2}, {"name": "李壹"}, TODAY) == 0
    after = cells(household_engine)
    assert row(after, "person", 1)[4] == "李壹"
    assert [one for one in after["person"] if one[0] != 1] == [one for one in before["person"] if one[0] != 1]


def test_a_day_may_be_written_in_a_correction(store: Store, household_engine: sa.Engine) -> None:
    """Text is read as what the column holds, and what is none of it is refused."""
    assert store.correct(ONE, "purchase", {"id": "1"}, {"finished": "2019-01-03"}, TODAY) == 1
    assert str(row(cells(household_engine), "purchase", 1)[3]) == "2019-01-03"
    with pytest.raises(InputError) as refused:
        store.correct(ONE, "purchase", None, {"finished": "yesterday"}, TODAY)
    assert refused.value.code == "correct-value"


@pytest.mark.parametrize(
    ("table", "values"), [("person", {"id": 9}), ("nothing", {"a": 1}), ("person", {"b": 1}), ("person", {})]
)
def test_what_cannot_be_corrected_is_refused(store: Store, table: str, values: dict[str, Any]) -> None:
    """A key, a column and a table that are not there."""
    with pytest.raises(InputError) as refused:
        store.correct(ONE, table, None, values, TODAY)
    assert refused.value.code == "correct-place"


def test_rows_past_their_time_go_and_what_must_be_kept_stays(
    store: Store, household_engine: sa.Engine
) -> None:
    """A purchase of 2019 and its items go; those of 2025, and one that is not finished, stay."""
    before = cells(household_engine)
    found = store.overdue(TODAY)
    assert {(one.table, one.act, one.rows) for one in found} == {
        ("purchase", "delete", 1),
        ("item", "delete", 2),
    }
    assert store.expire(TODAY).deleted == {"purchase": 1, "item": 2}
    after = cells(household_engine)
    assert [one[0] for one in after["purchase"]] == [2, 3, 4]
    assert {name for name in before if before[name] != after[name]} == {"purchase", "item"}
    assert store.expire(TODAY).nothing


def test_the_last_day_of_a_time_still_keeps(store: Store) -> None:
    """Three years from 2 January 2025 end with 2 January 2028, and the day after the row may go."""
    for day, kept in ((date(2028, 1, 2), 2), (date(2028, 1, 3), 1)):
        found = store.survey(ONE, day)
        assert ("kept", "keep", kept) in by(found.parts, "purchase")


def test_a_column_that_vanished_is_named(household_engine: sa.Engine, url: str) -> None:
    """The map and the store differ, and the first question says where."""
    with household_engine.begin() as connection:
        connection.exec_driver_sql("alter table tag drop column word")
    with opened(mapped(), url) as store:
        assert [one.code for one in store.check()] == ["map-schema"]
        with pytest.raises(InputError) as refused:
            store.survey(ONE, TODAY)
        assert "word" in str(refused.value)
    with household_engine.begin() as connection:
        connection.exec_driver_sql("alter table tag add column word varchar(20)")


def test_a_column_that_vanishes_while_the_store_is_open(store: Store, household_engine: sa.Engine) -> None:
    """One statement is refused, nothing is changed, and from then on the map is said to be wrong."""
    store.survey(ONE, TODAY)
    with household_engine.begin() as connection:
        connection.exec_driver_sql("alter table person rename column note to notes")
    before = cells(household_engine)
    with pytest.raises(StoreError) as refused:
        store.erase(ONE, TODAY)
    assert refused.value.code in ("connect-refused", "connect-lost")
    with pytest.raises(InputError) as wrong:
        store.erase(ONE, TODAY)
    assert wrong.value.code == "map-schema"
    assert cells(household_engine) == before


def test_a_column_without_room_for_a_value_of_its_own_is_named(household_engine: sa.Engine, url: str) -> None:
    """The map has to say what becomes of it, and nothing is changed before it does."""
    with household_engine.begin() as connection:
        connection.exec_driver_sql("create unique index one_name on person (name)")
    before = cells(household_engine)
    text = MAP.replace("{column: name, categories", "{column: name, erase: 'null', categories")
    with opened(mapped(text), url) as store, pytest.raises(InputError) as refused:
        store.erase(ONE, TODAY)
    assert refused.value.code == "erase-column"
    assert cells(household_engine) == before


def test_unique_columns_of_every_kind_get_values_of_their_own(household_engine: sa.Engine, url: str) -> None:
    """A short text, a day, an amount and a number that must be unique are replaced, and again left alone."""
    with household_engine.begin() as connection:
        connection.exec_driver_sql(
            "create table mark (id integer primary key, owner integer not null, "
            "code varchar(11) not null unique, day date not null unique, "
            "amount numeric(6, 2) not null unique, score bigint not null unique, "
            "foreign key (owner) references person (id))"
        )
        for at in (1, 2):
            connection.exec_driver_sql(
                f"insert into mark values ({at}, {at}, '1610000000{at}', '2020-01-0{at}', {at}.5, {at})"
            )
    text = (
        MAP
        + """
  - table: mark
    erase: columns
    columns:
      - {column: id}
      - {column: owner}
      - {column: code, categories: [phone_number]}
      - {column: day, categories: [date_of_birth]}
      - {column: amount, categories: [payment_record]}
      - {column: score, categories: [payment_record]}
    references: [{columns: [owner], to: person, at: [id]}]
"""
    )
    query = sa.text("select id, code, day, amount, score from mark order by id")
    try:
        with opened(mapped(text), url) as store:
            assert store.erase(ONE, TODAY).changed["mark"] == 1
            with household_engine.connect() as connection:
                once = [tuple(map(str, one)) for one in connection.execute(query)]
            assert store.erase(ONE, TODAY).nothing
        assert once[1][:3] == ("2", "16100000002", "2020-01-02")
        assert once[0][1].startswith("~") and len(once[0][1]) == 11
        assert once[0][2] < "1900" and float(once[0][3]) < 0 and int(once[0][4]) < 0
    finally:
        with household_engine.begin() as connection:
            connection.exec_driver_sql("drop table mark")


def test_a_map_may_keep_a_column_or_rows(household_engine: sa.Engine, url: str) -> None:
    """What the map says comes before what the column's nature says."""
    text = MAP.replace("{column: name, categories", "{column: name, erase: keep, categories").replace(
        "  - table: tag\n", "  - table: tag\n    erase: columns\n"
    )
    with opened(mapped(text), url) as store:
        store.erase(ONE, TODAY)
    after = cells(household_engine)
    assert row(after, "person", 1)[4] == "李一一"
    assert [one[1] for one in after["tag"] if one[0] == 1] == [None, None]


def test_a_lock_of_somebody_else_ends_in_a_word(household_engine: sa.Engine, url: str) -> None:
    """Waiting has an end, and nothing is half done."""
    before = cells(household_engine)
    with household_engine.connect() as other:
        transaction = other.begin()
        other.exec_driver_sql("update tag set word = word where owner = 1")
        with opened(mapped(), url, timeout=1.0) as store, pytest.raises(StoreError) as refused:
            store.erase(ONE, TODAY)
        transaction.rollback()
    assert refused.value.code in ("connect-locked", "connect-slow")
    assert cells(household_engine) == before


NICKNAMES = """
store: nicknames
tables:
  - table: person
    columns: [{column: id}]
    identities: [{identity: person_id, column: id}]
  - table: nickname
    columns: [{column: owner}, {column: word, categories: [nickname]}]
    references: [{columns: [owner], to: person, at: [id]}]
    erase: columns
"""


def test_a_full_disk_ends_in_a_word(tmp_path: Any) -> None:
    """What finds no room is told as that, and everything is as it was."""
    url = f"sqlite:///{tmp_path}/full.db"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table person (id integer primary key)")
        connection.exec_driver_sql("insert into person values (1)")
        connection.exec_driver_sql(
            "create table nickname (id integer primary key, owner integer, word text not null unique)"
        )
        connection.exec_driver_sql(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) "
            "insert into nickname select i, 1, 'n' || i from n"
        )

    def words() -> list[str]:
        with engine.connect() as connection:
            return list(connection.exec_driver_sql("select word from nickname order by id").scalars())

    def full(raw: Any, _: object) -> None:
        raw.execute(f"pragma max_page_count = {raw.execute('pragma page_count').fetchone()[0]}")

    with opened(mapped(NICKNAMES), url) as store:
        sa.event.listen(sa.Engine, "connect", full)
        try:
            with pytest.raises(StoreError) as refused:
                store.erase(ONE, TODAY)
        finally:
            sa.event.remove(sa.Engine, "connect", full)
        assert refused.value.code == "connect-full"
        assert words() == [f"n{at}" for at in range(1, 2001)]
        assert store.erase(ONE, TODAY).changed == {"nickname": 2000}
        assert all(one.startswith("erased-") for one in words())


@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        (1021, "Disk got full writing '.(temporary)' (Errcode: 28)", "connect-full"),
        (1114, "The table 'nickname' is full", "connect-full"),
        (126, "Got error '126 \"Index is corrupted\"' for '/tmp/#sql-update-7692-10-1d'", "connect-full"),
        (126, "Got error '126 \"Index is corrupted\"' for './shop/nickname'", "connect-refused"),
    ],
)
def test_what_mariadb_says_of_a_full_disk_is_told_as_that(number: int, said: str, code: str) -> None:
    """These are what a server in a folder of a few megabytes said; a table may really be broken."""
    with pytest.raises(StoreError) as refused, told("shop"):
        raise sa.exc.InternalError("update", None, Exception(number, said))
    assert refused.value.code == code
    assert "nickname" not in str(refused.value)


def test_an_address_that_leads_nowhere(tmp_path: Any) -> None:
    """No database, no driver, no address: each is an error of its own."""
    with pytest.raises(InputError) as refused:
        opened(mapped(), "household")
    assert refused.value.code == "database-url-unreadable"
    with (
        opened(mapped(), f"postgresql:///nobody?host={tmp_path}") as store,
        pytest.raises(StoreError) as lost,
    ):
        store.survey(ONE, TODAY)
    assert lost.value.code == "connect-lost"
