"""People's keys in a Redis server: found, read, changed and erased."""

import json
import sys
from datetime import date
from typing import Any

import pytest
from redis import Redis

from shouxin.connect.keys.opening import client_for
from shouxin.connect.keys.redis import RedisSource
from shouxin.connect.model import DatasetMap, Identity, MappedColumn, MappedTable, Reference
from shouxin.connect.person import Held, Person
from shouxin.connect.rows.source import Change
from shouxin.connect.rows.store import RowStore
from shouxin.connect.stores import opened
from shouxin.errors import InputError, StoreError
from tests.connect.keys.server import Server, redis_server

TODAY = date(2026, 11, 22)
LI: Person = {"customer_id": (Held(value="5"),)}
USERS, SESSIONS, CARTS, FEEDS, ONLINE = (
    "user:{customer_id}", "session:{session_id}", "cart:{customer_id}", "feed:{wall}", "online",
)  # fmt: skip


def column(name: str, *categories: str, free_text: bool = False) -> MappedColumn:
    """Return a column of the map."""
    return MappedColumn(column=name, categories=categories, free_text=free_text)


def hangs(name: str = "customer_id") -> tuple[Reference, ...]:
    """Return the reference of what belongs to a user."""
    return (Reference(columns=(name,), to=USERS, at=("customer_id",)),)


SHOP = DatasetMap(
    store="cache",
    make="redis",
    tables=(
        MappedTable(
            table=USERS,
            columns=(
                column("customer_id", "user_identifier"),
                column("phone", "phone_number"),
                column("name", "real_name"),
            ),
            identities=(Identity(identity="customer_id", column="customer_id"),),
        ),
        MappedTable(
            table=SESSIONS,
            columns=(column("session_id"), column("user.id"), column("ip", "ip_address")),
            references=hangs("user.id"),
        ),
        MappedTable(
            table=CARTS, columns=(column("customer_id"), column("value", "orders")), references=hangs()
        ),
        MappedTable(
            table=FEEDS,
            columns=(column("wall"), column("from"), column("text", free_text=True)),
            references=hangs("from"),
        ),
        MappedTable(table=ONLINE, columns=(column("value"), column("score")), references=hangs("value")),
    ),
)


@pytest.fixture
def filled(redis: Redis) -> Redis:
    """Give a server that holds two people and what hangs on them."""
    redis.hset("user:5", mapping={"phone": "16012345670", "name": "李娜", "avatar": b"\xff\xfe"})
    redis.hset("user:6", mapping={"phone": "16112345671", "name": "张伟"})
    redis.set("session:a", json.dumps({"user": {"id": 5}, "ip": "192.0.2.1"}), ex=600)
    redis.set("session:b", json.dumps({"user": {"id": 6}, "ip": "192.0.2.2"}), ex=600)
    redis.rpush("cart:5", "tea", "tea", "cup")
    redis.rpush("cart:6", "pot")
    said = [
        {"from": "6", "text": "打给160 1234 5670"},
        {"from": "5", "text": "好"},
        {"from": "6", "text": "嗯"},
    ]
    redis.rpush("feed:hall", *(json.dumps(one, ensure_ascii=False) for one in said))
    redis.zadd("online", {"5": 1.5, "6": 2.5})
    redis.set("other:5", "nobody's business")
    return redis


def source(server: Server, found: DatasetMap = SHOP) -> RedisSource:
    """Return the source of a map."""
    return RedisSource(found, client_for(server.url, 20))


def store(server: Server, found: DatasetMap = SHOP) -> RowStore:
    """Return the store of a map."""
    return RowStore(found, source(server, found))


def everything(redis: Redis) -> dict[bytes, bytes | None]:
    """Return all that a server holds."""
    return {key: redis.dump(key) for key in redis.scan_iter()}


