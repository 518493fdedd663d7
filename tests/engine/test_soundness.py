"""Procedures are sound: no case is stuck, nothing is idle, and every clock that an end cuts off is known."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from shouxin.engine.engines import Engines
from shouxin.engine.soundness import Ended, Walks, findings, possible, readings, unsound
from shouxin.errors import LawError
from shouxin.law.procedure import Procedure
from shouxin.law.register import Register, register

ENGINES = Engines(register())
PROCEDURES = {item.procedure: item for item in register().books.procedures}

POINTLESS = {
    ("algorithm-filing", "give_up"): "who no longer provides the service has nothing to file",
    ("algorithm-filing", "revoke"): "a filing that is revoked has no entry to change (art. 33 para. 1)",
    ("algorithm-filing", "cancel_after_grave_penalty"): "the authority cancels it itself (art. 33 para. 2)",
    ("algorithm-filing", "cancel_unasked"): "the authority cancels it itself (art. 33 para. 2)",
    ("closing-down", "go_on"): "who goes on has no closing to announce",
    ("cloud-assessment", "apply_anew"): "the new assessment brings a validity of its own",
    ("cloud-assessment", "expire"): "what was not renewed has run out",
    ("cloud-assessment", "revoke"): "a result that is revoked is not renewed",
    ("cloud-assessment", "stop"): "a platform that has stopped is not assessed again",
    ("cybersecurity-review", "conclude"): "all members have answered and agree (art. 12 para. 2)",
    ("cybersecurity-review", "conclude_against"): "all members have answered and agree (art. 12 para. 2)",
    (
        "cybersecurity-review",
        "conclude_special",
    ): "the special procedure took the place of the members' answers",
    ("cybersecurity-review", "conclude_special_against"): "the special procedure took their place",
    ("cybersecurity-review", "withdraw"): "nothing is left to decide on",
    ("content-takedown", "clear"): "what is not forbidden is not stopped",
    ("ip-notice", "publish_outcome"): "the case is decided and nobody waits any more",
    ("merchant-admission", "leave"): "who has left is not verified again",
    ("microblog-takedown", "clear"): "what is not forbidden is not stopped",
    ("platform-rules-change", "drop"): "a change that is dropped is not published",
    ("rights-request", "dismiss"): "the court found that nothing was owed",
    ("rights-request", "withdraw"): "the individual asks no more",
    ("rumour-refutation", "drop"): "what is not untrue is not refuted",
    ("self-check", "stop_serving"): "who serves nobody has nothing to check",
    ("staff-misconduct", "drop"): "there is no act to report",
    ("training-quota", "leave_in_period"): "who has left is not trained",
    ("training-quota", "leave_in_year"): "who has left is not trained",
    ("unlabelled-content", "clear"): "what needs no label is not stopped",
    ("user-complaint", "withdraw"): "the complainant asks for no answer",
}
"""The steps that end a case while a clock runs that is then pointless, and why it is."""


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)
def test_every_procedure_is_sound(procedure: Procedure) -> None:
    """Under every reading: an end within reach of steps that hold together, and nothing idle."""
    assert list(unsound(ENGINES, procedure)) == []


def test_what_an_end_makes_pointless_is_decided_one_by_one() -> None:
    """Every clock is stopped on every path to an end, keeps something, outlives the case, or stands here."""
    found: set[tuple[str, str]] = set()
    for procedure in PROCEDURES.values():
        for answers in readings(procedure):
            walks = walked(procedure, answers)
            found |= {(procedure.procedure, item.step) for item in walks.ended()}
    assert found == POINTLESS.keys()


def walked(procedure: Procedure, answers: Mapping[str, str]) -> Walks:
    """Return every walk through a procedure under some answers."""
    return Walks(ENGINES.machine(procedure, answers), possible(procedure, ENGINES.rules))


def bent(procedure: str, step: str = "", **changes: Any) -> Procedure:
    """Return an installed procedure, or one step of it, with something changed."""
    item = PROCEDURES[procedure]
    if not step:
        return msgspec.structs.replace(item, **changes)
    steps = tuple(msgspec.structs.replace(one, **changes) if one.name == step else one for one in item.steps)
    return msgspec.structs.replace(item, steps=steps)


@pytest.mark.parametrize(
    ("procedure", "said"),
    [
        (lambda: bent("compliance-audit", changing=()), 'stuck in the state "to_rectify"'),
        (lambda: bent("content-takedown", changing=()), 'no walk takes the step "restore"'),
        (
            lambda: bent("deposit-refund", "refund", when="unreasonable_conditions"),
            'stuck in the state "held"',
        ),
        (lambda: bent("deposit-refund", "refund", to="refund_asked"), 'no step ends in "refunded"'),
        (
            lambda: bent("user-complaint", "withdraw", stops=("pipl:art_54",)),
            'pipl:art_54 never runs when "withdraw" is taken',
        ),
        (
            lambda: bent("user-complaint", "withdraw", starts=("pipl:art_54",)),
            '"withdraw" starts pipl:art_54 and ends the case',
        ),
        (
            lambda: bent("deferred-notice", outlives=("pipl:art_18__para_2",)),
            "pipl:art_18__para_2 is said to outlive the case, and never runs at its end",
        ),
    ],
)
def test_what_is_not_sound_is_named(procedure: Callable[[], Procedure], said: str) -> None:
    """A dead end, a step nobody can take, a stop of what never runs, a clock started for nothing."""
    assert any(said in found for found in unsound(ENGINES, procedure()))


def test_a_clock_that_a_step_forgets_to_stop_is_seen() -> None:
    """The answer to a complaint that stops no clock would end the case with the answer still owed."""
    forgetful = bent("user-complaint", "answer", stops=())
    walks = walked(forgetful, {})
    assert Ended("answer", "miit-24:art_12__cl_4") in walks.ended()
    whole = walked(PROCEDURES["user-complaint"], {})
    assert Ended("answer", "miit-24:art_12__cl_4") not in whole.ended()


@pytest.mark.parametrize("changes", [{"outlives": ("pipl:art_54",)}, {"changing": ("nothing",)}])
def test_an_unknown_clock_or_fact_is_refused(changes: dict[str, Any]) -> None:
    """What outlives a case must be started in it, and what changes must be a fact."""
    with pytest.raises(LawError) as refused:
        ENGINES.machine(bent("deposit-refund", **changes), {})
    assert refused.value.code == "procedure-unknown"


def test_a_finding_names_the_procedure_and_its_file() -> None:
    """`shouxin law check` shows what is not sound like anything else that is odd in the law files."""
    forgetful = bent("compliance-audit", changing=())
    books = msgspec.structs.replace(register().books, procedures=(forgetful,))
    (first, *_) = findings(Engines(Register(books, "bent")))
    assert (first.kind, first.provision) == ("unsound-procedure", "compliance-audit")
    assert first.file == "procedures/compliance-audit.yaml"
    assert "stuck" in first.detail
