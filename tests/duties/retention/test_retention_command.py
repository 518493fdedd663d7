"""``shouxin retention`` as a real process over a real database given by its DSN."""

import json
from pathlib import Path

from tests.connect import household
from tests.duties.cases.test_case_command import Shouxin, shouxin, told

__all__ = ["shouxin"]


def mapped(shouxin: Shouxin, tmp_path: Path) -> str:
    """Put a household into the inventory, and return the setting that says where it is."""
    record = {"name": "tea", "services": [{"name": "shop"}], "systems": [{"name": "home"}]}
    (tmp_path / "tea.yaml").write_text(json.dumps(record))
    assert shouxin("inventory", "load", str(tmp_path / "tea.yaml")).returncode == 0
    (tmp_path / "map.yaml").write_text(household.MAP.replace("user_tag", "nickname"))
    taken = shouxin("inventory", "import", str(tmp_path / "map.yaml"), "--system", "home")
    assert taken.returncode == 0, taken.stderr
    return f"household=sqlite:///{tmp_path}/household.db"


def test_what_is_over_is_found_on_the_command_line(shouxin: Shouxin, tmp_path: Path) -> None:
    """Looked for without a run; a run is opened by somebody with a name only."""
    stores = mapped(shouxin, tmp_path)
    with household.filled(f"sqlite:///{tmp_path}/household.db"):
        found = told(shouxin("retention", "find", "--dry-run", "--json", SHOUXIN_STORES=stores))
        assert {part["table"]: part["rows"] for part in found["surveys"][0]["parts"]} == {
            "purchase": 1,
            "item": 2,
        }
        words = shouxin("retention", "find", "--dry-run", SHOUXIN_STORES=stores)
        assert b"household.purchase" in words.stdout
        assert b"2022-01-02" in words.stdout
        assert shouxin("retention", "find", SHOUXIN_STORES=stores).returncode == 2
    assert told(shouxin("retention", "list", "--json")) == []
    unknown = shouxin("retention", "run", "1")
    assert (unknown.returncode, b"[retention-unknown]" in unknown.stderr) == (2, True)
    assert shouxin("retention", "show", "1").returncode == 2


def test_the_keeping_times_are_shown_as_before(shouxin: Shouxin) -> None:
    """Without a command of the group it is the table of the law."""
    assert b"2025-12-03" in shouxin("retention", "user_log", "--made", "2025-06-03").stdout
    assert told(shouxin("retention", "--json"))
    assert b"find" in shouxin("retention", "--help").stdout