def test_a_person_is_found_in_every_type(filled: Redis, server: Server) -> None:
    """Hashes, strings of JSON, lists, sets and scores give the rows that are the person's."""
    with store(server) as found:
        rows = [(row.table, row.values) for row in found.read(LI, TODAY)]
    assert sorted(table for table, _ in rows) == sorted([USERS, SESSIONS, CARTS, CARTS, CARTS, FEEDS, ONLINE])
    assert (ONLINE, {"value": "5", "score": 1.5}) in rows
    hers = next(values for table, values in rows if table == USERS)
    assert hers["avatar"] == b"\xff\xfe"


def test_erasing_leaves_others_and_times_to_live(filled: Redis, server: Server) -> None:
    """What is hers goes, what mentions her is masked, every other byte stays, and a second run is nothing."""
    before = everything(filled)
    with store(server) as found:
        survey = found.survey(LI, TODAY)
        found.erase(LI, TODAY, dry_run=True)
        assert everything(filled) == before
        outcome = found.erase(LI, TODAY, digest=survey.digest)
        assert found.erase(LI, TODAY).nothing
    assert outcome.deleted == {USERS: 1, SESSIONS: 1, CARTS: 3, FEEDS: 1, ONLINE: 1}
    after = everything(filled)
    assert sorted(before.keys() - after.keys()) == [b"cart:5", b"session:a", b"user:5"]
    same = [b"user:6", b"session:b", b"cart:6", b"other:5"]
    assert [after[key] for key in same] == [before[key] for key in same]
    assert 0 < filled.ttl("session:b") <= 600
    left = [json.loads(one) for one in filled.lrange("feed:hall", 0, -1)]
    assert left == [{"from": "6", "text": "打给***"}, {"from": "6", "text": "嗯"}]
    assert filled.zrange("online", 0, -1, withscores=True) == [(b"6", 2.5)]


def test_a_change_by_somebody_else_is_noticed(filled: Redis, server: Server) -> None:
    """What was changed after it was read is not overwritten, and nothing else is changed either."""
    with source(server).session() as one:
        rows = list(one.having(USERS, "customer_id", {"5"}))
        carts = list(one.having(CARTS, "customer_id", {"5"}))
        filled.hset("user:5", "phone", "16512345675")
        before = everything(filled)
        changes = [Change(CARTS, row.key, None) for row in carts] + [
            Change(USERS, rows[0].key, {"phone": None})
        ]
        with pytest.raises(StoreError) as error:
            one.apply(changes)
    assert error.value.code == "connect-locked"
    assert "1651" not in str(error.value)
    assert everything(filled) == before


