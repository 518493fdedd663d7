"""The commands protect, keys and risk, as typed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Engine, TextClause, create_engine, pool, text
from sqlalchemy.exc import DBAPIError

from shouxin.app import cli
from shouxin.duties.shield import inputs
from shouxin.errors import ShouxinError
from shouxin.protect.database import TableJob
from tests.protect.made_up import protector

SCANNER = inputs.scanner
POLICY = """version: 1
name: example
default: {do: mask}
types: {person_name: {do: pseudonym}, email: {do: encrypt}}
fields: {phone: mobile, name: person_name, mail: email}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in with a policy, a table and a file of keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUXIN_PROTECT_PASSPHRASE", "correct horse")
    monkeypatch.setattr(inputs, "scanner", lambda: None)
    monkeypatch.setattr("shouxin.protect.sealed_file.COST", 2**10)
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "given.csv").write_text("phone,name,mail\n13800138000,张三,a@example.com\n")
    return tmp_path


def run(*words: str, stdin: bytes = b"") -> Result:
    """Run the command line."""
    return CliRunner().invoke(cli.root, list(words), input=stdin, catch_exceptions=True)


def code(result: Result) -> str:
    """Return the code of the error that a command ended with."""
    assert isinstance(result.exception, ShouxinError), result.exception
    return result.exception.code


def test_a_file_is_protected_and_the_report_says_what_it_still_is(folder: Path) -> None:
    """Keys are made, the file is written, and reversible means still personal information."""
    assert run("keys", "new", "keys.json").exit_code == 0
    assert json.loads(run("keys", "list", "keys.json", "--json").stdout) == ["k1"]
    words = ("protect", "given.csv", "--policy", "policy.yaml", "--keys", "keys.json", "--out", "out.csv")
    ran = run(*words, "--lang", "en", "--explain")
    assert ran.exit_code == 0, ran.exception
    assert "138****8000" in (folder / "out.csv").read_text()
    assert "a@example.com" not in (folder / "out.csv").read_text()
    assert "types.email" in ran.stderr
    assert "still personal information" in ran.stderr
    assert code(run(*words)) == "protect-out"
    back = run("protect", "out.csv", *words[2:6], "--restore", "--out", "-")
    assert code(back) == "protect-irreversible"
    assert run("keys", "rotate", "keys.json", "--id", "k2").stderr.strip().endswith("k2, k1")
    report = json.loads(run(*words, "--force", "--json").stdout)
    assert report["still_personal"] is True
    assert {item["type"]: item["reversible"] for item in report["applied"]} == {
        "mobile": False, "person_name": False, "email": True
    }  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("zh", "措施"), ("en", "Measure"), ("es", "Medida")])
def test_explaining_cites_the_articles_with_what_they_say(scanning: Path, language: str, word: str) -> None:
    """By which word, at which level of which standard, what it leaves, and the law behind it."""
    words = ("protect", "-", "--policy", "mask", "--explain", "--lang", language)
    ran = run(*words, stdin="电话13800138000，密码：hunter2x!\n".encode())
    assert ran.exit_code == 0, ran.exception
    assert "13800138000" not in ran.output
    assert "types.password" in ran.stderr
    assert "GB/T 45574-2025" in ran.stderr
    assert "pipl:art_28__para_2" in ran.stderr
    assert f"pipl:art_51__item_3  {word}" in ran.stderr
    assert code(run("protect", "-", "--policy", "nowhere.yaml", stdin=b"x")) == "protect-file"


def test_a_text_is_protected_from_findings(folder: Path) -> None:
    """Standard input to standard output, with findings from a file; a dry run writes nothing."""
    (folder / "found.jsonl").write_text('{"type": "mobile", "start": 2, "end": 13}\n')
    words = ("protect", "-", "--policy", "policy.yaml", "--findings", "found.jsonl", "--lang", "zh")
    given = "电话13800138000\n".encode()
    assert run(*words, stdin=given).stdout == "电话138****8000\n"
    dry = run(*words, "--dry-run", stdin=given)
    assert dry.stdout == ""
    assert "试运行" in dry.stderr
    assert "13800138000" not in dry.stderr


