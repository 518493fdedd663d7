"""``shouxin centre key``: a secret shown once, a public key from a file, a key revoked for good."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc.jwk import OKPKey

from shouxin.app.cli import Terminal, root
from shouxin.errors import ShouxinError


def test_keys_are_added_listed_and_revoked(
    database_dsn: str, migrated: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret goes to standard output and is listed nowhere; revoking asks first; a name is used once."""
    monkeypatch.setenv("SHOUXIN_DSN", database_dsn)
    monkeypatch.setenv("SHOUXIN_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str, typed: str = "") -> str:
        made = CliRunner().invoke(root, ["centre", "key", *words], obj=Terminal(), input=typed)
        if made.exception and not isinstance(made.exception, SystemExit):
            raise made.exception
        return made.stdout if made.exit_code == 0 else f"exit {made.exit_code}"

    def refused(*words: str) -> str:
        with pytest.raises(ShouxinError) as caught:
            run(*words)
        return caught.value.code

    secret = run("add", "shop", "one").strip()
    assert len(secret) >= 43
    (tmp_path / "shop.pem").write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=False))
    made = json.loads(run("add", "shop", "two", "--algorithm", "Ed25519", "--public", "shop.pem", "--json"))
    assert (made["secret"], made["key"]["algorithm"]) == ("", "Ed25519")
    assert refused("add", "shop", "one") == "centre-key-known"
    assert refused("add", "shop", "a b") == "centre-key-name"
    assert refused("add", "shop", "three", "--algorithm", "ES256") == "centre-key"
    assert refused("add", "shop", "three", "--algorithm", "ES256", "--public", "shop.pem") == "centre-key"
    assert refused("add", "shop", "three", "--public", "shop.pem") == "centre-key"
    assert refused("add", "shop", "three", "--algorithm", "ES256", "--public", "no.pem") == "centre-key-file"
    assert run("revoke", "shop", "one", typed="n\n") == "exit 1"
    run("revoke", "shop", "one", "--yes")
    assert refused("revoke", "shop", "one", "--yes") == "centre-key-unknown"
    listed = run("list", "--service", "shop")
    assert secret not in listed
    assert [line.split()[1:4] for line in listed.splitlines()[1:]] == [
        ["one", "HS256", "revoked"],
        ["two", "Ed25519", "good"],
    ]
    assert len(json.loads(run("list", "--json"))) == 2
