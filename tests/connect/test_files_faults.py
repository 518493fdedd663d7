"""Files when something goes wrong: killed, full, forbidden, changed by somebody else, not what a map says."""

import itertools
import os
import resource
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from hashlib import md5
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from shouxin.connect import mapfile
from shouxin.connect.files.folder import Folder
from shouxin.connect.files.switching import LOCK
from shouxin.connect.person import Held
from shouxin.connect.stores import Store, opened
from shouxin.errors import InputError, ShouxinError, StoreError
from tests.connect.household import TODAY

MAP = """
store: export
make: files
tables:
  - table: people.csv
    key: [id]
    columns:
      - {column: id, categories: [account]}
      - {column: email, categories: [email_address]}
      - {column: note, free_text: true}
    identities: [{identity: person_id, column: id}, {identity: email, column: email}]
  - table: orders/*.jsonl
    columns: [{column: id}, {column: buyer.id}, {column: remark, free_text: true}]
    references: [{columns: [buyer.id], to: people.csv, at: [id]}]
"""
FILES = {
    "people.csv": "id,email,note\n1,one@mail.example,\n2,two@mail.example,写信到 one@mail.example\n",
    "orders/1.jsonl": '{"id": 1, "buyer": {"id": 1}}\n{"id": 2, "buyer": {"id": 2}}\n',
    "orders/2.jsonl": '{"id": 3, "buyer": {"id": 1}}\n{"id": 4, "remark": "call ONE@mail.example"}\n',
}
AFTER = {
    "people.csv": "id,email,note\n2,two@mail.example,写信到 ***\n",
    "orders/1.jsonl": '{"id": 2, "buyer": {"id": 2}}\n',
    "orders/2.jsonl": '{"id":4,"remark":"call ***"}\n',
}
ONE = {"person_id": (Held(value="1"),)}
STEPS = ("writing", "move", "remove")


@pytest.fixture
def root() -> Iterator[Path]:
    """Give a folder with files that everybody may reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "orders").mkdir()
        for file, text in FILES.items():
            (folder / file).write_text(text)
        yield folder


def there(root: Path) -> dict[str, str]:
    """Return every file but the lock."""
    return {
        str(one.relative_to(root)): one.read_text()
        for one in root.rglob("*")
        if one.is_file() and one.name != LOCK
    }


def store(root: Path, timeout: float = 5) -> Store:
    """Give the folder as a store."""
    return opened(mapfile.read(MAP.encode(), where="map.yaml"), f"files://{root}", timeout=timeout)


def child(run: Callable[[], object]) -> int:
    """Run something in a process of its own; return what it ended with."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    try:
        run()
        os._exit(0)
    except ShouxinError as error:
        os._exit(77 if error.code == "connect-refused" else 78)
    except BaseException:
        os._exit(79)


def test_an_erasure_over_two_formats(root: Path) -> None:
    """Rows of two files go, mentions in two are hidden, and nothing of the work is left beside them."""
    with store(root) as files:
        done = files.erase(ONE, TODAY)
    assert done.deleted == {"people.csv": 1, "orders/*.jsonl": 2}
    assert done.changed == {"people.csv": 1, "orders/*.jsonl": 1}
    assert there(root) == AFTER


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("at", range(10))
def test_killed_at_each_step(root: Path, at: int, late: bool) -> None:
    """Whoever comes next finds all of it or nothing, and a run after that ends with all of it."""
    steps = iter(range(100))

    def killing(name: str) -> Any:
        real = getattr(Folder, name)

        def step(*args: Any, **more: Any) -> Any:
            number = next(steps)
            if number == at and not late:
                os.kill(os.getpid(), signal.SIGKILL)
            found = real(*args, **more)
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return step

    def erase() -> None:
        with (
            patch.multiple(Folder, **{name: killing(name) for name in STEPS}),
            store(root) as files,
        ):
            files.erase(ONE, TODAY)

    assert child(erase) == -signal.SIGKILL
    with store(root) as files:
        files.survey(ONE, TODAY)
        assert there(root) in (FILES, AFTER)
        files.erase(ONE, TODAY)
        assert there(root) == AFTER
        assert files.erase(ONE, TODAY).nothing


def test_a_run_takes_no_more_steps_than_were_tried(root: Path) -> None:
    """The test above kills at the last step too."""
    with (
        patch.object(Folder, "writing", side_effect=Folder.writing, autospec=True) as writing,
        patch.object(Folder, "move", side_effect=Folder.move, autospec=True) as move,
        patch.object(Folder, "remove", side_effect=Folder.remove, autospec=True) as remove,
        store(root) as files,
    ):
        files.erase(ONE, TODAY)
    assert sum(one.call_count for one in (writing, move, remove)) <= 12


