"""P11: what a person can meet is documented, and what the documents say is true."""

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from shouxin.detect.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shouxin"
ERRORS = {"ShouxinError", "InputError", "LawError", "StoreError", "IntegrityError"}
CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def raised_codes() -> set[str]:
    """Return every error code that the source raises."""
    codes: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    codes.add(first.value)
    return codes


def written_codes() -> set[str]:
    """Return every string of the source that has the form of a code; helpers pass codes on to errors."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
    }


def documented_codes() -> set[str]:
    """Return every code that docs/errors.md explains."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, flags=re.MULTILINE))


def generator() -> object:
    """Return scripts/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "scripts" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_error_code_is_documented() -> None:
    """Each code that can be raised stands in docs/errors.md, and none stands there that cannot."""
    assert all(CODE.match(code) for code in raised_codes())
    assert raised_codes() <= documented_codes()
    assert documented_codes() <= written_codes()


def test_generated_parts_are_current() -> None:
    """Schemas, commands, settings and the status table are what the code says (``make docs``)."""
    for path, text in generator().generated().items():  # type: ignore[attr-defined]
        assert path.read_text(encoding="utf-8") == text, path.name


def test_every_command_shows_an_example() -> None:
    """The help of each command ends in an example one can type."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        assert "Example:" in section, section.partition("\n")[0]


def test_every_make_job_says_what_it_does() -> None:
    """Each target of the Makefile has a comment, which ``make help`` prints."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony
    for target in phony.group(1).split():
        assert re.search(rf"^{target}:.*## .+$", makefile, flags=re.MULTILINE), target


def test_every_dependency_has_its_reason() -> None:
    """Each package the project asks for is explained in docs/dependencies.md."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *chain(*project["dependency-groups"].values())]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in asked:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert re.search(rf"\b{re.escape(name)}\b", text), name


def test_every_link_between_documents_leads_somewhere() -> None:
    """A relative link in a Markdown file names a file that exists."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *SOURCE.rglob("README.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_counts_the_kinds_that_are_found() -> None:
    """The README says how many kinds detection knows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"personal information of (\d+) kinds", text) == [str(len(KINDS))]


def readme_examples() -> list[tuple[str, str]]:
    """Return every command of the README with the output it shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = []
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        command, _, output = block.partition("\n")
        examples.append((command.removeprefix("$ "), output))
    return examples


@pytest.mark.parametrize(("command", "output"), readme_examples(), ids=lambda text: text[:40])
def test_the_readme_shows_real_output(command: str, output: str, tmp_path: Path) -> None:
    """Each example of the README prints exactly what the README shows."""
    words = shlex.split(command)
    assert words[0] == "shouxin"
    program = Path(sys.executable).with_name("shouxin")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHOUXIN_")}
    ran = subprocess.run(
        [program, *words[1:]], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.stdout == output
    assert ran.returncode in (0, 1)
