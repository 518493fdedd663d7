"""The gate: starting, one decision, what is missing; each beside its goal, and beside peers.

Acts are made up (``made_up``). Two mixes are timed: every act of the vocabulary equally often, and each
as often as there are rules about it; and the heaviest act alone. Each time is the best of several calls.
"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks import made_up, peers
from benchmarks.made_up import DAY, HEAVIEST
from benchmarks.measure import Row, microseconds, milliseconds, typical
from shouxin.engine.gate import Gate
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError
from shouxin.law.register import register

UNKNOWN = 0.03
STATED_BESIDE = 20
"""Facts that an application states beside a profile."""
STATED: dict[str, object] = {
    "data.personal": True,
    "data.sensitive": True,
    "consent.given": True,
    "consent.separate": False,
    "place.processing_in_china": True,
    "purpose.household": False,
}
START = """
import time
from shouxin.law.register import register
law = register()
from shouxin.duties.gate import stock
start = time.process_time()
gate = stock.gate(law)
for act in gate.rules.acts:
    gate.check({"act": act}, __import__("datetime").date(2025, 6, 3))
print(time.process_time() - start)
"""


def rows() -> Iterator[Row]:
    """Yield the figures of the gate."""
    gate = Gate(RuleBase(register()))
    yield from _starting(gate)
    yield from _deciding(gate)
    yield from _assuming(gate)
    yield from _asking(gate)
    yield from peers.rows(gate)


def _starting(gate: Gate) -> Iterator[Row]:
    began = time.process_time()
    made = Gate(RuleBase(register()))
    for act in gate.rules.acts:
        made.code((len(made.rules.cuts), act, made.forms[0]))
    spent = time.process_time() - began
    yield Row("read and compile the rules of all acts", milliseconds(spent), "≤ 500 ms")
    ran = [
        float(subprocess.run([sys.executable, "-c", START], check=True, capture_output=True).stdout)
        for _ in range(6)
    ]
    cached = median(ran[1:])
    against = f"1/{spent / cached:.0f} of compiling"
    yield Row("the same from the cache, and decide each once", milliseconds(cached), "≤ 50 ms", against)


def _deciding(gate: Gate) -> Iterator[Row]:
    sizes = {act: len(gate.rules.in_order(DAY, act)) for act in gate.rules.acts}
    mixes = {
        "every act alike": dict.fromkeys(sizes, 20),
        "acts by their rules": sizes,
        HEAVIEST: {HEAVIEST: 300},
    }
    for what, mix in mixes.items():
        acts = [act for name, many in mix.items() for act in made_up.acts(gate, name, many, unknown=UNKNOWN)]
        ready = [gate.prepare(act) for act in acts]
        facts = f"{median(len(act) - 1 for act in acts):.0f} facts"
        hot = typical(lambda act: gate.outcome(act, DAY), ready)
        yield Row(f"one decision, prepared: {what}", microseconds(hot), "≤ 2 µs", facts)
        warm = typical(lambda act: gate.check(act, DAY), acts)
        yield Row(f"one decision, from a dict: {what}", microseconds(warm), "≤ 6 µs", facts)
        whole = typical(lambda act: gate.decide(act, DAY), acts, times=2)
        yield Row(f"one whole Decision: {what}", microseconds(whole), "", f"{whole / hot:.0f} × prepared")


def _assuming(gate: Gate) -> Iterator[Row]:
    """Time facts as an application knows them together with what a profile assumes of all others."""
    chance = random.Random(1)  # noqa: S311
    usual = gate.reader.usual()
    acts: list[dict[str, object]] = []
    for drawn in made_up.acts(gate, HEAVIEST, 300, unknown=UNKNOWN):
        some = {name: drawn[name] for name in chance.sample(sorted(drawn.keys() - {"act"}), STATED_BESIDE)}
        acts.append({"act": HEAVIEST, **usual, **some})
    acts = [act for act in acts if _is_right(gate, act)]
    warm = typical(lambda act: gate.check(act, DAY), acts)
    facts = f"{median(len(act) - 1 for act in acts):.0f} facts"
    yield Row(
        f"the same, {STATED_BESIDE} facts and a profile: {HEAVIEST}", microseconds(warm), "≤ 6 µs", facts
    )


def _is_right(gate: Gate, act: dict[str, object]) -> bool:
    """Tell whether facts drawn by lot contradict neither each other nor the profile."""
    try:
        gate.reader.read(act, DAY)
    except InputError:
        return False
    return True


def _asking(gate: Gate) -> Iterator[Row]:
    def ask(act: str, facts: list[dict[str, object]]) -> list[tuple[object, ...]]:
        read = [gate.reader.read({"act": act, **given}, DAY)[1] for given in facts]
        found = [(act, known, gate.outcome_of(act, known, DAY), DAY) for known in read]
        return [case for case in found if case[2].effect == "undetermined"]

    drawn = {
        f"{unknown:.0%} unknown": [
            case for act in gate.rules.acts for case in ask(act, made_up.acts(gate, act, 30, unknown=unknown))
        ]
        for unknown in (0.03, 0.1, 0.3)
    }
    acts = ("collect", "store", "use", "provide", "disclose", "transfer_abroad", "entrust")
    drawn["six facts, no profile"] = [case for act in acts for case in ask(act, [STATED])]
    for what, cases in drawn.items():
        spent = typical(lambda case: gate.missing(*case), cases)
        yield Row(f"missing facts, {what}", microseconds(spent), "≤ 200 µs", f"{len(cases)} open acts")
