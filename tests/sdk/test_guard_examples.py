"""The examples of docs/guard.md do what they say."""

import re
import sys
import types
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from shouxin.sdk import Guard
from tests.duties.guard.test_guard import World

TEXT = (Path(__file__).parents[2] / "docs" / "guard.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_examples_run_one_after_the_other(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a world in which one person agreed, and with the frameworks they name."""
    monkeypatch.setattr(Guard.__init__, "__defaults__", (lambda: nullcontext(world.guard),))
    monkeypatch.setattr("logging.config.dictConfig", lambda _config: None)  # the log of all tests stays ours
    program = types.ModuleType("program")
    monkeypatch.setitem(sys.modules, "program", program)
    space: dict[str, Any] = vars(program)
    for example in EXAMPLES:
        exec(compile(example, "docs/guard.md", "exec"), space)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "True permitted"
    assert "pipl:art_13" in said[1]
    assert said[2] == world.written[0].decision
    assert said[3] == "['tea']"
    client = space["app"].test_client()
    assert client.get("/tips", headers={"x-user": "u-1"}).json == ["tea"]
    assert client.get("/tips", headers={"x-user": "u-2"}).status_code == 403
    assert len(EXAMPLES) == 6
