"""``shouxin notice``: the round of a notice at the terminal, and what is refused."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from shouxin.app.cli import root
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.service import read, write
from shouxin.errors import InputError
from tests.duties.notice.made_up import notice, said, with_purpose


@pytest.fixture
def folder_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_dsn: str) -> Path:
    """Work in a new folder over a new store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOUXIN_DSN", database_dsn)
    return tmp_path


def run(*args: str) -> Result:
    """Run a command and return its result."""
    return CliRunner().invoke(root, ["notice", *args], catch_exceptions=True)


def kept(folder: Path, given: Notice, name: str = "notice.yaml") -> str:
    """Write a notice to a file and return the name of the file."""
    (folder / name).write_text(write(given), encoding="utf-8")
    return name


def publish(folder: Path, given: Notice, *options: str) -> str:
    """Publish a notice and return its address."""
    done = run("publish", kept(folder, given), "--json", *options)
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["checked"]["address"])


def refusal(done: Result) -> str:
    """Return the code that a command was refused with."""
    assert isinstance(done.exception, InputError), done.output
    return done.exception.code


def test_a_whole_notice_passes_the_check(folder_of: Path) -> None:
    """It ends with 0 and names the form of consent that the watch needs."""
    done = run("check", kept(folder_of, notice()), "--lang", "en")
    assert (done.exit_code, "separate consent" in done.stdout) == (0, True)


def test_the_check_works_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started for it, nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOUXIN_DSN", raising=False)
    name = kept(tmp_path, notice())
    assert run("check", name).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("language", "words"), [("zh", "保存期限"), ("en", "how long"), ("es", "el plazo")])
def test_the_check_names_what_is_missing(folder_of: Path, language: str, words: str) -> None:
    """With the provision, in three languages, and ends with 1."""
    done = run("check", kept(folder_of, with_purpose(0, keeping=None)), "--lang", language)
    assert done.exit_code == 1
    assert "pipl:art_17__para_1__item_2" in done.stdout
    assert words in done.stdout


def test_a_notice_goes_round(folder_of: Path) -> None:
    """Rehearsed, published, listed, shown as the file it came from."""
    name = kept(folder_of, notice())
    assert run("publish", name, "--dry-run").exit_code == 0
    assert json.loads(run("list", "--json").stdout) == []
    address = publish(folder_of, notice())
    (line,) = json.loads(run("list", "--service", "shop", "--json").stdout)
    assert (line["address"], line["who"].startswith("uid:")) == (address, True)
    assert read(run("show", address[:8]).stdout.encode(), where="file") == notice()
    assert address[:12] in run("list").stdout
    assert "in force already" in run("publish", name).stderr


def test_an_incomplete_notice_needs_a_reason(folder_of: Path) -> None:
    """The reason is kept with it."""
    bare = with_purpose(0, keeping=None)
    assert refusal(run("publish", kept(folder_of, bare))) == "notice-incomplete"
    address = publish(folder_of, bare, "--reason", "the time is set tomorrow")
    shown = json.loads(run("show", address, "--json").stdout)
    assert shown["published"]["why"] == "the time is set tomorrow"
    assert msgspec.convert(shown["notice"], Notice) == bare


def test_a_draft_is_compared_before_it_is_published(folder_of: Path) -> None:
    """Against a version, as a file or as another version: who is asked again, and why."""
    old = publish(folder_of, notice())
    draft = with_purpose(1, method=said("by hand"))
    name = kept(folder_of, draft, "draft.yaml")
    as_draft: dict[str, Any] = json.loads(run("diff", old, name, "--json").stdout)
    assert as_draft["asked"] == [{"purpose": "tips", "why": "scope", "provision": "pipl:art_14__para_2"}]
    new = publish(folder_of, draft)
    assert json.loads(run("diff", old, new, "--json").stdout) == as_draft
    shown = run("diff", old, new, "--lang", "es").stdout
    assert "cambiaron la finalidad" in shown


def test_what_is_wrong_is_refused_in_words(folder_of: Path) -> None:
    """A file that is no notice, an unknown address, two services, an unknown language."""
    (folder_of / "bad.yaml").write_bytes(b"\xff")
    assert refusal(run("check", "bad.yaml")) == "notice-unreadable"
    assert refusal(run("show", "f" * 64)) == "notice-unknown"
    old, new = publish(folder_of, notice()), publish(folder_of, notice(service="forum"))
    assert refusal(run("diff", old, new)) == "notice-services"
    assert run("check", "bad.yaml", "--lang", "xx").exit_code == 2
    assert run("check", "nothing.yaml").exit_code == 2
