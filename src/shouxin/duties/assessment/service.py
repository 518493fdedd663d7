"""Impact assessments for whoever works on them: what is due, begun, written, decided, compared."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.duties.assessment import looking
from shouxin.duties.assessment.model import (
    Content,
    Difference,
    Line,
    Scope,
    Standing,
    State,
    View,
    differences,
    lacking,
)
from shouxin.duties.cases.model import Given
from shouxin.duties.cases.service import Cases
from shouxin.duties.days import BEIJING
from shouxin.duties.inventory.service import (
    Activity,
    Author,
    Inventory,
    Organisation,
    Service,
    named,
    organisation_within,
    put_within,
)
from shouxin.duties.notice.service import in_force
from shouxin.errors import InputError, StoreError
from shouxin.store.ledger.entry import SYSTEM, Actor

if TYPE_CHECKING:
    import builtins

    from sqlalchemy import Connection, Engine, Row

    from shouxin.duties.access.service import Principal
    from shouxin.duties.passages import Passage

PROCEDURE = "impact-assessment"
OURS = "processor"
LONGEST_REASON = 2000


class Assessments:
    """The impact assessments of one store."""

    def __init__(
        self, inventory: Inventory, cases: Cases | None = None, engine: "Engine | None" = None
    ) -> None:
        self.inventory = inventory
        self._kept = (cases, engine) if cases and engine else None

    def list(self, as_of: date) -> tuple[Line, ...]:
        """Return every activity with whether it needs an assessment and how its newest stands."""
        with self._begun() as (connection, _):
            organisation = organisation_within(connection)
            return tuple(
                self._line(connection, organisation, service, activity, as_of)
                for service in organisation.services
                for activity in service.activities
            )

    def searched(self, words: Sequence[str], limit: int) -> "builtins.list[Passage]":
        """Return the assessments in whose newest version every word stands, the newest first."""
        from shouxin.duties.assessment import stored

        with self._begun() as (connection, _):
            return stored.searched(connection, words, limit)

    def begin(self, service: str, activity: str, today: date, actor: Actor = SYSTEM) -> View:
        """Begin an assessment of an activity, prefilled, or after the former one; its case is opened.

        Raises ``InputError``: organisation-none, service-unknown, activity-unknown, assessment-not-needed,
        assessment-open.
        """
        from shouxin.duties.assessment import stored

        with self._begun() as (connection, cases):
            stored.hold(connection, service, activity)
            organisation = organisation_within(connection)
            its_service, its_activity = named(organisation, service, activity)
            calls = self.inventory.assessment_cases(organisation, its_service, its_activity, today)
            sure, perhaps = looking.asked_by(its_activity, calls)
            if not sure and not perhaps:
                raise InputError(
                    "assessment-not-needed",
                    f'nothing calls for an impact assessment of the activity "{activity[:80]}"',
                    where="pipl:art_55",
                    remedy="state `needs_assessment` in the inventory where one is to be made all the same",
                )
            former = stored.newest(connection, service, activity)
            if former and _state(stored.versions(connection, former.number)) == "draft":
                raise InputError(
                    "assessment-open",
                    f"impact assessment {former.number} of this activity is not decided yet",
                    remedy="go on with that one",
                )
            case = (*sure, *perhaps)[0].case
            opened = cases.open(PROCEDURE, self._opening(cases, case, service, activity, today), today, actor)
            if opened.case is None:
                raise AssertionError(case)
            number = stored.add(
                connection, service, activity, former.number if former else None, opened.case.id
            )
            content = looking.prefilled(its_activity, self._inventory_version())
            if former:
                content = stored.content(stored.versions(connection, former.number)[0])
            scope = looking.scope(organisation, its_service, its_activity)
            stored.write(connection, number, 1, content, scope, actor.who)
            _append(connection, actor, "assessment.begun", assessment=number)
        return self.show(number, today)

    def write(self, number: int, content: Content, base: int, today: date, actor: Actor = SYSTEM) -> View:
        """Write a new version over version ``base``, about the activity as it is now.

        Raises ``InputError``: assessment-unknown, assessment-moved, assessment-decided, activity-unknown.
        """
        from shouxin.duties.assessment import stored

        with self._begun() as (connection, _):
            row = self._held(connection, number)
            newest = self._newest(connection, number, base)
            organisation = organisation_within(connection)
            scope = looking.scope(organisation, *named(organisation, row.service, row.activity))
            if (content, scope) != (stored.content(newest), stored.scope(newest)) or newest.given is False:
                stored.write(connection, number, base + 1, content, scope, actor.who)
                _append(connection, actor, "assessment.written", assessment=number, version=base + 1)
        return self.show(number, today)

    def decide(
        self,
        number: int,
        version: int,
        by: "Principal",
        reason: str,
        today: date,
        actor: Actor,
        *,
        give: bool,
    ) -> View:
        """Approve a version, or give it back; a person who wrote none of its versions decides.

        Approved, the step of the procedure is taken, the time of keeping runs, and the inventory says when
        the activity was assessed. Raises ``InputError``: permission-missing, assessment-own,
        assessment-reason, assessment-moved, assessment-decided, assessment-incomplete, assessment-stale.
        """
        from shouxin.duties.assessment import stored

        by.require("assessment.approve")
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise InputError(
                "assessment-reason", "no reason is given, or a very long one", remedy="say why in a sentence"
            )
        with self._begun() as (connection, cases):
            row = self._held(connection, number)
            newest = self._newest(connection, number, version)
            if newest.given is False:
                raise _decided(number)
            authors = {one.who for one in stored.versions(connection, number)}
            if by.kind != "operator" or by.id in authors:
                raise InputError(
                    "assessment-own",
                    f"assessment {number} must be decided by a person who did not write it",
                    remedy="let a second person with the permission assessment.approve look at it",
                )
            stored.decide(connection, number, version, by.id, given=give, reason=reason.strip())
            if give:
                self._approved(connection, cases, row, newest, today, actor)
            _append(connection, actor, "assessment.decided", assessment=number, version=version, given=give)
        return self.show(number, today)

    def show(self, number: int, as_of: date, version: int | None = None) -> View:
        """Return an assessment, at a version or the newest; raise assessment-unknown, assessment-version."""
        from shouxin.duties.assessment import stored

        with self._begun() as (connection, cases):
            row = stored.find(connection, number)
            versions = stored.versions(connection, number)
            shown = next((one for one in versions if version in (None, one.number)), None)
            if shown is None:
                raise InputError(
                    "assessment-version",
                    f"assessment {number} has no version {version}",
                    remedy=f"its versions are 1 to {versions[0].number}",
                )
            content, scope = stored.content(shown), stored.scope(shown)
            return View(
                number=number,
                version=shown.number,
                state=_state(versions),
                supersedes=row.supersedes,
                content=content,
                scope=scope,
                lacking=lacking(content),
                versions=tuple(stored.line(one) for one in versions),
                case=cases.show(row.case_id, as_of),
                **self._now(connection, scope, as_of),
            )

    def compare(self, one: tuple[int, int], other: tuple[int, int], as_of: date) -> tuple[Difference, ...]:
        """Return what two versions, each of an assessment, have differently; errors as ``show``."""
        sides = [self.show(number, as_of, version) for number, version in (one, other)]
        return tuple(
            found
            for name in ("content", "scope")
            for found in differences(getattr(sides[0], name), getattr(sides[1], name), name)
            if found.field != "scope.digest"
        )

    def _approved(
        self,
        connection: "Connection",
        cases: Cases,
        row: "Row[Any]",
        newest: "Row[Any]",
        today: date,
        actor: Actor,
    ) -> None:
        """Take the step that approval is, and tell the inventory; raise incomplete and stale ones."""
        from shouxin.duties.assessment import stored

        content, scope = stored.content(newest), stored.scope(newest)
        if missing := lacking(content):
            raise InputError(
                "assessment-incomplete",
                f"the assessment lacks: {', '.join(missing)}",
                where="pipl:art_56__para_1",
                remedy="write a version that has them",
            )
        organisation = organisation_within(connection)
        service, activity = named(organisation, row.service, row.activity)
        if looking.scope(organisation, service, activity).digest != scope.digest:
            raise InputError(
                "assessment-stale",
                f'the activity "{row.activity[:80]}" has changed since version {newest.number} was written',
                remedy="look at what changed, and write a new version",
            )
        reference = f"assessment {row.number}, version {newest.number}, sha256 {scope.digest}"
        kept = {one.step: one for one in cases.show(row.case_id, today).next}
        assess = next(one for one in kept.values() if one.records)
        records = {one.name: reference for one in assess.records}
        given = Given(step=assess.step, by=OURS, on=today, records=records)
        cases.move(row.case_id, given, today, actor)
        if content.conclusion == "drop":
            final = {one.name for one in cases.procedures.machine(PROCEDURE).data.states if one.final}
            drop = next(one for one in cases.show(row.case_id, today).next if one.to in final)
            cases.move(row.case_id, Given(step=drop.step, by=OURS, on=today), today, actor)
            return
        made = msgspec.structs.replace(activity, assessed_on=today, reference=f"assessment {row.number}")
        author = Author(actor.who, actor.origin, f"assessment {row.number} was approved")
        put_within(connection, _with(organisation, service, made), author)

    def _line(
        self,
        connection: "Connection",
        organisation: Organisation,
        service: Service,
        activity: Activity,
        as_of: date,
    ) -> Line:
        from shouxin.duties.assessment import stored

        calls = self.inventory.assessment_cases(organisation, service, activity, as_of)
        sure, perhaps = looking.asked_by(activity, calls)
        standing: Standing = "needed" if sure else "perhaps" if perhaps else "not_needed"
        found, approved_on = stored.newest(connection, service.name, activity.name), None
        if found:
            versions = stored.versions(connection, found.number)
            state = _state(versions)
            if state == "draft":
                standing = "draft"
            elif state == "approved":
                now = looking.scope(organisation, service, activity).digest
                standing = "approved" if now == versions[0].scope["digest"] else "stale"
                approved_on = versions[0].decided_at.astimezone(BEIJING).date()
        return Line(
            service=service.name,
            activity=activity.name,
            standing=standing,
            causes=sure,
            perhaps=perhaps,
            number=found.number if found else None,
            case=found.case_id if found else None,
            approved_on=approved_on,
        )

    def _now(self, connection: "Connection", scope: Scope, as_of: date) -> dict[str, Any]:
        """Return what the inventory, notice, maps and gate say of the activity now."""
        organisation = organisation_within(connection)
        try:
            service, activity = named(organisation, scope.service, scope.activity)
        except InputError:
            return {"stale": True, "causes": (), "hints": (), "consequences": None}
        calls = self.inventory.assessment_cases(organisation, service, activity, as_of)
        facts, follows = self.inventory.told(organisation, service.name, activity.name, as_of)
        offered = in_force(connection, service.name)
        return {
            "stale": looking.scope(organisation, service, activity).digest != scope.digest,
            "causes": looking.asked_by(activity, calls)[0],
            "hints": looking.hints(organisation, activity, facts, offered, follows),
            "consequences": follows,
        }

    def _held(self, connection: "Connection", number: int) -> "Row[Any]":
        from shouxin.duties.assessment import stored

        row = stored.find(connection, number)
        stored.hold(connection, row.service, row.activity)
        return row

    def _newest(self, connection: "Connection", number: int, base: int) -> "Row[Any]":
        """Return the newest version, which must be ``base`` and not approved."""
        from shouxin.duties.assessment import stored

        newest = stored.versions(connection, number)[0]
        if newest.given:
            raise _decided(number)
        if newest.number != base:
            raise InputError(
                "assessment-moved",
                f"assessment {number} is at version {newest.number}, not {base}",
                remedy="read it again, and change that",
            )
        return newest

    def _opening(self, cases: Cases, case: str, service: str, activity: str, today: date) -> Given:
        step = next(one for one in cases.procedures.machine(PROCEDURE).steps if not one.from_)
        about = f"service {service}, activity {activity}, inventory version {self._inventory_version()}"
        records = {one.name: about[:2000] for one in step.records}
        return Given(step=step.name, by=OURS, on=today, facts={"case": case}, records=records)

    def _inventory_version(self) -> int:
        return self.inventory.store.versions()[0].number

    @contextmanager
    def _begun(self) -> "Iterator[tuple[Connection, Cases]]":
        """Give a transaction, and the cases in it."""
        if self._kept is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold assessments",
                remedy="start one with `shouxin serve`",
            )
        cases, engine = self._kept
        with engine.begin() as connection:
            yield connection, cases.within(connection)


def _state(versions: Any) -> State:
    """Return how an assessment stands by its newest version."""
    newest = versions[0]
    if not newest.given:
        return "draft"
    return "dropped" if newest.content.get("conclusion") == "drop" else "approved"


def _decided(number: int) -> InputError:
    return InputError(
        "assessment-decided",
        f"assessment {number} is decided at this version",
        remedy="write a new version where it was given back, or begin the next assessment",
    )


def _with(organisation: Organisation, service: Service, activity: Activity) -> Organisation:
    """Return the organisation with one activity changed."""
    activities = tuple(activity if one.name == activity.name else one for one in service.activities)
    changed = msgspec.structs.replace(service, activities=activities)
    services = tuple(changed if one.name == service.name else one for one in organisation.services)
    return msgspec.structs.replace(organisation, services=services)


def _append(connection: "Connection", actor: Actor, kind: str, **what: object) -> None:
    from shouxin.store.ledger import append

    append(connection, [actor.did(kind, **what)])
