"""Proofs: read from few tiles, packed with the program that checks them, and checked by a stranger."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from shouxin.errors import InputError, IntegrityError
from shouxin.store.ledger import standalone
from shouxin.store.ledger.bundle import Proof, entry_proof, growth_proof, packed
from shouxin.store.ledger.checkpoint import Sealer, last_note, outside_notes
from shouxin.store.ledger.entry import read
from shouxin.store.ledger.merkle import extends, hasher, includes, leaf_hashes
from shouxin.store.ledger.note import Checkpoint, Previous, SigningKey, new_key, opened, read_key, read_note
from shouxin.store.ledger.proofs import Tree, rows
from shouxin.store.ledger.signing import make_key

from . import trees
from .conftest import WRAPPER, damage, write

Grown = Callable[[], Engine]
SHA = hasher("sha256")


def test_proofs_from_the_store_are_accepted(grown: Grown) -> None:
    """Entries in the trees of several sizes, and each size in each later one."""
    with grown().connect() as connection:
        tree = Tree(connection)
        leaves = rows(connection, 0, 700)
        hashes = leaf_hashes(leaves, SHA)
        roots = {size: trees.root(leaves[:size], SHA) for size in (1, 2, 16, 17, 256, 257, 699, 700)}
        for size, root in roots.items():
            assert tree.root(size) == root
            for number in {0, size // 2, size - 1}:
                assert includes(hashes[number], number, size, tree.inclusion(number, size), root, SHA)
                assert tree.leaf(number) == leaves[number]
            for old in roots:
                if old < size:
                    assert extends(old, size, tree.consistency(old, size), (roots[old], root), SHA)


def test_what_is_not_there_cannot_be_proved(grown: Grown) -> None:
    """Numbers and sizes beyond the ledger; hashes that are gone."""
    engine = grown()
    with engine.connect() as connection:
        tree = Tree(connection)
        for ask in (
            lambda: tree.leaf(700),
            lambda: tree.leaf(-1),
            lambda: tree.inclusion(5, 701),
            lambda: tree.inclusion(5, 5),
            lambda: tree.root(701),
            lambda: tree.consistency(6, 5),
        ):
            with pytest.raises(InputError) as caught:
                ask()
            assert caught.value.code == "ledger-number"
    damage(engine, "delete from shouxin.ledger_tile where level = 0")
    with engine.connect() as connection, pytest.raises(IntegrityError) as lost:
        Tree(connection).inclusion(5, 300)
    assert lost.value.code == "ledger-tile"


def checked(folder: Path, proof: Proof, key: str, *, archive: bytes = b"") -> tuple[int, str]:
    """Let a bare Python check a proof with the program from its archive; return its code and output."""
    with zipfile.ZipFile(io.BytesIO(archive or packed(proof))) as bundle:
        bundle.extractall(folder)
    (folder / "proof.json").write_text(json.dumps(proof))
    (folder / "keys").write_text(key)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "proof.json", "keys"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stdout


@pytest.mark.parametrize("number", [0, 15, 344, 599])
def test_a_stranger_can_check_an_entry(grown: Grown, tmp_path: Path, sealer: Sealer, number: int) -> None:
    """With the archive, a bare Python and the public key; the entry is shown as it was written."""
    with grown().connect() as connection:
        proof = entry_proof(connection, number)
        leaf = read(Tree(connection).leaf(number))
    code, said = checked(tmp_path, proof, (sealer.folder / "public-keys").read_text())
    shown = json.loads(said)
    assert code == 0
    assert shown["entries"] == 600
    assert shown["entry"]["number"] == number
    assert shown["entry"]["at"] == str(leaf.at)
    assert shown["entry"]["what"] == json.loads(leaf.what)
    assert (shown["entry"]["kind"], shown["entry"]["who"]) == (leaf.kind, leaf.who)


def test_a_stranger_can_check_that_nothing_was_taken_back(
    grown: Grown, tmp_path: Path, sealer: Sealer
) -> None:
    """An older checkpoint, kept somewhere, is the beginning of the newest."""
    older = outside_notes(sealer.folder)[0]
    with grown().connect() as connection:
        proof = growth_proof(connection, older)
    code, said = checked(tmp_path, proof, (sealer.folder / "public-keys").read_text())
    assert (code, json.loads(said)["older"]["entries"]) == (0, 1)


def test_the_checker_refuses_whatever_was_changed(grown: Grown, sealer: Sealer, tmp_path: Path) -> None:
    """The entry, the path, the checkpoint, its signature, the key; and what is no proof at all."""
    with grown().connect() as connection:
        proof = entry_proof(connection, 77)
        older = growth_proof(connection, read_note_of(connection, 301))
    key = (sealer.folder / "public-keys").read_text()
    assert standalone.check(proof, [key])
    assert standalone.check(older, [key])
    stranger = str(new_key(read_note(proof["checkpoint"])[0].origin).public)
    path = proof["entry"]["path"]
    wrong: list[tuple[Proof, str]] = [
        (changed(proof, "entry", "leaf", flip(proof["entry"]["leaf"], 60)), key),
        (changed(proof, "entry", "path", [flip(path[0], 3), *path[1:]]), key),
        (changed(proof, "entry", "path", path[:-1]), key),
        (changed(proof, "entry", "path", [*path, path[0]]), key),
        (proof | {"checkpoint": proof["checkpoint"].replace("\n600\n", "\n601\n")}, key),
        (proof | {"hash": "sm3"}, key),
        (proof, stranger),
        (changed(older, "older", "path", older["older"]["path"][:-1]), key),
        (changed(older, "older", "path", [*older["older"]["path"], path[0]]), key),
        (changed(older, "older", "checkpoint", proof["checkpoint"]), key),
    ]
    for number, (item, known) in enumerate(wrong):
        with pytest.raises(standalone.Bad):
            standalone.check(item, [known])
        if number in (0, 4, 6):
            assert checked(tmp_path, item, known)[0] == 1
    for nothing in (
        {},
        {"hash": "md5"},
        proof | {"checkpoint": "?"},
        changed(proof, "entry", "leaf", "AA=="),
    ):
        assert checked(tmp_path, nothing, key, archive=packed(proof))[0] == 2


def read_note_of(connection: Any, size: int) -> str:
    """Return the checkpoint at a size."""
    asked = text("select note from shouxin.ledger_checkpoint where size = :size")
    return str(connection.execute(asked, {"size": size}).scalar_one())


def changed(proof: Proof, part: str, name: str, value: object) -> Proof:
    """Return a proof with one value in another place."""
    return proof | {part: proof[part] | {name: value}}


def flip(encoded: str, at: int) -> str:
    """Return base64 with one bit of its bytes flipped."""
    data = bytearray(base64.b64decode(encoded))
    data[at] ^= 1
    return base64.b64encode(data).decode()


def test_a_ledger_in_the_chinese_algorithms_is_proved_to_a_stranger(migrated: Engine, tmp_path: Path) -> None:
    """SM3 for the tree and SM2 for the signature, checked by the same program."""
    pytest.importorskip("gmssl_pyx")
    with migrated.begin() as connection:
        connection.execute(text("update shouxin.ledger_head set hash = 'sm3'"))
        make_key(connection, WRAPPER, "sm2")
    write(migrated, range(1, 40))
    sealer = Sealer(migrated, WRAPPER, tmp_path / "ledger")
    sealer.seal()
    with migrated.connect() as connection:
        proof = entry_proof(connection, 17)
    key = (sealer.folder / "public-keys").read_text()
    assert checked(tmp_path, proof, key)[0] == 0
    with pytest.raises(standalone.Bad):
        standalone.check(proof | {"checkpoint": proof["checkpoint"].replace("\n40\n", "\n41\n")}, [key])


def test_an_entry_without_a_checkpoint_is_not_proved_yet(grown: Grown, sealer: Sealer) -> None:
    """The message says what makes one."""
    with grown().connect() as connection:
        for number in (600, 699):
            with pytest.raises(InputError) as caught:
                entry_proof(connection, number)
            assert caught.value.code == "ledger-unsigned"
        assert last_note(connection) == outside_notes(sealer.folder)[0]


def test_notes_are_those_of_everybody_else() -> None:
    """The example that Go's implementation of signed notes tests itself with."""
    key = read_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    signed = base64.b64decode(signature)
    assert signed[:4].hex() == key.id
    assert key.verifies(signed[4:], note.encode())
    assert not key.verifies(signed[4:], note.encode() + b"\n")
    assert standalone.ed25519(key.raw, signed[4:], note.encode())
    assert str(key) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_checkpoint_of_another_log_is_read_and_verified() -> None:
    """Go's checksum database signed it; C2SP's specification of checkpoints shows it under another name."""
    known = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    signature = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
    log = f"go.sum database tree\n20852163\n{root}\n\n— sum.golang.org {signature}\n"
    found = Checkpoint("go.sum database tree", 20_852_163, base64.b64decode(root), None)
    others = "".join(f"— witness{number}.example {signature}\n" for number in range(15))
    for note in (
        log,
        log + others,
        log.replace("— sum", others + "— sum"),
    ):  # what is not known is passed over
        assert opened(note, [read_key(known)]) == found
        assert standalone.checkpoint(note, [known]) == (*found[:3], "033de0ae")
    shown = log.replace("go.sum database tree", "example.com/behind-the-sofa")
    assert read_note(shown)[0].size == 20_852_163
    for wrong in (shown, log.replace("20852163", "20852164")):
        with pytest.raises(IntegrityError, match="signature"):
            opened(wrong, [read_key(known)])
        with pytest.raises(standalone.Bad, match="signature"):
            standalone.checkpoint(wrong, [known])
    with pytest.raises(IntegrityError, match="no known key"):
        opened(others.join(log.split("— sum", 1)[:1]) + others, [read_key(known)])