def test_a_change_in_the_very_transaction_is_noticed(
    filled: Redis, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who writes between our look and our change makes the server refuse it."""
    with source(server).session() as one:
        row = next(iter(one.having(USERS, "customer_id", {"5"})))
        commands = one._commands

        def disturbed(*args: object) -> object:
            made = list(commands(*args))  # type: ignore[arg-type]
            filled.hset("user:5", "name", "李雷")
            return made

        monkeypatch.setattr(one, "_commands", disturbed)
        with pytest.raises(StoreError) as error:
            one.apply([Change(USERS, row.key, None)])
    assert error.value.code == "connect-locked"
    assert filled.hget("user:5", "name") == "李雷".encode()


def test_changes_keep_type_and_time_to_live(filled: Redis, server: Server) -> None:
    """A JSON string keeps its other values and its time; a hash loses the field; twice is as once."""
    with source(server).session() as one:
        session = next(iter(one.having(SESSIONS, "user.id", {"5"})))
        user = next(iter(one.having(USERS, "customer_id", {"5"})))
        changes = [
            Change(SESSIONS, session.key, {"ip": None, "user.id": "erased-1"}),
            Change(USERS, user.key, {"phone": None, "name": "erased-2"}),
        ]
        one.apply(changes)
        one.apply(changes)
    assert json.loads(filled.get("session:a") or b"") == {"user": {"id": "erased-1"}, "ip": None}
    assert 0 < filled.ttl("session:a") <= 600
    assert filled.hgetall("user:5") == {b"name": b"erased-2", b"avatar": b"\xff\xfe"}


def test_members_of_sets_change_and_stay(redis: Redis, server: Server) -> None:
    """A member takes its score along, the last one its key's time, and a double in a list is told apart."""
    redis.zadd("online", {json.dumps({"id": 5, "name": "李娜"}): 7.25})
    redis.expire("online", 500)
    redis.rpush("feed:hall", *["x"] * 3)
    with source(server).session() as one:
        member = next(iter(one.every(ONLINE)))
        second = list(one.every(FEEDS))[1]
        one.apply([Change(ONLINE, member.key, {"name": None}), Change(FEEDS, second.key, {"value": "y"})])
    left: Any = redis.zrange("online", 0, -1, withscores=True)
    assert [(json.loads(member), score) for member, score in left] == [({"id": 5, "name": None}, 7.25)]
    assert 0 < redis.ttl("online") <= 500
    assert redis.lrange("feed:hall", 0, -1) == [b"x", b"y", b"x"]


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"{", b"[" * 100_000, b'{"a": 1e999}', b'{"a": NaN}', b"", b"12"]
)
def test_what_is_no_document_is_a_value(redis: Redis, server: Server, raw: bytes) -> None:
    """Bytes, broken and bottomless JSON are one value each, and stay as they are."""
    redis.set("session:a", raw)
    with source(server).session() as one:
        values = [row.values for row in one.every(SESSIONS)]
    wanted = raw if raw == b"\xff\xfe" else raw.decode()
    assert values == [{"value": wanted, "session_id": "a"}]
    assert redis.get("session:a") == raw


def test_many_and_large(redis: Redis, server: Server) -> None:
    """Four thousand keys and a long value are read and erased at once."""
    with redis.pipeline(transaction=False) as pipe:
        for number in range(4_000):
            pipe.set(f"session:{number}", json.dumps({"user": {"id": number % 2 + 5}}))
        pipe.hset("user:5", "name", "长" * 200_000)
        pipe.execute()
    with store(server) as found:
        assert found.erase(LI, TODAY).deleted == {USERS: 1, SESSIONS: 2_000}
    assert redis.dbsize() == 2_000


def test_rights(filled: Redis, server: Server) -> None:
    """Missing rights are named for each pattern, the right ones suffice, and too many are warned of."""
    redis = filled
    redis.acl_setuser(
        "reader",
        enabled=True,
        passwords=["+r"],
        keys=["*"],
        categories=["+@read", "+@connection", "+@transaction"],
    )
    redis.acl_setuser(
        "right", enabled=True, passwords=["+r"], keys=["user:*", "session:*", "cart:*", "feed:*", "online"],
        categories=["+@read", "+@write", "+@connection", "+@transaction"],
    )  # fmt: skip

    def checked(account: str) -> set[tuple[str, str, str]]:
        address = server.url.replace("//", f"//{account}:r@")
        with RowStore(SHOP, RedisSource(SHOP, client_for(address, 20))) as found:
            return {(one.code, one.where, one.what) for one in found.check()}

    assert ("right-missing", USERS, "the account may not HDEL") in checked("reader")
    assert checked("right") == set()
    with store(server) as found:
        assert [one.code for one in found.check()] == ["right-too-many"]
    address = server.url.replace("//", "//reader:r@")
    before = everything(redis)
    found = RowStore(SHOP, RedisSource(SHOP, client_for(address, 20)))
    with found, pytest.raises(StoreError) as error:
        found.erase(LI, TODAY)
    assert error.value.code == "connect-refused"
    assert everything(redis) == before


