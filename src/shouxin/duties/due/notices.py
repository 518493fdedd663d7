"""Holiday notices that an operator loads: a YAML file for each year, checked before it is kept."""

import datetime
import os
import tempfile
from pathlib import Path

import msgspec
import yaml

from shouxin.engine.calendar import Calendar, Special, official
from shouxin.errors import InputError, StoreError
from shouxin.law.base import Shape, Text

_LARGEST = 100_000
_REST = (20, 60)
"""Days of rest that a notice can name in a year, weekends within a holiday among them."""


class Notice(Shape, frozen=True, kw_only=True):
    """The State Council's notice for one year: its days of rest with their names, its make-up days."""

    year: int
    rest: dict[datetime.date, Text]
    work: tuple[datetime.date, ...] = ()
    source: Text


def read(text: bytes, *, where: str) -> Notice:
    """Return a notice from YAML; raise ``InputError`` (notice-unreadable, notice-days)."""
    try:
        if len(text) > _LARGEST:
            raise ValueError("the file is far larger than a notice")
        notice = msgspec.convert(yaml.safe_load(text.decode("utf-8")), Notice)
    except (UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        line = str(error).splitlines()[0] if str(error) else "it is no notice"
        raise InputError(
            "notice-unreadable",
            f"this is no notice of holidays: {line[:200]}",
            where=where,
            remedy='write "year", "rest" (day: name), "work" (make-up days) and "source"',
        ) from None
    _check(notice, where)
    return notice


def _check(notice: Notice, where: str) -> None:
    days = [*notice.rest, *notice.work]
    wrong = [day for day in days if day.year != notice.year]
    both = set(notice.rest) & set(notice.work)
    weekdays = [day for day in notice.work if day.weekday() < 5]
    problem = ""
    if wrong:
        problem = f"{wrong[0]} does not lie in {notice.year}"
    elif both:
        problem = f"{min(both)} is a day of rest and a make-up day"
    elif weekdays:
        problem = f"the make-up day {weekdays[0]} is no Saturday or Sunday"
    elif not _REST[0] <= len(notice.rest) <= _REST[1]:
        problem = f"{len(notice.rest)} days of rest are too few or too many for a year"
    elif len(set(notice.work)) != len(notice.work):
        problem = "a make-up day stands twice"
    if problem:
        raise InputError(
            "notice-days", problem, where=where, remedy="check the file against the notice of the year"
        )


def with_notice(calendar: Calendar, notice: Notice) -> Calendar:
    """Return a calendar with what a notice says about its year."""
    rest = {day: Special(working=False, why=name) for day, name in notice.rest.items()}
    work = {day: Special(working=True, why="make-up day") for day in notice.work}
    return calendar.with_notice(notice.year, {**rest, **work})


def load_all(folder: Path) -> Calendar:
    """Return the official calendar with every notice kept in ``folder``; errors as ``read``."""
    calendar = official()
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        calendar = with_notice(calendar, read(path.read_bytes(), where=str(path)))
    return calendar


def keep(folder: Path, notice: Notice) -> Path:
    """Write a notice into ``folder`` in one step; raise ``StoreError`` (notice-unwritable)."""
    path = folder / f"{notice.year}.yaml"
    plain = {
        "year": notice.year,
        "rest": dict(sorted(notice.rest.items())),
        "work": sorted(notice.work),
        "source": notice.source,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".notice-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yaml.safe_dump(plain, file, allow_unicode=True, sort_keys=False)
        Path(name).replace(path)
    except OSError as error:
        raise StoreError(
            "notice-unwritable",
            f"the notice cannot be kept: {error.strerror}",
            where=str(path),
            remedy="mend the permissions of the data folder",
        ) from None
    return path