def test_a_full_disk(root: Path) -> None:
    """What was written is taken away again, and nothing was changed."""

    def erase() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
        with store(root) as files:
            files.erase(ONE, TODAY)

    assert child(erase) == 77
    with store(root) as files:
        files.survey(ONE, TODAY)
    assert there(root) == FILES


def test_a_folder_that_may_only_be_read(root: Path) -> None:
    """A survey is possible, the check says what is missing, and an erasure is refused."""
    for folder in (root, root / "orders"):
        folder.chmod(0o555)

    def ask() -> None:
        if os.getuid() == 0:
            os.setuid(65534)
        with store(root) as files:
            assert files.survey(ONE, TODAY).rows == 3
            assert {one.code for one in files.check()} == {"right-missing"}
            files.erase(ONE, TODAY)

    assert child(ask) == 77
    for folder in (root, root / "orders"):
        folder.chmod(0o755)
    assert there(root) == FILES


@pytest.mark.parametrize("file", list(FILES))
def test_a_file_that_somebody_changes_meanwhile(root: Path, file: str) -> None:
    """Their change is noticed before anything is switched, and stays."""
    real = Folder.writing

    def writing(folder: Folder, path: str, *, like: str = "") -> Any:
        with (root / file).open("a") as out:
            out.write(" ")
        return real(folder, path, like=like)

    with patch.object(Folder, "writing", writing), store(root) as files, pytest.raises(StoreError) as refused:
        files.erase(ONE, TODAY)
    assert refused.value.code == "connect-locked"
    assert {name: text.rstrip(" ") for name, text in there(root).items()} == FILES


def test_two_at_once(root: Path) -> None:
    """Both end, or one is told to come back; every file is whole, and another try does the rest."""
    people = [ONE, {"person_id": (Held(value="2"),)}]
    codes: list[str] = []

    def erase(person: Any) -> None:
        try:
            with store(root) as files:
                files.erase(person, TODAY)
        except StoreError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=erase, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {"connect-locked"} and len(codes) < 2
    for person in people:
        erase(person)
    assert there(root) == {
        "people.csv": "id,email,note\n",
        "orders/1.jsonl": "",
        "orders/2.jsonl": '{"id":4,"remark":"call ***"}\n',
    }


def test_another_run_that_does_not_end(root: Path) -> None:
    """Waiting has an end."""
    inside, leave = threading.Event(), threading.Event()
    real = Folder.writing

    def writing(folder: Folder, path: str, *, like: str = "") -> Any:
        inside.set()
        leave.wait(20)
        return real(folder, path, like=like)

    def erase() -> None:
        with store(root) as files:
            files.erase(ONE, TODAY)

    with patch.object(Folder, "writing", writing):
        first = threading.Thread(target=erase)
        first.start()
        assert inside.wait(20)
        with store(root, timeout=0.2) as files, pytest.raises(StoreError) as refused:
            files.erase(ONE, TODAY)
        leave.set()
        first.join()
    assert refused.value.code == "connect-locked"
    assert there(root) == AFTER


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("table: people.csv", "table: peoples.csv", "map-schema"),
        ("column: email, categories", "column: mail, categories", "map-schema"),
        ("table: people.csv", "table: ../people.csv", "map-schema"),
        ("table: people.csv", "table: people.xlsx", "file-format"),
    ],
)
def test_a_map_that_does_not_fit(root: Path, old: str, new: str, code: str) -> None:
    """What is not there is named before anything is read or changed."""
    (root / "people.xlsx").write_bytes(b"")
    text = MAP.replace(old, new).replace(
        "to: people.csv", f"to: {new.removeprefix('table: ')}" if "table" in old else "to: people.csv"
    )
    text = (
        text.replace("identity: email, column: email", "identity: email, column: mail")
        if "mail," in new
        else text
    )
    with opened(mapfile.read(text.encode(), where="map.yaml"), f"files://{root}") as files:
        assert [one.code for one in files.check()] == [code]
        with pytest.raises(InputError) as refused:
            files.survey(ONE, TODAY)
    assert refused.value.code == code