def test_a_map_that_does_not_fit_is_told(filled: Redis, server: Server) -> None:
    """A column that no key has is named; of a pattern without keys nothing is known."""
    users = SHOP.tables[0]
    wrong = DatasetMap(
        store="cache",
        tables=(
            MappedTable(
                table=USERS, columns=(*users.columns, column("adress.city")), identities=users.identities
            ),
            MappedTable(table="nothing:{id}", columns=(column("id"), column("x"))),
        ),
    )
    with store(server, wrong) as found:
        problems = [(one.code, one.where) for one in found.check() if one.code == "map-unseen"]
    assert problems == [("map-unseen", f"{USERS}.adress.city")]


def test_wrong_password_and_wrong_address(server: Server) -> None:
    """A refusal and an address that is none are told without what was given."""
    found = RowStore(SHOP, RedisSource(SHOP, client_for(server.url.replace("//", "//me:s3cret@"), 20)))
    with found, pytest.raises(StoreError) as refused:
        found.survey(LI, TODAY)
    assert refused.value.code == "connect-refused"
    with pytest.raises(InputError) as unreadable:
        client_for("redis://me:s3cret@host:port/x", 20)
    assert unreadable.value.code == "database-url-unreadable"
    assert "s3cret" not in f"{refused.value}{unreadable.value}"


def test_a_server_that_is_killed() -> None:
    """Every question to a server that is gone says that it is lost, before and in the middle of a change."""
    with redis_server() as server:
        server.client.hset("user:5", "phone", "16012345670")
        found = store(server)
        with source(server).session() as one:
            row = next(iter(one.having(USERS, "customer_id", {"5"})))
            server.process.kill()
            server.process.wait()
            with pytest.raises(StoreError) as error:
                one.apply([Change(USERS, row.key, None)])
        assert error.value.code == "connect-lost"
        with pytest.raises(StoreError) as error:
            found.survey(LI, TODAY)
        assert error.value.code == "connect-lost"


def test_a_connection_that_breaks_before_the_answer(
    filled: Redis, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows then whether the change was made, which is said; doing it again ends it."""
    one = source(server)

    def killed(pipe: object) -> None:
        filled.client_kill_filter(_type="normal", skipme=True)
        original(pipe)

    original = one._committed
    with one.session() as session:
        row = next(iter(session.having(USERS, "customer_id", {"5"})))
        monkeypatch.setattr(session, "_committed", killed)
        with pytest.raises(StoreError) as error:
            session.apply([Change(USERS, row.key, None)])
        assert error.value.code == "connect-lost"
        assert "either all of it was made or nothing" in str(error.value)
    with one.session() as again:
        row = next(iter(again.having(USERS, "customer_id", {"5"})))
        again.apply([Change(USERS, row.key, None)])
    assert not filled.exists("user:5")


def test_a_part_of_a_cluster_is_refused() -> None:
    """A server that holds only some of the keys is not taken for the whole."""
    with (
        redis_server("--cluster-enabled", "yes") as part,
        store(part) as found,
        pytest.raises(StoreError) as error,
    ):
        found.survey(LI, TODAY)
    assert error.value.code == "connect-refused"
    assert "cluster" in str(error.value)


def test_a_type_that_is_not_known_is_never_passed_over(filled: Redis, server: Server) -> None:
    """A stream among the keys of a pattern ends every question, since what it holds would be missed."""
    filled.xadd("session:c", {"user": "5"})
    with store(server) as found, pytest.raises(InputError) as error:
        found.survey(LI, TODAY)
    assert error.value.code == "map-schema"
    assert "stream" in str(error.value)


def test_a_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error says what to install."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(InputError) as error:
        opened(SHOP, "redis://localhost/0")
    assert error.value.code == "database-driver-missing"
    assert "shouxin[redis]" in str(error.value)


def test_an_address_opens_the_store(filled: Redis, server: Server) -> None:
    """The scheme of the address says what it is."""
    with opened(SHOP, server.url) as found:
        assert found.survey(LI, TODAY).rows == 7
