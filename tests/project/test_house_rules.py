"""The house rules that a machine can hold: sizes, names, docstrings, READMEs, no machine's names."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shouxin"
MODULES = sorted(
    [
        path
        for name in ("src/shouxin", "scripts", "benchmarks", "website")
        for path in (ROOT / name).rglob("*.py")
    ]
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def tracked() -> list[Path]:
    """Return every file that is or would be part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    """A module has at most 400 lines and a function at most 60."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < 60, function.name


def test_the_median_module_fits_a_screen_or_three() -> None:
    """The median module has at most 150 lines."""
    assert median(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES) <= 150


def test_no_module_is_called_utils() -> None:
    """A module is named after what it holds."""
    assert not [path for path in MODULES if re.search(r"util|helper|misc|common", path.stem)]


def test_every_test_says_in_a_line_what_it_holds() -> None:
    """Each test function has a docstring of one line to begin with."""
    for path in TESTS:
        for function in functions(path):
            if function.name.startswith("test_"):
                assert ast.get_docstring(function), f"{path.name}: {function.name}"


def test_every_folder_says_what_belongs_in_it() -> None:
    """Each package folder has a README.md of four sentences, and none is empty."""
    for folder in (path for path in SOURCE.rglob("*") if path.is_dir() and list(path.glob("*.py"))):
        if folder.name == "__pycache__" or "migrations" in folder.parts:
            continue
        text = (folder / "README.md").read_text(encoding="utf-8")
        sentences = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert len(re.findall(r"[.!?](?:\s|$)", "\n".join(sentences))) == 4, folder


def test_nothing_names_a_machine_or_a_registry() -> None:
    """No tracked file holds a path of one machine or the address of a package registry."""
    paths = re.compile(r"/(?:work|farm|root|home/[a-z]+|tmp/bash)/")
    hosts = re.compile(r"https?://[a-z0-9.-]*(?:pypi|pythonhosted|npmjs|registry|debian\.org|mirror)")
    for path in tracked():
        if path == Path(__file__).resolve() or path.suffix == ".png":
            continue
        text = path.read_text(encoding="utf-8")
        assert not paths.search(text), path
        assert not hosts.search(text), path


def test_the_locks_pin_every_package_by_hash() -> None:
    """Each requirement is exact and hashed, and no lock names a host."""
    for path in (ROOT / "requirements").glob("*.lock"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        requirements = re.split(r"\n(?=\S)", text.strip())
        assert all("==" in item and "--hash=sha256:" in item for item in requirements), path
