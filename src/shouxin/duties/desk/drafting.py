"""Drafts of letters and the ways on, filled as far as a case goes; a person completes them. Pure."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import msgspec
import yaml

from shouxin.duties.cases.model import CaseView
from shouxin.duties.days import BEIJING, in_words
from shouxin.duties.desk.model import Matter
from shouxin.engine.procedure import Machine
from shouxin.law.base import Shape, Words
from shouxin.law.naming import named

_JOIN = {"zh": "、"}


class WayOn(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A way on for somebody who is not content: what can be done, before whom, and by which provisions."""

    label: Words
    before: tuple[Words, ...]
    provisions: tuple[str, ...]


class _File(Shape, frozen=True, kw_only=True):
    """What a kind of matter writes: the letter of a step, its last day, and where each subject leads on.

    A way on is a step of a procedure of the law: ``report-to-authority.report_processing``.
    """

    steps: dict[str, Words]
    due: Words
    way: Words
    onward: dict[str, tuple[str, ...]]


class Drafts:
    """The drafts and ways on of one kind of matter, from its file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _file(self) -> _File:
        loaded = yaml.load(self._path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return msgspec.convert(loaded, _File)

    @property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """Return the steps that lead on, by subject; "" stands for every other one."""
        return self._file.onward

    def ways(self, machines: Mapping[str, Machine], subject: str) -> tuple[WayOn, ...]:
        """Return the ways on for a subject, read out of the law's procedures."""
        names = self.subjects.get(subject) or self.subjects[""]
        return tuple(_way(machines, *name.split(".")) for name in names)

    def of(
        self, step: str, matter: Matter, case: CaseView, machines: Mapping[str, Machine], language: str
    ) -> str:
        """Return the draft of what a step tells; "" where there is none for it."""
        if step not in self._file.steps:
            return ""
        pattern = self._file.steps[step].text(language)
        received = in_words(matter.received.astimezone(BEIJING).date(), language)
        ways = "\n".join(self._ways(machines, matter.subject, language))
        filled = pattern.format(
            number=matter.number, received=received, due=" ".join(self._due(case, language)), ways=ways
        )
        return filled.strip()

    def _due(self, case: CaseView, language: str) -> Iterator[str]:
        for clock in case.clocks:
            if clock.due and clock.stopped is None and clock.paused is None:
                yield self._file.due.text(language).format(
                    due=in_words(clock.due, language), cited=named(clock.provision, language)
                )

    def _ways(self, machines: Mapping[str, Machine], subject: str, language: str) -> Iterator[str]:
        join = _JOIN.get(language, ", ")
        for way in self.ways(machines, subject):
            yield self._file.way.text(language).format(
                label=way.label.text(language),
                before=join.join(one.text(language) for one in way.before),
                cited=join.join(dict.fromkeys(named(one, language) for one in way.provisions)),
            )


def _way(machines: Mapping[str, Machine], procedure: str, step: str) -> WayOn:
    machine = machines[procedure]
    labels = {party.name: party.label for party in machine.data.parties}
    found = next(one for one in machine.steps if one.name == step)
    return WayOn(
        label=found.label,
        before=tuple(
            labels[name] for name in found.tells if name not in ("operator", "consumer", "platform")
        ),
        provisions=machine.provisions(step),
    )
