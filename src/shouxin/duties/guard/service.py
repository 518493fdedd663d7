"""The guard: puts together what is known of an act, asks the gate, and writes denials into the ledger."""

import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import date
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.consent import facts as consent_facts
from shouxin.duties.consent.model import Place, Standing
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import NOTHING, Act, Ground, Question, Reason, Ruled, Ruling
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger import SYSTEM, Actor

Grounds = Callable[[str, str], Ground]
"""What returns the ground of an activity of a service; raises ``InputError`` for one that is not there."""

Today = Callable[[], int]
"""What tells the day in Beijing, counted from 1970."""

Record = Callable[[Sequence[Ruled], Actor], "Future[Any] | None"]
"""What writes rulings into the ledger without making the caller wait; the future ends when they are durable.

Raises ``StoreError`` where nothing can be written.
"""

_ALONE = date(1970, 1, 1).toordinal()
_BEIJING = 8 * 3600
_DAY = 86_400
_KEPT = 10_000
"""Rulings that are kept at most; they are alike for all whose answers mean the same."""

_chance = random.Random().random  # noqa: S311  # which permits are recorded is no secret
_CHANNEL = "message.channel"
BLIND = Ruling(allowed=False, effect="undetermined", blind=True)
"""The ruling where the store cannot be asked."""


