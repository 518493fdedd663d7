"""``shouxin inspect`` as a real process over a real database."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from shouxin.demo.described import organisation
from shouxin.duties.inventory.file import write
from tests.duties.cases.test_case_command import Shouxin, shouxin, told

__all__ = ["shouxin"]

SELF_CHECK = ("--kind", "self-check", "--name", "2026", "--from", "2026-01-01", "--to", "2026-12-31")


def test_a_self_check_is_written_checked_and_listed(shouxin: Shouxin, tmp_path: Path) -> None:
    """From an empty store to a pack that its own program checks with the keys of the ledger."""
    pack = tmp_path / "self-check.zip"
    empty = shouxin("inspect", *SELF_CHECK, "--out", str(pack))
    assert (empty.returncode, b"[organisation-none]" in empty.stderr) == (2, True)
    (tmp_path / "tea.yaml").write_text(write(organisation()))
    assert shouxin("organisation", "load", str(tmp_path / "tea.yaml")).returncode == 0
    looked = told(shouxin("inspect", *SELF_CHECK, "--dry-run", "--json"))
    made = shouxin("inspect", *SELF_CHECK, "--out", str(pack), "--lang", "zh", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["size"] == pack.stat().st_size
    keys = tmp_path / "keys"
    keys.write_bytes(shouxin("ledger", "keys").stdout)
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "pack")
    assert len(json.loads((tmp_path / "pack/pack.json").read_text())["items"]) == len(looked["items"])
    check = [sys.executable, "-I", "-S", str(tmp_path / "pack/check.py"), str(keys)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    assert [one["asked"]["kind"] for one in told(shouxin("inspect", "list", "--json"))] == ["self-check"]
    without = ("--name", "x", "--authority", "y", "--basis", "pipl:art_63__para_1__item_2")
    days = ("--from", "2026-01-01", "--to", "2026-12-31", "--out", str(tmp_path / "x.zip"))
    nobody = shouxin("inspect", *without, *days)
    assert (nobody.returncode, b"[inspection-who]" in nobody.stderr) == (2, True)
    assert not (tmp_path / "x.zip").exists()
