"""The guard: puts together what is known of an act, asks the gate, and writes denials into the ledger."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from shouxin.duties.consent import facts as consent_facts
from shouxin.duties.consent.model import Place, Standing
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import Act, Ground, Ruling
from shouxin.errors import InputError, StoreError

Grounds = Callable[[str, str], Ground]
"""What returns the ground of an activity of a service; raises ``InputError`` for one that is not there."""

Record = Callable[[str, Act, Ruling], None]
"""What writes a ruling about a person into the ledger, without making the caller wait."""

_ALONE = date(1970, 1, 1).toordinal()
_BEIJING = 8 * 3600
_DAY = 86_400
_KEPT = 10_000
"""Rulings that are kept at most; they are alike for all whose answers mean the same."""

_CHANNEL = "message.channel"
_BLIND = Ruling(allowed=False, effect="undetermined", blind=True)


class Guard:
    """Rules on acts about people; safe for threads, and quick where nothing changed.

    ``stands`` tells whether the line to the store stands: while it does not, nothing remembered counts.
    ``sample`` is the share of permits that is recorded as well, from 0 to 1; denials always are.
    """

    def __init__(
        self,
        decider: Decider,
        grounds: Grounds,
        memory: Memory,
        *,
        stands: Callable[[], bool] = lambda: True,
        record: Record = lambda _person, _act, _ruling: None,
        sample: float = 0.0,
    ) -> None:
        self._decider = decider
        self._grounds = grounds
        self._memory = memory
        self._stands = stands
        self._record = record
        self._sample = sample
        self._ground: dict[tuple[str, str], Ground] = {}
        self._rulings: dict[tuple[Any, ...], Ruling] = {}

    def check(self, person: str, act: Act, facts: Mapping[str, Any] | None = None) -> Ruling:
        """Say whether an act may be done with a person's information now.

        ``person`` is the reference that the service has; ``facts`` are facts of this very act by name, and
        none that the inventory, the notice or the person's answers give.

        Raises ``InputError``: act-unknown, service-unknown, activity-unknown, guard-facts, those of facts.
        """
        try:
            ruling = self._ruled((act.service, person), act, facts)
        except (StoreError, SQLAlchemyError):
            return _BLIND
        if ruling.allowed and (not self._sample or secrets.randbelow(1_000_000) >= self._sample * 1_000_000):
            return ruling
        ruling = msgspec.structs.replace(ruling, decision=secrets.token_hex(16))
        self._record(person, act, ruling)
        return ruling

    def forget(self) -> None:
        """Forget everything that does not come from people: the inventory or a notice changed."""
        self._ground.clear()
        self._rulings.clear()

    def _ruled(self, key: tuple[str, str], act: Act, facts: Mapping[str, Any] | None) -> Ruling:
        stands = self._stands()
        known = self._memory.recall(key) if stands else None
        if known is None:
            known = self._memory.learn(key, keep=stands)
        answers = _answers(known, act)
        day = int(time.time() + _BEIJING) // _DAY
        about = (act, answers, day, repr(sorted(facts.items())) if facts else "")
        ruling = self._rulings.get(about) if stands else None
        if ruling is None:
            ruling = self._decided(act, known, facts or {}, date.fromordinal(_ALONE + day))
            if stands:
                if len(self._rulings) >= _KEPT:
                    self._rulings.clear()
                self._rulings[about] = ruling
        return ruling

    def _decided(self, act: Act, known: Known, facts: Mapping[str, Any], on: date) -> Ruling:
        ground = self._ground_of(act)
        standing = known.standings.get(Place(act.activity, act.channel))
        given = {
            **ground.facts,
            **consent_facts.of_purpose(standing, ground.purpose, on, act.categories, act.recipient),
        }
        if act.channel:
            given |= consent_facts.of_messages(known.standings, act.activity, act.channel, on)
            given |= {_CHANNEL: act.channel} if act.channel in self._decider.gate.values[_CHANNEL] else {}
        if twice := sorted(given.keys() & facts.keys()):
            raise InputError(
                "guard-facts",
                f"the inventory, the notice or the person give these facts already: {', '.join(twice)[:200]}",
                where=f"{act.service}, {act.activity}",
                remedy="leave them out; what is wrong there is mended there",
            )
        asked = {"act": act.act, **given, **facts}
        gate = self._decider.gate
        outcome = gate.check(asked, on)
        missing: tuple[str, ...] = ()
        if outcome.effect == "undetermined":
            missing = tuple(one.fact for one in self._decider.decide(asked, on).missing)
        return Ruling(
            allowed=outcome.effect == "permitted",
            effect=outcome.effect,
            violations=tuple(gate.cited(rule) for rule in outcome.violations),
            open=tuple(gate.cited(rule) for rule in outcome.open),
            missing=missing,
            duties=tuple(dict.fromkeys(gate.rules.rules[rule].duty for rule in outcome.duties)),
        )

    def _ground_of(self, act: Act) -> Ground:
        key = (act.service, act.activity)
        found = self._ground.get(key)
        if found is None or not self._stands():
            found = self._ground[key] = self._grounds(*key)
        return found


def _answers(known: Known, act: Act) -> object:
    """Return of a person's answers what a ruling on an act can depend on."""
    standing: Standing | None = known.standings.get(Place(act.activity, act.channel))
    if act.channel:
        return tuple((place, one) for place, one in known.standings.items() if place.purpose == act.activity)
    return (standing.last, standing.consent) if standing else None
