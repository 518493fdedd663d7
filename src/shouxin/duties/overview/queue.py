"""The queue: everything that waits, most urgent first, filtered, with the next legal step of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from shouxin.duties.access.service import Principal
from shouxin.duties.cases.model import Ahead, CaseView, Given, urgency
from shouxin.duties.overview.gathering import everything
from shouxin.duties.overview.model import DUTIES, NEAR, Asked, Item, Next, Queue
from shouxin.duties.overview.remembered import Remembered
from shouxin.duties.overview.service import Sources
from shouxin.errors import InputError, StoreError
from shouxin.law.base import Words
from shouxin.store.ledger.entry import Actor

PAGE = 50
"""Items on a page."""

_STEPS = 1000
"""Items whose next steps are looked up at once."""


class Work:
    """What waits for somebody, over all duties."""

    def __init__(self, sources: Sources, remembered: Remembered) -> None:
        self.sources = sources
        self._remembered = remembered

    def queue(self, who: Principal, today: date, asked: Asked = Asked(), page: int = 1) -> Queue:  # noqa: B008
        """Return a page of what waits; raise ``InputError`` (work-filter) for a filter that there is not."""
        found = self._waiting(who, today, asked)
        mine = [one for one in found if one.mine or not asked.mine]
        of_duty = [one for one in mine if asked.duty in ("", one.duty)]
        near = [one for one in of_duty if asked.urgency in ("", one.near)]
        pages = max(1, -(-len(near) // PAGE))
        page = max(1, min(page, pages))
        return Queue(
            items=self._ahead(near[(page - 1) * PAGE : page * PAGE], who),
            total=len(near),
            page=page,
            pages=pages,
            by_duty=dict(Counter(one.duty for one in mine)),
            by_near=dict(Counter(one.near for one in of_duty)),
        )

    def each(self, who: Principal, today: date, asked: Asked) -> Iterator[Item]:
        """Yield all that a filter leaves, most urgent first; raise ``InputError`` (work-filter)."""
        left = [
            one
            for one in self._waiting(who, today, asked)
            if (one.mine or not asked.mine)
            and asked.duty in ("", one.duty)
            and asked.urgency in ("", one.near)
        ]
        for start in range(0, len(left), _STEPS):
            yield from self._ahead(left[start : start + _STEPS], who)

    def _waiting(self, who: Principal, today: date, asked: Asked) -> list[Item]:
        """Return all that waits for a reader, most urgent first, where the filter is one that there is."""
        _known("duty", asked.duty, DUTIES)
        _known("urgency", asked.urgency, NEAR)
        waits = self._remembered.of(
            ("work", who.id, who.permissions, today), lambda: [*everything(self.sources, who, today)]
        )
        return sorted((_seen(one, who, today) for one in waits), key=_order)

    @property
    def titles(self) -> Mapping[str, Words]:
        """Return what each instrument is called."""
        return {one.instrument: one.title for one in self.sources.posture.judge.register.instruments}

    def try_step(self, case: int, given: Given, today: date, actor: Actor) -> CaseView:
        """Return the case as a plain step would leave it or, without ``dry_run``, take the step.

        Raises ``InputError`` (work-step) for a step that needs more than a click or belongs to another duty's
        page, and those of ``Cases.move``.
        """
        if self.sources.cases is None:
            raise StoreError("store-missing", "there is no store of cases", remedy="start `shouxin serve`")
        ahead = self.sources.cases.ahead([case]).get(case)
        step = _next(ahead) if ahead else None
        if step is None or step.step != given.step or not step.plain:
            raise InputError(
                "work-step",
                f'the step "{given.step[:80]}" is not one that a click can take in case {case} now',
                remedy="open the case, and take the step with what it needs",
            )
        taken = self.sources.cases.move(case, given, today, actor)
        assert taken.case
        return taken.case

    def _ahead(self, items: Sequence[Item], who: Principal) -> tuple[Item, ...]:
        """Return items with the next legal step of their cases, and with one click where that is enough."""
        cases = self.sources.cases
        numbers = [one.case for one in items if one.case]
        known: Mapping[int, Ahead] = cases.ahead(numbers) if cases and numbers else {}
        return tuple(_with_step(one, known.get(one.case or 0), who) for one in items)


def _with_step(item: Item, ahead: Ahead | None, who: Principal) -> Item:
    may = who.may(item.needs)
    step = _next(ahead) if ahead else None
    doing = item.doing if may else None
    if item.duty == "case" and ahead:
        doing = "step" if may and step and step.plain else None
    return msgspec.structs.replace(item, next=step, doing=doing)


def _next(ahead: Ahead) -> Next | None:
    """Return the first step that the procedure names next."""
    if not ahead.next:
        return None
    step = ahead.next[0]
    return Next(
        step=step.step,
        label=step.label,
        party=step.by[0],
        by=tuple(ahead.parties[name] for name in step.by),
        provisions=step.provisions,
        version=ahead.version,
        plain=not (step.unknown or step.waits or any(not one.optional for one in step.records)),
    )


def _seen(item: Item, who: Principal, today: date) -> Item:
    left = (item.due - today).days if item.due else None
    return msgspec.structs.replace(
        item,
        days_left=left,
        near="none" if left is None else urgency(left),
        mine=who.may(item.needs) and item.taker in ("", who.id),
    )


def _order(item: Item) -> tuple[int, date, date, str, int]:
    return (
        NEAR.index(item.near),
        item.due or date.max,
        item.since or date.max,
        item.duty,
        item.number or 0,
    )


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    if name and name not in names:
        raise InputError(
            "work-filter", f'there is no {kind} "{name[:40]}"', remedy=f"there are: {', '.join(names)}"
        )
