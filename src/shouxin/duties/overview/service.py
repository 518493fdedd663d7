"""The figures of the start page: each from the duty that keeps it, as far as the reader may see."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from shouxin.duties.access.service import Access, Principal
from shouxin.duties.assessment.service import Assessments
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.desk.service import Desk
from shouxin.duties.incident.service import Incidents
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.overview.model import WEEKS, Figures, Stand, Week
from shouxin.duties.overview.remembered import Remembered
from shouxin.duties.posture.office import Office
from shouxin.duties.posture.service import GROUPS, STATES
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.model import AGES
from shouxin.duties.rights.service import Rights
from shouxin.errors import InputError

DENIED = "denied"
"""What a week's figure of the guard counts."""


class Sources(NamedTuple):
    """The duties that the figures and the queue come from; what is not kept here is None."""

    posture: Office
    assessments: Assessments
    cases: Cases | None = None
    consents: Consents | None = None
    ledger: Ledger | None = None
    rights: Rights | None = None
    desks: tuple[Desk, Desk] | None = None
    incidents: Incidents | None = None
    retention: Retention | None = None
    access: Access | None = None


class Overview:
    """Where the organisation stands, in figures."""

    def __init__(self, sources: Sources, remembered: Remembered) -> None:
        self.sources = sources
        self._remembered = remembered

    def figures(self, who: Principal, on: date) -> Figures:
        """Return what may be shown to a reader on a day; nobody is named in it."""
        return self._remembered.of(("figures", who.permissions, on), lambda: self._figures(who, on))

    def _figures(self, who: Principal, on: date) -> Figures:
        from_, weeks = self.sources, _weeks(on)
        first = weeks[0][0]
        name, stands = self._stands(on) if who.may("posture.read") else ("", None)
        denials, answers = None, None
        if from_.ledger and who.may("decision.read"):
            days = from_.ledger.denials(first)
            denials = _counted(weeks, {(day, DENIED): count for day, count in days.items()})
        if from_.consents and who.may("statistics.read"):
            answers = _counted(weeks, from_.consents.daily(first))
        return Figures(
            on=on,
            organisation=name,
            stands=stands,
            tally=from_.cases.tally(on) if from_.cases and who.may("case.read") else None,
            denials=denials,
            answers=answers,
            ages=banded(from_.rights.ages(on)) if from_.rights and who.may("rights.read") else None,
        )

    def _stands(self, on: date) -> tuple[str, tuple[Stand, ...] | None]:
        """Return the organisation's name and its controls by instrument, worst first, None without one."""
        try:
            found = self.sources.posture.posture(on)
        except InputError as error:
            if error.code == "organisation-none":
                return "", None
            raise
        counts: dict[str, dict[str, int]] = {}
        for item in found.items:
            of = counts.setdefault(GROUPS["instrument"](item), dict.fromkeys(STATES, 0))
            of[item.state] += 1
        titles = {one.instrument: one.title for one in self.sources.posture.judge.register.instruments}
        stands = (Stand(instrument=name, title=titles[name], counts=of) for name, of in counts.items())
        return found.organisation, tuple(sorted(stands, key=_wrong_first))


def banded(ages: Mapping[int, int]) -> tuple[int, ...]:
    """Return how many fall into each band of ``AGES``, and into the last one what is older."""
    found = [0] * (len(AGES) + 1)
    for days, count in ages.items():
        found[sum(days > bound for bound in AGES)] += count
    return tuple(found)


def _wrong_first(stand: Stand) -> tuple[int, int, str]:
    counts = stand.counts
    return (-counts["not_met"] - counts["expired"], -counts["unknown"], stand.instrument)


def _weeks(on: date) -> list[tuple[date, date]]:
    """Return the first and last days of the weeks up to the one of a day, the oldest first."""
    monday = on - timedelta(days=on.weekday())
    starts = (monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS)))
    return [(start, start + timedelta(days=6)) for start in starts]


def _counted(weeks: list[tuple[date, date]], days: Mapping[tuple[date, str], int]) -> tuple[Week, ...]:
    found: list[dict[str, int]] = [{} for _ in weeks]
    for (day, what), count in days.items():
        if day > weeks[-1][1]:
            continue  # answered after the day that is asked about
        counts = found[(day - weeks[0][0]).days // 7]
        counts[what] = counts.get(what, 0) + count
    return tuple(
        Week(first=first, last=last, counts=counts)
        for (first, last), counts in zip(weeks, found, strict=True)
    )
