"""P9: whatever is changed in the store of the ledger is noticed, and the first place is named."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from shouxin.errors import IntegrityError, ShouxinError
from shouxin.store.ledger import Actor, tables
from shouxin.store.ledger import verify as module
from shouxin.store.ledger.checkpoint import Sealer, note_of, outside_keys, outside_notes
from shouxin.store.ledger.merkle import hasher, leaf_hashes
from shouxin.store.ledger.note import Checkpoint, Previous, new_key, opened, read_note
from shouxin.store.ledger.proofs import Tree, rows
from shouxin.store.ledger.signing import current_key, make_key, public_keys
from shouxin.store.ledger.tiles import Edge, extended
from shouxin.store.ledger.verify import Report, verify

from .conftest import WRAPPER, damage, write

Grown = Callable[[], Engine]
SHA = hasher("sha256")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in chunks of 256, so that a small ledger has several."""
    monkeypatch.setattr(module, "CHUNK", 256)


def found(engine: Engine, folder: Path) -> tuple[str, int]:
    """Return the kind and the number of the first problem."""
    problem = looked(engine, folder).problem
    return (problem.kind, problem.number) if problem else ("", -1)


def looked(engine: Engine, folder: Path) -> Report:
    """Verify with the keys and the checkpoint that were kept outside."""
    keys = outside_keys(folder)
    return verify(engine, keys, [opened(note, keys) for note in outside_notes(folder)])


def test_a_sound_ledger_verifies(grown: Grown, sealer: Sealer) -> None:
    """All entries, all checkpoints; the report says how far the signatures reach."""
    report = looked(grown(), sealer.folder)
    assert report.problem is None
    assert (report.size, report.checkpoints, report.signed) == (700, 3, 600)