@pytest.fixture
def scanning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder with the real scanner and a policy that masks everything."""
    monkeypatch.setattr(inputs, "scanner", SCANNER)
    (folder / "policy.yaml").write_text("version: 1\nname: example\ndefault: {do: mask}\n")
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_is_protected_where_the_scanner_finds_something(scanning: Path, encoding: str) -> None:
    """Without findings the real scanner looks, in whatever encoding, and the result has the same."""
    given = "客户电话13800138000，身份证11010519491231002X，\r\n邮箱 zhang@example.com。\r\n"
    (scanning / "letter.txt").write_bytes(given.encode(encoding))
    words = ("protect", "letter.txt", "--policy", "policy.yaml", "--out", "out.txt", "--json")
    report = json.loads(run(*words).stdout)
    assert {item["type"]: item["values"] for item in report["applied"]} == {
        "mobile": 1, "resident_id": 1, "email": 1
    }  # fmt: skip
    assert (scanning / "out.txt").read_bytes().decode(encoding) == (
        "客户电话138****8000，身份证110105********002X，\r\n邮箱 z***@example.com。\r\n"
    )
    piped = run("protect", "-", "--policy", "policy.yaml", stdin=given.encode(encoding))
    assert piped.stdout_bytes == (scanning / "out.txt").read_bytes()


def test_columns_that_no_field_names_are_searched(scanning: Path) -> None:
    """A table of a Chinese office, in its own encoding: the note is searched, the rest stays."""
    (scanning / "t.csv").write_bytes("编号,备注\n007,来电13800138000\n".encode("gb18030"))
    ran = run("protect", "t.csv", "--policy", "policy.yaml")
    assert ran.stdout_bytes.decode("gb18030") == '"编号","备注"\n"007","来电138****8000"\n'


def test_an_encoding_that_is_not_the_files_is_said(scanning: Path) -> None:
    """The option wins over what the bytes look like, and nothing is written."""
    (scanning / "t.txt").write_bytes("电话13800138000".encode("gb18030"))
    ran = run("protect", "t.txt", "--policy", "policy.yaml", "--encoding", "utf-8", "--out", "out.txt")
    assert code(ran) == "protect-file-shape"
    assert not (scanning / "out.txt").exists()


def test_a_run_that_is_killed_leaves_the_old_file_whole(scanning: Path) -> None:
    """P7: kill -9 with a part of the result on the disk; the old one stays, and a new run replaces it."""
    old = scanning / "out.txt"
    old.write_text("old")
    words = ["protect", "-", "--policy", "policy.yaml", "--out", "out.txt", "--force"]
    begun = subprocess.Popen([sys.executable, "-m", "shouxin", *words], stdin=subprocess.PIPE)
    assert begun.stdin
    begun.stdin.write("电话13800138000\n".encode() * 300_000)
    begun.stdin.flush()
    until = time.monotonic() + 60
    while not any(part.stat().st_size for part in scanning.glob(".out.txt.*.part")):
        assert time.monotonic() < until
        time.sleep(0.02)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    begun.stdin.close()
    assert old.read_text() == "old"
    (part,) = scanning.glob(".out.txt.*.part")
    assert "13800138000" not in part.read_text(errors="ignore")
    assert run(*words, stdin="电话13800138000\n".encode()).exit_code == 0
    assert old.read_text() == "电话138****8000\n"


def test_a_database_is_changed_only_when_told_to(folder: Path) -> None:
    """Without --apply the plan is shown; with it the table is changed."""
    url = f"sqlite:///{folder / 'shop.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table u (id integer primary key, phone text)"))
        connection.execute(text("insert into u values (1, '13800138000')"))
    (folder / "policy.yaml").write_text("version: 1\nname: x\ndefault: {do: mask}\nfields: {phone: mobile}\n")
    plan = run("protect", url, "--table", "u", "--policy", "policy.yaml")
    assert "138****8000  →  138****8000" in plan.stdout

    def phone() -> Any:
        with engine.connect() as connection:
            return connection.execute(text("select phone from u")).scalar_one()

    assert phone() == "13800138000"
    done = json.loads(
        run("protect", url, "--table", "u", "--policy", "policy.yaml", "--apply", "--json").stdout
    )
    assert done["changed"] == 1
    assert done["earlier"] is None
    assert phone() == "138****8000"
    again = run("protect", url, "--table", "u", "--policy", "policy.yaml", "--lang", "en")
    assert "1 rows of this table were protected" in again.stderr
    assert (
        code(run("protect", f"{url}.lost", "--table", "u", "--policy", "policy.yaml")) == "protect-database"
    )
    assert not (folder / "shop.db.lost").exists()
    engine.dispose()


@pytest.fixture
def crowd(folder: Path, database_url: str) -> Iterator[Engine]:
    """Yield a database with more people than a page holds."""
    engine = create_engine(database_url, poolclass=pool.NullPool)
    (folder / "policy.yaml").write_text("version: 1\nname: x\ndefault: {do: mask}\nfields: {phone: mobile}\n")
    with engine.begin() as connection:
        connection.execute(text("create table u (id integer primary key, phone text)"))
        connection.execute(text("insert into u select n, 13800130000 + n from generate_series(1, 6000) n"))
    yield engine
    engine.dispose()


def test_a_run_over_a_database_that_is_killed_is_undone_and_the_next_one_says_so(crowd: Engine) -> None:
    """P7: kill -9 while the second page waits for a row: nothing stays half done, the next run does all."""
    words = ["protect", crowd.url.render_as_string(False), "--table", "u", "--policy", "policy.yaml"]
    waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    changed = text("select count(*) from u where phone like '%*%'")

    def until(question: TextClause, answer: int) -> None:
        end = time.monotonic() + 60
        while crowd_says(question) != answer:
            assert time.monotonic() < end

    def crowd_says(question: TextClause) -> Any:
        with crowd.connect() as asking:
            return asking.execute(question).scalar_one()

    with crowd.connect() as other:
        other.execute(text("select id from u where id = 6000 for update"))
        begun = subprocess.Popen([sys.executable, "-m", "shouxin", *words, "--apply"])
        until(waiting, 1)
        begun.send_signal(signal.SIGKILL)
        begun.wait()
        assert code(run(*words, "--apply")) == "protect-running"
        other.rollback()
    until(text("select count(*) from pg_locks where relation = 'u'::regclass"), 0)
    assert crowd_says(changed) == 0
    told = json.loads(run(*words, "--json").stdout)
    assert (told["earlier"]["outcome"], told["earlier"]["rows"]) == ("undone", 6000)
    assert "the database undid all of it" in run(*words, "--apply", "--lang", "en").stderr
    assert crowd_says(changed) == 6000


def test_an_answer_that_is_lost_at_the_end_is_known_by_the_next_run(
    crowd: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has carried it out when the connection breaks: not to be told now, and told afterwards."""
    words = ("protect", crowd.url.render_as_string(False), "--table", "u", "--policy", "policy.yaml")
    commit = Connection.commit

    def cut(connection: Connection) -> None:
        commit(connection)
        raise DBAPIError("", {}, Exception(), connection_invalidated=True)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "commit", cut)
        assert code(run(*words, "--apply")) == "protect-unconfirmed"
    assert json.loads(run(*words, "--json").stdout)["earlier"]["outcome"] == "done"


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (
            "set role pg_read_all_data",
            "the right",
        ),
        ("alter table u add check (phone not like '%*%')", "what its columns demand"),
        (
            """create function no() returns trigger language plpgsql as 'begin return null; end';
            create trigger no before update on u for each row when (old.id = 6000) execute function no()""",
            "triggers",
        ),
    ],
)
def test_what_the_database_refuses_changes_nothing_and_names_what_to_do(
    crowd: Engine, change: str, remedy: str
) -> None:
    """A right that is lacking, a check, a trigger that drops a row in silence."""
    with crowd.connect() as connection:
        connection.execute(text(change))
        connection.commit()
        engine = create_engine(
            "postgresql+psycopg://", creator=lambda: connection.connection.driver_connection
        )
        with pytest.raises(ShouxinError, match=remedy) as caught:
            job = TableJob(engine, "u", {"phone": "mobile"}, protector("default: {do: mask}"))
            job.run(job.plan())
    assert caught.value.code == "protect-database"
    with crowd.connect() as connection:
        assert connection.execute(text("select count(*) from u where phone like '%*%'")).scalar_one() == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("protect", "given.csv", "--policy", "lost.yaml"), "protect-file"),
        (("protect", "lost.csv", "--policy", "policy.yaml"), "protect-file"),
        (("protect", "given.csv", "--policy", "policy.yaml"), "protect-key-missing"),
        (("protect", "given.csv", "--policy", "policy.yaml", "--keys", "lost.json"), "protect-key-file"),
        (("protect", "given.csv", "--policy", "policy.yaml", "--json"), "protect-out"),
        (("protect", "x", "--policy", "policy.yaml", "--findings", "given.csv"), "protect-findings-file"),
        (("protect", "nothing://x", "--policy", "policy.yaml", "--table", "u"), "protect-database"),
        (("protect", "sqlite://", "--policy", "policy.yaml"), "protect-out"),
        (("risk", "given.csv", "--quasi", "x"), "protect-no-column"),
        (("risk", "lost.csv", "--quasi", "x"), "protect-file-shape"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, words: tuple[str, ...], expected: str) -> None:
    """Each mistake has its code, and no result is left behind."""
    assert code(run(*words, "--lang", "en")) == expected
    assert {item.name for item in folder.iterdir()} <= {"policy.yaml", "given.csv"}


def test_no_passphrase_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can type, a missing passphrase is said."""
    monkeypatch.delenv("SHOUXIN_PROTECT_PASSPHRASE")
    assert code(run("keys", "new", "keys.json")) == "protect-key-passphrase"


def test_the_risk_of_a_table_is_shown_and_judged(folder: Path) -> None:
    """The measures in words or JSON; the exit code says whether k is enough."""
    (folder / "t.csv").write_text("district,sick\nx,a\nx,b\ny,a\ny,a\n")
    words = ("risk", "t.csv", "--quasi", "district", "--sensitive", "sick")
    found = CliRunner().invoke(cli.root, [*words, "--json", "--at-least", "3"], standalone_mode=False)
    assert found.return_value == 1
    assert json.loads(found.stdout)["k"] == 2
    for language, word in (("zh", "最小等价类"), ("en", "smallest class"), ("es", "clase más pequeña")):
        assert word in run(*words, "--lang", language).stdout
