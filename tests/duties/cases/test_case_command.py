"""``shouxin case`` and ``shouxin deadlines`` as real processes over a real database given by its DSN."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from shouxin.duties.cases import cli
from tests.app.test_command_line import run

Shouxin = Callable[..., subprocess.CompletedProcess[bytes]]
CLOCK = "pipl:art_45__para_2"
OPEN = [
    *("case", "open", "rights-request", "--step", "ask_access", "--by", "individual"),
    *("--record", "request=ticket 4711", "--fact", "right=access", "--fact", "for_deceased=false"),
]
VERIFY = [
    *("case", "move", "1", "verify_identity", "--by", "processor"),
    *("--record", "identity=by the account", "--fact", "actor.ecommerce_operator=false"),
]


@pytest.fixture
def shouxin(tmp_path: Path, database_dsn: str) -> Shouxin:
    """Give the program in a folder of its own, over an empty database, speaking English."""

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        settings = {"SHOUXIN_DSN": database_dsn, "SHOUXIN_LANGUAGE": "en", **environment}
        return run(tmp_path, *words, stdin=b"", **settings)

    return call


def told(ran: subprocess.CompletedProcess[bytes]) -> Any:
    """Return what a command that went well answers in JSON."""
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_case_lives_on_the_command_line(shouxin: Shouxin) -> None:
    """Tried, opened, moved, shown in words and as JSON, listed; what was only tried is not there."""
    tried = shouxin(*OPEN, "--dry-run", "--json")
    assert (told(tried)["case"], told(tried)["state"]) == (None, "received")
    opened = shouxin(*OPEN, "--day", "2025-06-03")
    assert (opened.returncode, opened.stdout.splitlines()[0]) == (
        0,
        "case 1: rights-request, ask_access → received".encode(),
    )
    moved = told(shouxin(*VERIFY, "--day", "2025-06-04", "--json"))
    assert (moved["state"], moved["case"]["version"]) == ("verified", 2)
    shown = shouxin("case", "show", "1").stdout.decode()
    assert "ticket 4711" in shown
    assert "verify_identity  (by processor)" in shown
    (line,) = told(shouxin("case", "list", "--state", "open", "--procedure", "rights-request", "--json"))
    assert (line["id"], line["state"], line["late"]) == (1, "verified", False)
    assert b"identity verified" in shouxin("case", "list").stdout
    assert told(shouxin("case", "list", "--state", "ended", "--json")) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([*VERIFY[:4], "--by", "individual", *VERIFY[6:]], "step-role"),
        ([*VERIFY[:6], *VERIFY[8:]], "step-records"),
        (VERIFY[:8], "step-facts"),
        ([*VERIFY, "--day", "2025-06-02"], "step-date"),
        ([*VERIFY, "--day", "2999-01-01"], "step-future"),
        ([*VERIFY, "--day", "2025-02-30"], "day-unreadable"),
        ([*VERIFY, "--record", "identity"], "case-word"),
        ([*VERIFY, "--record", "identity=twice"], "case-word"),
        ([*VERIFY, "--fact", "actor.users=-1"], "fact-unknown"),
        (["case", "move", "1", "give_access", *VERIFY[4:]], "step-not-now"),
        (["case", "move", "2", "verify_identity", *VERIFY[4:]], "case-unknown"),
        (["case", "show", "99999999999999999999999"], "case-unknown"),
        (["case", "open", "nothing", *OPEN[3:]], "procedure-unknown"),
        (["case", "list", "--state", "nowhere"], "state-unknown"),
    ],
    ids=lambda worth: worth if isinstance(worth, str) else "",
)
def test_what_is_refused_says_why_and_changes_nothing(shouxin: Shouxin, words: list[str], code: str) -> None:
    """It ends with 2, the code stands in brackets, and the case is as it was."""
    before = told(shouxin(*OPEN, "--day", "2025-06-03", "--json"))["case"]
    refused = shouxin(*words)
    assert refused.returncode == 2
    assert f"[{code}]" in refused.stderr.decode()
    assert b"Traceback" not in refused.stderr
    after = told(shouxin("case", "show", "1", "--json"))
    assert {**after, "clocks": []} == {**before, "clocks": []}


def test_own_times_count_where_the_text_has_no_figure(shouxin: Shouxin) -> None:
    """The setting gives the day; without it there is none, and a figure of the law stays."""
    bare = told(shouxin(*OPEN, "--day", "2025-06-03", "--dry-run", "--json"))
    assert (bare["follows"][0]["about"], bare["follows"][0]["due"]) == (CLOCK, None)
    own = {"SHOUXIN_OWN_TIMES": f"{CLOCK}=3 working days"}
    shouxin(*OPEN, "--day", "2025-06-03", **own)
    late = shouxin("deadlines", "list", "--json", **own)
    (due,) = json.loads(late.stdout)
    assert (due["provision"], due["due"], due["late"], late.returncode) == (CLOCK, "2025-06-06", True, 1)
    for setting, code in (
        ("miit-24:art_12__cl_4=3 days", "own-time-fixed"),
        (f"{CLOCK}=soon", "length-unreadable"),
        ("pipl:art_999=3 days", "clock-unknown"),
    ):
        refused = shouxin(*OPEN, SHOUXIN_OWN_TIMES=setting)
        assert (refused.returncode, f"[{code}]" in refused.stderr.decode()) == (2, True), refused.stderr


def test_the_examples_of_the_help_run(shouxin: Shouxin) -> None:
    """What the help shows for opening and moving is no decoration."""
    for command in (cli.open_, cli.move):
        assert isinstance(command, click.Command)
        example = (command.help or "").partition("Example:\n")[2].replace("\\\n", " ")
        ran = shouxin(*shlex.split(example)[1:])
        assert ran.returncode == 0, ran.stderr


def test_a_database_that_is_gone_is_no_defect(shouxin: Shouxin) -> None:
    """Nothing listens at the DSN: the code says so."""
    gone = shouxin("case", "list", SHOUXIN_DSN="postgresql://u@127.0.0.1:1/d")
    assert (gone.returncode, b"[store-unreachable]" in gone.stderr) == (2, True)