class Guard:
    """Rules on acts about people; safe for threads, and quick where nothing changed.

    ``stands`` tells whether the line to the store stands: while it does not, nothing remembered counts.
    ``sample`` is the share of permits that is recorded as well, from 0 to 1; denials always are. ``today``
    tells the day that acts are ruled on, which is today but for a past that is made up (``store/clock.py``).
    """

    def __init__(
        self,
        decider: Decider,
        grounds: Grounds,
        memory: Memory,
        *,
        stands: Callable[[], bool] = lambda: True,
        record: Record = lambda _ruled, _by: None,
        sample: float = 0.0,
        today: Today | None = None,
    ) -> None:
        self._decider = decider
        self._grounds = grounds
        self._memory = memory
        self._stands = stands
        self._record = record
        self._sample = sample
        self._today = today or _today
        self._lock = threading.Lock()
        self._changes = 0
        self._ground: dict[tuple[str, str], Ground] = {}
        self._rulings: dict[tuple[Any, ...], Ruling] = {}

    def check(self, person: str, act: Act, facts: Mapping[str, Any] = NOTHING, by: Actor = SYSTEM) -> Ruling:
        """Say whether an act may be done with a person's information now.

        ``person`` is the reference that the service has; ``facts`` are facts of this very act by name, and
        none that the inventory, the notice or the person's answers give.

        Raises ``InputError``: act-unknown, service-unknown, activity-unknown, guard-facts, person-reference,
        those of facts.
        """
        question = Question(person, act, facts)
        ruled = self.recall(question) or self.rule([question])[0]
        return self.tell([ruled], by)[0][0]

    def recall(self, question: Question) -> Ruled | None:
        """Return a ruling that follows from what is remembered, None where it does not; the hot path."""
        if not self._stands():
            return None
        person, act, facts = question
        known = self._memory.recall((act.service, person))
        if known is None:
            return None
        ruling = self._rulings.get(_about(act, known, facts, self._today()))
        return Ruled(question, ruling, known.whose) if ruling else None

    def rule(self, questions: Sequence[Question]) -> list[Ruled]:
        """Return the rulings on acts, in their order, and read what is not remembered; errors as ``check``.

        They are final when they went through ``tell``.
        """
        stands = self._stands()
        keys = [(one.act.service, one.person) for one in questions]
        try:
            known = self._memory.learn(keys, keep=stands)
            pairs = zip(questions, known, strict=True)
            if len(questions) == 1:
                return [Ruled(one, self._ruling(one, own, keep=stands), own.whose) for one, own in pairs]
            return [
                Ruled(one, self._counted(number, one, own, keep=stands), own.whose)
                for number, (one, own) in enumerate(pairs, 1)
            ]
        except (StoreError, SQLAlchemyError):
            return [Ruled(one, BLIND, b"") for one in questions]

    def tell(self, ruled: Sequence[Ruled], by: Actor = SYSTEM) -> "tuple[list[Ruling], Future[Any] | None]":
        """Return the rulings with the ids under which they are recorded, and what ends when they are durable.

        All denials are recorded, and permits by the sample; ``by`` is who asked.
        """
        rulings = [self._named(one.ruling) for one in ruled]
        told = [
            one._replace(ruling=ruling) for one, ruling in zip(ruled, rulings, strict=True) if ruling.decision
        ]
        if not told:
            return rulings, None
        try:
            return rulings, self._record(told, by)
        except StoreError:
            return [one.ruling for one in ruled], None

    def forget(self) -> None:
        """Forget everything that does not come from people: the inventory or a notice changed."""
        with self._lock:
            self._changes += 1
            self._ground.clear()
            self._rulings.clear()

    def _named(self, ruling: Ruling) -> Ruling:
        """Return a ruling that is to be recorded with an id, and another as it is."""
        if ruling.allowed and (not self._sample or _chance() >= self._sample):
            return ruling
        if ruling.blind:
            return ruling
        return msgspec.structs.replace(ruling, decision=secrets.token_hex(16))

    def _counted(self, number: int, question: Question, known: Known, *, keep: bool) -> Ruling:
        """Return the ruling on one act of several; an error says which it was."""
        try:
            return self._ruling(question, known, keep=keep)
        except InputError as error:
            where = ", ".join(filter(None, (f"act {number}", error.where)))
            raise InputError(error.code, error.what, where=where, remedy=error.remedy) from None

    def _ruling(self, question: Question, known: Known, *, keep: bool) -> Ruling:
        day, before = self._today(), self._changes
        about = _about(question.act, known, question.facts, day)
        ruling = self._rulings.get(about) if keep else None
        if ruling is None:
            ground = self._ground_of(question.act, before, keep=keep)
            ruling = self._decided(question, known, ground, date.fromordinal(_ALONE + day))
            with self._lock:
                if keep and before == self._changes:
                    if len(self._rulings) >= _KEPT:
                        self._rulings.clear()
                    self._rulings[about] = ruling
        return ruling

    def _ground_of(self, act: Act, before: int, *, keep: bool) -> Ground:
        key = (act.service, act.activity)
        found = self._ground.get(key) if keep else None
        if found is None:
            found = self._grounds(*key)
            with self._lock:
                if keep and before == self._changes:
                    self._ground[key] = found
        return found

    def _decided(self, question: Question, known: Known, ground: Ground, on: date) -> Ruling:
        _, act, facts = question
        given = {**ground.facts, **self._said(known, act, ground, on)}
        if twice := sorted(given.keys() & facts.keys()):
            raise InputError(
                "guard-facts",
                f"the inventory, the notice or the person give these facts already: {', '.join(twice)[:200]}",
                where=f"{act.service}, {act.activity}",
                remedy="leave them out; what is wrong there is mended there",
            )
        asked = {"act": act.act, **given, **facts, **_limited(known, act)}
        gate = self._decider.gate
        assumed: tuple[str, ...] = ()
        if ground.profile:
            taken = self._decider.decide(asked, on, ground.profile).assumed
            asked |= {one.fact: one.value for one in taken}
            assumed = tuple(one.fact for one in taken)
        outcome = gate.check(asked, on)
        if outcome.effect == "permitted":
            duties = dict.fromkeys(gate.rules.rules[rule].duty for rule in outcome.duties)
            return Ruling(allowed=True, effect=outcome.effect, duties=tuple(duties), assumed=assumed)
        missing: tuple[str, ...] = ()
        if outcome.effect == "undetermined":
            missing = tuple(one.fact for one in self._decider.decide(asked, on).missing)
        return Ruling(
            allowed=False,
            effect=outcome.effect,
            violations=tuple(gate.cited(rule) for rule in outcome.violations),
            open=tuple(gate.cited(rule) for rule in outcome.open),
            missing=missing,
            because=self._reasons(asked, missing, on),
            assumed=assumed,
        )

    def _said(self, known: Known, act: Act, ground: Ground, on: date) -> dict[str, Any]:
        """Return the facts that the answers of a person give."""
        standing = known.standings.get(Place(act.activity, act.channel))
        said: dict[str, Any] = dict(
            consent_facts.of_purpose(standing, ground.purpose, on, act.categories, act.recipient)
        )
        if act.channel:
            said |= consent_facts.of_messages(known.standings, act.activity, act.channel, on)
            if act.channel in self._decider.gate.values[_CHANNEL]:
                said[_CHANNEL] = act.channel
        return said

    def _reasons(self, asked: Mapping[str, Any], missing: Sequence[str], on: date) -> tuple[Reason, ...]:
        """Return the facts that forbid an act, else those that are missing, each with who supplies it."""
        facts = self._decider.gate.rules.facts
        if missing:
            found = dict.fromkeys(missing, "unknown")
        else:
            found = {
                one.fact: one.value
                for rule in self._decider.explain(asked, on)
                if rule.effect == "prohibit" and rule.outcome == "takes_effect"
                for one in rule.because
            }
        return tuple(
            Reason(fact=name, value=worth, supplied_by=facts[name].supplied_by)
            for name, worth in found.items()
        )


def _today() -> int:
    """Return the day in Beijing, counted from 1970."""
    return int(time.time() + _BEIJING) // _DAY


def _about(act: Act, known: Known, facts: Mapping[str, Any], day: int) -> tuple[Any, ...]:
    """Return what a ruling on an act follows from, but for the ground of its activity."""
    return act, _answers(known, act), known.limits, day, repr(sorted(facts.items())) if facts else ""


def _limited(known: Known, act: Act) -> dict[str, bool]:
    """Return the facts of what is restricted for a person; they stand before what anybody else says.

    What several restrictions say holds where one says so.
    """
    facts: dict[str, bool] = {}
    for limit in known.limits:
        if not limit.purposes or act.activity in limit.purposes:
            facts |= {name: worth or facts.get(name, False) for name, worth in limit.facts}
    return facts


def _answers(known: Known, act: Act) -> object:
    """Return of a person's answers what a ruling on an act can depend on."""
    standing: Standing | None = known.standings.get(Place(act.activity, act.channel))
    if act.channel:
        return tuple((place, one) for place, one in known.standings.items() if place.purpose == act.activity)
    return (standing.last, standing.consent) if standing else None
