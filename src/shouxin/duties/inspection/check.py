#!/usr/bin/env python3
"""Check a whole inspection pack: every file against the manifest, every proof against the signed ledger.

    python3 -I -S check.py KEYS

KEYS is a file of public keys, one a line, that you got from the keeper of the ledger before, by a way you
trust. Run it in the folder of the unpacked pack; Python's standard library is all it needs. Ends with 0 where
everything holds, 1 where something does not, 2 where it cannot be read.
"""

import hashlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType


def verifier(folder: Path) -> ModuleType:
    """Return verify.py of the pack, which knows the formats of proofs."""
    spec = importlib.util.spec_from_file_location("verify", folder / "verify.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digest(path: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def wrong(folder: Path, keys: list[str]) -> list[str]:
    """Return what does not hold."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    found = [name for name, wanted in manifest.items() if digest(folder / name) != wanted]
    if found:
        return [f"{name} is not the file that the manifest names" for name in found]
    verify = verifier(folder)
    pack = json.loads((folder / "pack.json").read_text("utf-8"))
    cited = {source["entry"] for item in pack["items"] for source in item["sources"]} | {
        notice["entry"] for notice in pack["notices"]
    }
    problems = []
    for number in sorted(one for one in cited if one is not None):
        proof = json.loads((folder / "proofs" / f"{number}.json").read_text("utf-8"))
        try:
            shown = verify.check(proof, keys)
        except verify.Bad as bad:
            problems.append(f"entry {number}: {bad}")
            continue
        if shown["entry"]["number"] != number or proof["checkpoint"] != pack["checkpoint"]:
            problems.append(f"entry {number}: the proof is of another entry or checkpoint")
    if pack["checkpoint"]:
        try:
            verify.checkpoint(pack["checkpoint"], keys)
        except verify.Bad as bad:
            problems.append(f"the checkpoint: {bad}")
    return problems


def main(arguments: list[str]) -> int:
    """Check the pack of this folder and say what it shows."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(__file__).resolve().parent
    try:
        keys = [line for line in Path(arguments[0]).read_text("utf-8").splitlines() if line.strip()]
        problems = wrong(folder, keys)
        manifest = digest(folder / "manifest.json")
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"the pack or the keys cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"every file and every proof holds; SHA-256 of the manifest: {manifest}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
