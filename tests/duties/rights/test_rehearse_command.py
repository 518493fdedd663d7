"""``shouxin request rehearse``: the requests of a description, of which none is sent."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from shouxin.duties.rights.cli import request
from shouxin.errors import InputError
from tests.connect.service.crm import MAP


def test_every_request_is_shown_and_none_sent(tmp_path: Path) -> None:
    """With the person's values encoded, and marks for what only an answer tells."""
    file = tmp_path / "crm.yaml"
    file.write_text(MAP)
    given = ["--identity", "email=a b@shop.example", "--identity", "customer_id=7/8"]
    result = CliRunner().invoke(request, ["rehearse", str(file), *given, "--json"])
    assert result.exit_code == 0, result.output
    shown = {one["request"]: (one["method"], one["target"]) for one in json.loads(result.output)}
    assert shown == {
        "read.orders": ("GET", "/customers/7%2F8/orders"),
        "read.customers": ("GET", "/customers?email=a%20b%40shop.example"),
        "correct.customers": ("PATCH", "/customers/<id>"),
        "erase.orders": ("DELETE", "/orders/<number>"),
        "erase.customers": ("DELETE", "/customers/7%2F8"),
        "status": ("GET", "/jobs/<job>"),
    }


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """And the answer is no."""
    file = tmp_path / "crm.yaml"
    file.write_text(MAP)
    result = CliRunner().invoke(request, ["rehearse", str(file), "--identity", "customer_id=7"])
    assert result.exit_code == 1
    assert "? email" in result.output


def test_another_map_is_refused(tmp_path: Path) -> None:
    """One of a database describes no requests."""
    file = tmp_path / "shop.yaml"
    file.write_text("store: shop\ntables: [{table: rows}]\n")
    with pytest.raises(InputError, match="no HTTP service"):
        CliRunner().invoke(request, ["rehearse", str(file)], catch_exceptions=False)