def keys() -> list[SigningKey]:
    """Return a new key of each kind."""
    return [new_key("made.up/ledger"), new_key("made.up/ledger", "sm2")]


@settings(max_examples=15)
@given(
    st.integers(0, 2**62),
    st.binary(min_size=32, max_size=32),
    st.none() | st.builds(Previous, st.integers(0, 2**62), st.binary(min_size=32, max_size=32)),
)
def test_two_programs_agree_on_signatures(size: int, root: bytes, previous: Previous | None) -> None:
    """What the libraries sign, the program of the stranger accepts, and refuses with any byte changed."""
    for key in keys():
        checkpoint = Checkpoint(key.public.name, size, root, previous)
        note = key.sign(checkpoint)
        assert opened(note, [key.public]) == checkpoint
        assert standalone.checkpoint(note, [str(key.public)]) == (*checkpoint[:3], key.public.id)
        assert read_key(str(key.public)) == key.public
        signature = read_note(note)[1][0][2]
        check = standalone.sm2 if key.public.algorithm == "sm2" else standalone.ed25519
        for at in (5, 40, len(signature) - 1):
            broken = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            assert not key.public.verifies(broken, checkpoint.text.encode())
            assert not check(key.public.raw, broken, checkpoint.text.encode())


@given(st.binary(max_size=200))
def test_the_hash_of_the_stranger_is_sm3(data: bytes) -> None:
    """The same as the library's, for any bytes."""
    assert standalone.sm3(data) == hasher("sm3")(data)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "a\n1\nAA==\n\n— a AAAA\n",
        "a\n01\n{root}\n\n— a AAAA\n",
        "a\n-1\n{root}\n\n— a AAAA\n",
        "a\n1\n{root}\n",
        "a\n1\n{root}\nmore\n\n— a AAAA\n",
        "a\n1\n{root}\n\n- a AAAA\n",
        "a\n1\n{root}\n\n— a b AAAA\n",
        "a\n1\n{root}\n\n— a AAAA",
        "a\r\n1\n{root}\n\n— a AAAA\n",
        "a\n99999999999999999999\n{root}\n\n— a AAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    """Cut, in another form, or with more in it than a checkpoint has."""
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(IntegrityError) as caught:
        read_note(note.format(root=root))
    assert caught.value.code == "ledger-note"


@pytest.mark.parametrize(
    "text", ["", "a", "a+b+c", "a+00000000+" + base64.b64encode(bytes(33)).decode(), "é+é+é"]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    """Its id has to fit the name and the key."""
    with pytest.raises(InputError) as caught:
        read_key(text)
    assert caught.value.code == "ledger-key-shape"
