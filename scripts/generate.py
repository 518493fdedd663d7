"""Renew what is generated: schemas, docs/cli.md, docs/settings.md, the README's table, errors in English.

``make docs`` runs it; a test fails while a generated part is not what this writes.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from shouxin.app import cli, settings
from shouxin.duties.library.service import Library
from shouxin.law import schema
from shouxin.law.register import register
from shouxin.protect import policy_file

ROOT = Path(__file__).resolve().parent.parent
ERRORS = ROOT / "docs" / "errors.md"
_MARK = "<!-- generated: {} -->"


def cli_reference() -> str:
    """Return docs/cli.md: every command with its help, exactly as ``--help`` shows it."""
    lines = ["# Commands", "", "What `--help` says of every command; `make docs` renews this page.", ""]
    lines += [
        "Every command ends with 0 when it is done, 1 when the answer is no or something falls short,",
        "2 when the input or the surroundings cannot be used, and 130 when it was interrupted.",
        "Results go to standard output, progress and remarks to standard error.",
        "With `SHOUXIN_DEBUG=1` a defect of Shouxin shows its traceback.",
        "",
    ]
    for name, text in sorted(_helps(cli.root, "shouxin")):
        lines += [f"## {name}", "", "```text", text, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command,
        info_name=name,
        terminal_width=100,
        max_content_width=100,
        help_option_names=["-h", "--help"],
    )
    command._help_option = None  # click keeps the one of the first call, which may have had other names
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _helps(found, f"{name} {child}")


def settings_reference() -> str:
    """Return docs/settings.md: one table of all settings."""
    lines = [
        "# Settings",
        "",
        "Settings stand in `shouxin.toml` in the working folder, or in the file that `SHOUXIN_CONFIG` names.",
        "A variable of the environment wins over the file, and an option of a command over both.",
        "An unknown setting is an error, not ignored.",
        "`shouxin settings` shows what is in force and where it comes from, and never the value of a secret.",
        "`make docs` renews this page.",
        "",
        "| setting | variable | default | secret | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in settings.table(settings.Settings(), {}):
        secret = "yes" if row.name in settings.SECRET else ""
        default = f"`{row.value}`" if row.value else "(empty)"
        lines.append(f"| `{row.name}` | `{row.variable}` | {default} | {secret} | {row.about} |")
    lines += [
        "",
        "```toml",
        "# shouxin.toml",
        'host_names = ["privacy.example"]',
        "port = 8720",
        'data = "var"',
        "",
        "[readings]  # `shouxin law readings` lists them",
        '"pipl:separate-consent-form" = "apart-from-general-consent"',
        "```",
        "",
        "`SHOUXIN_DEBUG=1` is no setting: it makes a defect of Shouxin show its traceback.",
        "Nor are `SHOUXIN_PROTECT_KEYS` and `SHOUXIN_PROTECT_PASSPHRASE`: [keys](de-identification.md).",
    ]
    return "\n".join(lines) + "\n"


def status_table() -> str:
    """Return the README's table of the instruments."""
    lines = [
        "| instrument | in force | articles | provisions | executed | vocabulary | declaration | not yet |",
        "| --- | --- | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {line.title.zh} `{line.id}` | {line.effective} | {line.articles} | {line.provisions} "
        f"| {line.executed} | {line.vocabulary} | {line.declaration} | {line.not_yet} |"
        for line in Library(register()).instruments()
    ]
    counts = Library(register()).coverage().counts
    lines.append(
        f"| **17 instruments** | | | **{counts.total}** | **{counts.executed}** | **{counts.vocabulary}** "
        f"| **{counts.declaration}** | **{counts.not_yet}** |"
    )
    return "\n".join(lines)


def error_meanings() -> str:
    """Return languages/en/errors.yaml: what docs/errors.md says of each code, as a sentence of a page."""
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.*) \|$", ERRORS.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    lines = ["# Generated from docs/errors.md; `make docs` renews it.", "labels:", "  error:"]
    lines += [
        f"    {code}: {json.dumps(_sentence(meaning), ensure_ascii=False)}" for code, meaning in sorted(rows)
    ]
    return "\n".join(lines) + "\n"


def _sentence(meaning: str) -> str:
    plain = meaning.replace("`", "").replace("\\|", "|")
    return f"{plain[0].upper()}{plain[1:]}."


def with_part(text: str, name: str, part: str) -> str:
    """Return ``text`` with what stands between the marks of ``name`` replaced by ``part``."""
    mark = _MARK.format(name)
    pattern = re.compile(f"({re.escape(mark)}\n).*?(\n{re.escape(mark)})", re.DOTALL)
    return pattern.sub(lambda found: f"{found.group(1)}{part}{found.group(2)}", text)


def with_outputs(text: str) -> str:
    """Return ``text`` with the output of every ``$ shouxin`` example replaced by what it prints now."""

    def run(block: re.Match[str]) -> str:
        words = shlex.split(block.group(1))
        ran = CliRunner().invoke(cli.root, words[1:], catch_exceptions=False)
        return f"```console\n$ {block.group(1)}\n{ran.stdout}```"

    return re.sub(r"```console\n\$ (shouxin .*?)\n.*?```", run, text, flags=re.DOTALL)


def generated() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    files = {schema.path(name): schema.text(name) for name in schema.SHAPES}
    files[policy_file.SCHEMA] = policy_file.schema_text()
    files[ROOT / "src" / "shouxin" / "app" / "languages" / "en" / "errors.yaml"] = error_meanings()
    files[ROOT / "docs" / "cli.md"] = cli_reference()
    files[ROOT / "docs" / "settings.md"] = settings_reference()
    files[ROOT / "README.md"] = with_outputs(with_part(readme, "status", status_table()))
    return files


if __name__ == "__main__":
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