def test_a_file_that_lost_a_column(root: Path) -> None:
    """Of many files of a table the one that differs is named."""
    text = MAP.replace("orders/*.jsonl", "orders/*.csv").replace("buyer.id", "buyer")
    (root / "orders/1.csv").write_text("id,buyer,remark\n1,1,\n")
    (root / "orders/2.csv").write_text("id,remark\n1,\n")
    with (
        opened(mapfile.read(text.encode(), where="map.yaml"), f"files://{root}") as files,
        pytest.raises(InputError) as refused,
    ):
        files.survey(ONE, TODAY)
    assert refused.value.code == "map-schema" and "orders/2.csv" in refused.value.where


def test_addresses_that_lead_nowhere(tmp_path: Path) -> None:
    """A folder that is not there, and a scheme that nothing reads."""
    found = mapfile.read(MAP.encode(), where="map.yaml")
    with opened(found, f"files://{tmp_path}/nothing") as files, pytest.raises(InputError) as refused:
        files.survey(ONE, TODAY)
    assert refused.value.code == "map-schema"
    for address in ("nonsense://somewhere", "export"):
        with pytest.raises(InputError) as refused:
            opened(found, address)
        assert refused.value.code == "database-url-unreadable"


def test_any_file_system(root: Path) -> None:
    """The same erasure where files are not on a disk, and where a run was killed there."""
    import fsspec

    memory = fsspec.filesystem("memory")
    for name, text in FILES.items():
        memory.pipe(f"/export/{name}", text.encode())
    found = mapfile.read(MAP.encode(), where="map.yaml")
    try:
        with opened(found, "memory://export") as files:
            with patch.object(Folder, "move", side_effect=_killed), pytest.raises(KeyboardInterrupt):
                files.erase(ONE, TODAY)
            assert files.erase(ONE, TODAY).deleted == {"people.csv": 1, "orders/*.jsonl": 2}
        left = {name: memory.cat(f"/export/{name}").decode() for name in AFTER}
        assert left == AFTER
        assert sorted(memory.find("/export")) == sorted(f"/export/{name}" for name in AFTER)
    finally:
        memory.rm("/export", recursive=True)


def test_an_object_store_says_the_same_in_other_words(root: Path) -> None:
    """A file whose tag is the same is the same, though a listing and the object describe it differently."""
    import fsspec

    memory = fsspec.filesystem("memory")
    described = itertools.count()
    plain = type(memory).info

    def info(self: Any, path: str, **how: Any) -> dict[str, Any]:
        about = dict(plain(self, path, **how))
        if about["type"] == "file":
            about |= {"ETag": md5(self.cat_file(path)).hexdigest(), "as": next(described)}
        return about

    for name, text in FILES.items():
        memory.pipe(f"/bucket/{name}", text.encode())
    try:
        with (
            patch.object(type(memory), "info", info),
            opened(mapfile.read(MAP.encode(), where="map.yaml"), "memory://bucket") as files,
        ):
            assert files.erase(ONE, TODAY).deleted == {"people.csv": 1, "orders/*.jsonl": 2}
        assert {name: memory.cat(f"/bucket/{name}").decode() for name in AFTER} == AFTER
    finally:
        memory.rm("/bucket", recursive=True)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_partitions_are_columns(root: Path) -> None:
    """A folder named for a column finds its rows, and stays where it is."""
    for month, text in (("2026-01", "1,1\n2,2\n"), ("2026-02", "3,1\n")):
        (root / f"visits/month={month}").mkdir(parents=True)
        (root / f"visits/month={month}/part.csv").write_text(f"id,buyer\n{text}")
    text = (
        MAP
        + """
  - table: visits/*/*.csv
    columns: [{column: id}, {column: buyer}, {column: month, categories: [location]}]
    references: [{columns: [buyer], to: people.csv, at: [id]}]
    retention: {time: {length: 6, unit: months}, since: month}
"""
    )
    with opened(
        mapfile.read(text.replace("month}", "day}").replace("month,", "day,").encode(), where="map.yaml"),
        f"files://{root}",
    ) as files:
        assert [one.code for one in files.check()] == ["map-schema"]
    for folder in list((root / "visits").iterdir()):
        folder.rename(folder.with_name(folder.name.replace("month", "day") + "-05"))
    with opened(
        mapfile.read(text.replace("month}", "day}").replace("month,", "day,").encode(), where="map.yaml"),
        f"files://{root}",
    ) as files:
        assert {row.values["day"] for row in files.read(ONE, TODAY) if "day" in row.values} == {
            "2026-01-05",
            "2026-02-05",
        }
        assert [one.rows for one in files.overdue(TODAY)] == [3]
        assert files.expire(TODAY).deleted == {"visits/*/*.csv": 3}
    assert (root / "visits/day=2026-01-05/part.csv").read_text() == "id,buyer\n"