CHANGES = {
    "who": "update shouxin.ledger_entry set who = 'key-2' where number = {}",
    "whose": "update shouxin.ledger_entry set whose = '\\x00' where number = {}",
    "what": "update shouxin.ledger_entry set what = '[9]' where number = {}",
    "at": "update shouxin.ledger_entry set at = at + interval '1 microsecond' where number = {}",
    "number": "update shouxin.ledger_entry set number = number + 1000 where number = {}",
    "row": "delete from shouxin.ledger_entry where number = {}",
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_changed_or_deleted_entry_is_named(grown: Grown, sealer: Sealer, name: str) -> None:
    """Any field, in the last tile and the first, at the seams of tiles and chunks: the lowest is named."""
    engine = grown()
    for number in (699, 640, 300, 256, 255, 15, 0):
        damage(engine, CHANGES[name].format(number))
        kind = "entry-missing" if name in ("row", "number") else "entry-changed"
        assert found(engine, sealer.folder) == (kind, number)


def test_the_first_of_several_faults_is_the_one_that_is_named(grown: Grown, sealer: Sealer) -> None:
    """A change before a deletion, in one tile, and a deletion before a change."""
    engine = grown()
    damage(
        engine,
        "delete from shouxin.ledger_entry where number = 77",
        "update shouxin.ledger_entry set why = '' where number in (75, 500)",
    )
    assert found(engine, sealer.folder) == ("entry-changed", 75)


def test_exchanged_entries_are_named(grown: Grown, sealer: Sealer) -> None:
    """Two entries that changed their places stand where they were not written."""
    engine = grown()
    damage(
        engine,
        "update shouxin.ledger_entry set number = -1 where number = 41",
        "update shouxin.ledger_entry set number = 41 where number = 342",
        "update shouxin.ledger_entry set number = 342 where number = -1",
    )
    assert found(engine, sealer.folder) == ("entry-changed", 41)


def test_an_entry_that_was_slipped_in_is_named(grown: Grown, sealer: Sealer) -> None:
    """Behind the end or before the beginning, no append put it there."""
    for number in (700, -3):
        engine = grown() if number == 700 else sealer._engine
        damage(
            engine,
            f"insert into shouxin.ledger_entry select {number}, at, kind, who, origin, what, whose, why, "
            "outcome from shouxin.ledger_entry limit 1",
        )
        assert found(engine, sealer.folder) == ("entry-extra", number)
        damage(engine, f"delete from shouxin.ledger_entry where number = {number}")


@pytest.mark.parametrize(("level", "index", "number"), [(0, 0, 0), (0, 33, 528), (1, 1, 256)])
def test_changed_hashes_are_told_from_changed_entries(
    grown: Grown, sealer: Sealer, level: int, index: int, number: int
) -> None:
    """The entries still agree with the level above, so it is the tile that was touched."""
    engine = grown()
    where = f'where level = {level} and "index" = {index}'
    damage(
        engine,
        f"update shouxin.ledger_tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) {where}",
    )
    assert found(engine, sealer.folder) == ("tile-changed", number)
    damage(engine, f"delete from shouxin.ledger_tile {where}")
    assert found(engine, sealer.folder) == ("tile-changed", number)


def test_a_tile_too_many_is_noticed(grown: Grown, sealer: Sealer) -> None:
    """Hashes of entries that there are not."""
    engine = grown()
    damage(engine, "insert into shouxin.ledger_tile values (0, 900, '')")
    assert found(engine, sealer.folder)[0] == "tile-changed"


def test_a_changed_head_is_noticed(grown: Grown, sealer: Sealer) -> None:
    """Hashes in its edge that are not those of the last entries."""
    engine = grown()
    damage(engine, "update shouxin.ledger_head set edge = set_byte(edge, 600, 255 - get_byte(edge, 600))")
    assert found(engine, sealer.folder)[0] in ("head-changed", "entry-changed")


def places(chance: random.Random) -> tuple[str, str, str, str]:
    """Return a cell of the ledger: table, column, its type, and the condition of its row."""
    entry = f"number = {chance.randrange(700)}"
    tile = f'level = 0 and "index" = {chance.randrange(43)}'
    return chance.choice(
        [
            *(("ledger_entry", name, "text", entry) for name in ("kind", "who", "origin", "why", "outcome")),
            ("ledger_entry", "what", "json", entry),
            ("ledger_entry", "whose", "bytea", entry),
            ("ledger_tile", "hashes", "bytea", tile),
            ("ledger_checkpoint", "note", "text", "size = 301"),
            ("ledger_head", "edge", "bytea", "id = 1"),
        ]
    )


def flipped(before: str, chance: random.Random) -> str:
    """Return what stands in a cell with one character, or one half of a byte, changed."""
    if len(before) < 3:
        return before + "00"
    at = chance.randrange(2, len(before))
    return before[:at] + chance.choice([c for c in "0123456789" if c != before[at]]) + before[at + 1 :]


def test_any_cell_of_the_stored_log_counts(grown: Grown, sealer: Sealer) -> None:
    """Flip something in random cells of every table; each is noticed, and an entry named by its number."""
    engine = grown()
    chance = random.Random()
    for _ in range(60):
        table, column, kind, row = places(chance)
        with engine.connect() as connection:
            asked = text(f"select {column}::text from shouxin.{table} where {row}")
            before = connection.execute(asked).scalar_one()
        after = '{"n": "other"}' if kind == "json" else flipped(before, chance)
        put = f"update shouxin.{table} set {column} = '{{}}'::{kind} where {row}"
        damage(engine, put.format(after))
        kind_found, number = found(engine, sealer.folder)
        assert kind_found, (table, column, before, after)
        if table == "ledger_entry":
            assert (kind_found, f"number = {number}") == ("entry-changed", row)
        damage(engine, put.format(before))
        assert found(engine, sealer.folder) == ("", -1)


def rewritten(engine: Engine, number: int) -> None:
    """Change an entry and make every hash in the database fit again, as who controls it all can."""
    damage(engine, f"update shouxin.ledger_entry set who = 'somebody else' where number = {number}")
    with engine.begin() as connection:
        edge, tiles = extended(Edge(), leaf_hashes(rows(connection, 0, 700), SHA), SHA)
        for (level, index), hashes in tiles:
            change = text('update shouxin.ledger_tile set hashes = :h where level = :l and "index" = :i')
            connection.execute(change, {"h": hashes, "l": level, "i": index})
        connection.execute(text("update shouxin.ledger_head set edge = :edge"), {"edge": edge.packed()})


def test_a_ledger_that_was_made_to_fit_differs_from_what_was_signed(grown: Grown, sealer: Sealer) -> None:
    """All hashes agree, and the signed checkpoint still gives it away and says between which it was."""
    engine = grown()
    rewritten(engine, 400)
    assert found(engine, sealer.folder) == ("fork", 301)
    with pytest.raises(IntegrityError) as caught:
        sealer.seal()
    assert caught.value.code == "ledger-forked"


def test_checkpoints_of_another_key_are_not_believed(grown: Grown, sealer: Sealer) -> None:
    """Whoever rewrites the ledger can sign it, and not with the key that was written down outside."""
    engine = grown()
    rewritten(engine, 400)
    with engine.connect() as connection:
        own = new_key(Tree(connection).head.origin)
        notes = {
            size: own.sign(Checkpoint(own.public.name, size, Tree(connection).root(size)))
            for size in (1, 301, 600)
        }
    damage(
        engine,
        f"update shouxin.ledger_key set id = '{own.public.id}', public = '{own.public}'",
        *(
            f"update shouxin.ledger_checkpoint set note = '{note}' where size = {size}"
            for size, note in notes.items()
        ),
    )
    assert found(engine, sealer.folder) == ("checkpoint-key", 1)


def test_an_old_copy_of_the_database_is_noticed(grown: Grown, sealer: Sealer) -> None:
    """It verifies by itself; what was kept outside says that there was more, also when it has grown again."""
    tables = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_head")
    engine = sealer._engine
    damage(engine, *(f"create table shouxin.old_{name} as table shouxin.{name}" for name in tables))
    grown()
    note = outside_notes(sealer.folder)[0]
    damage(
        engine,
        *(f"delete from shouxin.{name}" for name in tables),
        *(f"insert into shouxin.{name} select * from shouxin.old_{name}" for name in tables),
    )
    assert verify(engine, outside_keys(sealer.folder)).problem is None
    assert found(engine, sealer.folder) == ("rolled-back", 1)
    with pytest.raises(IntegrityError) as caught:
        sealer.seal()
    assert caught.value.code == "ledger-rolled-back"
    write(engine, range(2000, 2700))
    assert found(engine, sealer.folder) == ("fork", 1)
    with pytest.raises(IntegrityError) as caught:
        sealer.seal()
    assert caught.value.code == "ledger-forked"
    assert outside_notes(sealer.folder) == [note]


@pytest.mark.parametrize("gone", [1, 301, 600])
def test_a_checkpoint_that_was_deleted_is_named(grown: Grown, sealer: Sealer, gone: int) -> None:
    """Each names the one before it, and the last one was kept outside: no row goes unseen."""
    damage(grown(), f"delete from shouxin.ledger_checkpoint where size = {gone}")
    assert found(sealer._engine, sealer.folder) == ("checkpoint-changed", gone)


def test_a_checkpoint_put_in_place_of_another_is_named(grown: Grown, sealer: Sealer) -> None:
    """Signed by the ledger's own key over the same entries, and yet not the one that the next one names."""
    engine = grown()
    with engine.connect() as connection:
        key = current_key(connection, WRAPPER)
        bare = key.sign(Checkpoint(key.public.name, 301, Tree(connection).root(301)))
    damage(engine, f"update shouxin.ledger_checkpoint set note = '{bare}' where size = 301")
    assert found(engine, sealer.folder) == ("checkpoint-changed", 301)


def test_two_servers_that_sign_at_once_are_believed(grown: Grown, sealer: Sealer) -> None:
    """Both name the same checkpoint before theirs; neither is taken for a gap."""
    engine = grown()
    with engine.begin() as connection:
        key, tree = current_key(connection, WRAPPER), Tree(connection)
        before = opened(str(note_of(connection, 301)), outside_keys(sealer.folder))
        named = Previous(before.size, before.digest)
        note = key.sign(Checkpoint(key.public.name, 450, tree.root(450), named))
        connection.execute(tables.checkpoint.insert().values(size=450, note=note))
    assert found(engine, sealer.folder) == ("", -1)


def test_the_checkpoint_of_another_ledger_is_told_apart(grown: Grown, sealer: Sealer) -> None:
    """A data folder that belongs to another database is said to."""
    other = Checkpoint("shouxin.ledger/other", 1, bytes(32))
    problem = verify(grown(), outside_keys(sealer.folder), [other]).problem
    assert problem
    assert problem.kind == "other-ledger"


def test_a_new_key_signs_and_the_old_one_stays_good(grown: Grown, sealer: Sealer) -> None:
    """The change of the key is an entry, and both public keys are written down outside."""
    engine = grown()
    with engine.begin() as connection:
        made = make_key(connection, WRAPPER, actor=Actor("operator-1", "cli"))
    note = sealer.seal()
    assert read_note(note)[1][0][1] == made.public.id
    assert [key.id for key in outside_keys(sealer.folder)][1] == made.public.id
    with engine.connect() as connection:
        assert outside_keys(sealer.folder) == public_keys(connection)
        told = connection.execute(
            text("select who, what from shouxin.ledger_entry where kind = 'ledger.key_made' order by number")
        ).all()
    assert [row.who for row in told] == ["system", "operator-1"]
    assert told[1].what == {"key": str(made.public)}
    report = looked(engine, sealer.folder)
    assert (report.problem, report.checkpoints, report.signed) == (None, 4, 701)


def test_a_checkpoint_is_made_only_where_the_ledger_has_grown(sealer: Sealer) -> None:
    """Twice the same ledger is one checkpoint, and the key is made once."""
    first = sealer.seal()
    assert sealer.seal() == first
    with sealer._engine.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.ledger_checkpoint")).scalar_one() == 1
    assert oct((sealer.folder / "checkpoint").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    ("name", "was", "now"), [("checkpoint", "\n600\n", "\n599\n"), ("public-keys", "+", "+0")]
)
def test_a_file_outside_that_was_changed_is_an_error(
    grown: Grown, sealer: Sealer, name: str, was: str, now: str
) -> None:
    """Nothing is signed over it."""
    grown()
    path = sealer.folder / name
    path.write_text(path.read_text().replace(was, now, 1))
    with pytest.raises(ShouxinError):
        sealer.seal()
