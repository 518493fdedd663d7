"""``shouxin incident`` as a real process over a real database given by its DSN."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.duties.cases.test_case_command import Shouxin, shouxin, told
from tests.duties.incident.conftest import FULL

__all__ = ["shouxin"]


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """Give a file that reports a leak."""
    account = {name: worth for name, worth in FULL.items() if name != "touched"}
    whole = {"service": "shop", "account": account | {"categories": ["whereabouts"]}}
    file = tmp_path / "leak.yaml"
    file.write_text(yaml.safe_dump(whole, allow_unicode=True))
    return file


def test_an_incident_lives_on_the_command_line(shouxin: Shouxin, leak: Path, tmp_path: Path) -> None:
    """From the file to the last notice."""
    words = shouxin("incident", "record", str(leak), "--lang", "en")
    assert words.returncode == 0, words.stderr
    assert b"A backup was public." in words.stdout
    facts = [
        *("--fact", "actor.telecom_or_internet_provider=false"),
        *("--fact", "actor.ecommerce_platform=false"),
    ]
    step = ("incident", "step", "1")
    by = ("--by", "processor", "--json")
    told(shouxin(*step, "neither_special", *by, *facts))
    told(shouxin(*step, "activate_plan", *by, "--record", "activation=at once"))
    told(shouxin(*step, "remedy", *by, "--record", "measures=closed"))
    weigh = ("--fact", "serious_consequences=false", "--fact", "identifies_users=true")
    told(shouxin(*step, "find_not_serious", *by, "--record", "finding=file 3", *weigh))
    assert shouxin("incident", "draft", "1", "department").returncode == 0
    told(shouxin("incident", "tell", "1", "department", "--reference", "letter 1", "--json"))
    names = tmp_path / "affected.txt"
    names.write_text("u-1\nu-2\n")
    assert told(shouxin("incident", "people", "1", str(names), "--json"))["listed"] == 2
    told(shouxin("incident", "tell", "1", "individual", "--json"))
    out = tmp_path / "out"
    out.mkdir()
    sent: Any = told(shouxin("incident", "send", "1", "--to", str(out), "--json"))
    assert (sent["handed_out"], sent["finished"]) == (2, True)
    (file,) = out.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert {one["person"] for one in json.loads(file.read_bytes())["people"]} == {"u-1", "u-2"}
    listed = shouxin("incident", "list")
    assert listed.stdout.splitlines()[1].split()[:2] == [b"1", b"shop"]
    assert told(shouxin("incident", "figures", "--since", "2020-01-01", "--json"))["told"] == 2


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"- 1", b"{service: shop", b"service: shop\naccount: {kinds: []}"]
)
def test_a_file_that_is_no_report_is_refused(shouxin: Shouxin, tmp_path: Path, content: bytes) -> None:
    """With the code and no traceback."""
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    ran = shouxin("incident", "record", str(file))
    assert ran.returncode == 2
    assert b"[incident-unreadable]" in ran.stderr


def test_the_facts_of_the_thresholds_are_named(shouxin: Shouxin) -> None:
    """So that an account can state them."""
    assert b"harm_to_person" in shouxin("incident", "asked").stdout
