"""What needs no plan: a refusal, an explanation, a restriction, a withdrawal, any other step."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from shouxin.duties.cases.model import CaseView, Given
from shouxin.duties.consent.model import How
from shouxin.duties.consent.service import Teller
from shouxin.duties.consent.views import Withdrawal
from shouxin.duties.rights.desk import Desk, Found
from shouxin.duties.rights.explaining import Explanation, explained
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from shouxin.duties.inventory.service import Inventory


def refuse(desk: Desk, number: int, ground: str, reasons: str, today: date, actor: Actor) -> CaseView:
    """Refuse a request on a ground that the law knows for this right, with reasons.

    Raises ``InputError``: rights-refusal where the procedure knows no refusal, those of ``Cases.move``.
    """
    with desk.begin() as connection:
        found = desk.find(connection, number, today)
        step = found.kind.shared.refuses
        if not step:
            raise InputError(
                "rights-refusal",
                f'the law knows no refusal of "{found.kind.name}"',
                where=f"request {number}",
                remedy="carry it out; what must be kept is kept",
            )
        case = desk.take(connection, found, [step], reasons, {"ground": ground}, today, actor)
        desk.note(connection, actor, found.row, "request.refused", {"ground": ground})
        return case


def grounds(desk: Desk, found: Found) -> tuple[str, ...]:
    """Return the grounds on which a request can be refused where it stands; none where it cannot be."""
    if not desk.reaches(found, found.kind.shared.refuses):
        return ()
    facts = desk.cases.procedures.machine(found.kind.procedure).data.facts
    return tuple(value for fact in facts if fact.name == "ground" for value in fact.values or ())


def settle(
    desk: Desk,
    number: int,
    said: tuple[str, Mapping[str, Any]],
    today: date,
    actor: Actor,
    inventory: "Inventory | None" = None,
) -> tuple[CaseView, Explanation | None]:
    """Explain, restrict or withdraw, as the request asks, and take the step that ends it.

    ``said`` is what is written down, and the facts that the law asks for. Raises ``InputError``:
    rights-unverified, rights-work, those of ``Cases.move``.
    """
    text, facts = said
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        work = found.kind.own.work
        content = desk.content(connection, found.row)
    if work == "withdraw":
        _withdraw(desk, found, content.person, content.purposes, actor)
    explanation = None
    if work == "explain":
        explanation = explained(desk, inventory, found.row.service, today, found.kind.own.explains)
        text = text or _drafted(explanation)
    if work not in ("explain", "restrict", "withdraw", "step"):
        raise InputError(
            "rights-work",
            f'"{found.kind.name}" is carried out by a plan or a copy',
            where=f"request {number}",
            remedy="see what is due: shouxin request show",
        )
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        case = desk.take(connection, found, found.kind.ends, text, facts, today, actor)
        if work == "restrict":
            provision = ", ".join(_provisions(desk, found))
            desk.restrict(connection, found, facts, provision, (today, None), content.purposes)
        desk.note(connection, actor, found.row, "request.settled", {"work": work, "state": case.state})
    return case, explanation


def step(desk: Desk, number: int, given: Given, today: date, actor: Actor) -> CaseView:
    """Take any other step of a request's case, as its procedure has it; errors as ``Cases.move``."""
    with desk.begin() as connection:
        found = desk.find(connection, number, today)
        taken = desk.cases.within(connection).move(found.row.case, given, today, actor)
        assert taken.case
        return taken.case


def _drafted(explanation: Explanation) -> str:
    """Return what is written down of an explanation where nobody said more; nobody's information."""
    told = [f"{one.activity}: {one.automated.about}" for one in explanation.activities if one.automated]
    head = f"notice {explanation.notice[:16]} in force on {explanation.as_of}"
    return "; ".join([head, *told])[:2000]


def _provisions(desk: Desk, found: Found) -> Sequence[str]:
    machine = desk.cases.procedures.machine(found.kind.procedure)
    return machine.provisions(found.kind.own.ends)


def _withdraw(desk: Desk, found: Found, person: str, purposes: tuple[str, ...], actor: Actor) -> None:
    """Withdraw consent to the purposes; done before and asked again, it changes nothing."""
    if desk.consents is None:
        raise StoreError("store-missing", "there is no store that holds consents", remedy="start one")
    asked = Withdrawal(
        service=found.row.service,
        person=person,
        how=How(gesture="button"),
        request=f"rights-request-{found.number}",
        purposes=purposes,
    )
    desk.consents.withdraw(asked, Teller(*actor))
