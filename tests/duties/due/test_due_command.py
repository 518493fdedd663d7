"""``shouxin due`` and ``shouxin calendar`` in the words of the reader."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from shouxin.app.cli import Terminal, root


def run(*words: str) -> str:
    """Run a command and return its output."""
    return CliRunner().invoke(root, words, obj=Terminal()).output


@pytest.mark.parametrize(
    ("language", "holiday", "weekend"),
    [
        ("zh", "国庆节", "周末"),
        ("en", "National Day", "weekend"),
        ("es", "Día Nacional", "fin de semana"),
    ],
)
def test_days_of_rest_are_named_in_every_language(language: str, holiday: str, weekend: str) -> None:
    """A clock and the calendar name a holiday as the pages do."""
    due = run("due", "cybersecurity-review:art_11__cl_1", "--from", "2025-09-22", "--lang", language)
    year = run("calendar", "show", "2025", "--lang", language)
    assert f"2025-10-01  {holiday}" in due
    assert f"2025-10-18  {weekend}" in due
    assert f"2025-10-01  {holiday}" in year


def test_a_holiday_that_only_a_notice_knows_keeps_its_name(tmp_path: Path) -> None:
    """What an operator wrote is shown as written."""
    days = "".join(f"  2031-{1 + n // 28:02}-{1 + n % 28:02}: Día de prueba\n" for n in range(25))
    file = tmp_path / "holidays.yaml"
    file.write_text(f"year: 2031\nrest:\n{days}source: made up\n", encoding="utf-8")
    assert "2031-01-02  Día de prueba" in run("calendar", "load", str(file), "--dry-run", "--lang", "es")


@pytest.mark.parametrize(("language", "head"), [("zh", "期限"), ("en", "CLOCK"), ("es", "PLAZO")])
def test_the_list_of_clocks_has_a_head_in_every_language(language: str, head: str) -> None:
    """The columns are named in the language that was asked for."""
    assert run("due", "--lang", language).startswith(head)
