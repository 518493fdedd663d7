"""Retention runs for whoever asks: what is past its keeping time found, shown, decided on, carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from shouxin.duties.access.service import SYSTEM_KEY, Approvals, Ask, Origin, Principal
from shouxin.duties.days import BEIJING
from shouxin.duties.retention.model import Overdue, Run, RunLine, RunState
from shouxin.duties.rights.service import Obstacle, Stores, Surveyed, Task
from shouxin.errors import InputError, ShouxinError, StoreError
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row

    from shouxin.duties.retention.running import Expires, Office

PURPOSE = "the keeping time is over (pipl:art_19, pipl:art_47__para_1__item_2)"
_SCOPE = 1500


class Retention:
    """The runs over the stores of a service; without one of ours ``StoreError`` (store-missing) is raised.

    Finding opens a run and asks for the approval of a second person (Order 24 art. 13(3)).
    """

    def __init__(
        self,
        engine: "Engine | None" = None,
        stores: Stores | None = None,
        approvals: Approvals | None = None,
        own: "tuple[Expires, ...]" = (),
    ) -> None:
        self._parts = (engine, stores, approvals, own) if engine and stores and approvals else None

    def look(self, today: date) -> Overdue:
        """Ask every store what it holds past its keeping time; nothing is opened and nothing changes."""
        surveys, problems = [], []
        with self._office.opened() as (stores, unopened):
            problems += [_obstacle(msgspec.to_builtins(one)) for one in unopened]
            for store in stores:
                try:
                    parts = store.overdue(today)
                except ShouxinError as error:
                    told = {"code": error.code, "what": error.what, "remedy": error.remedy}
                    problems.append(_obstacle({"where": store.name, **told}))
                else:
                    surveys.append(Surveyed(store=store.name, parts=parts))
        return Overdue(as_of=today, surveys=tuple(surveys), problems=tuple(problems))

    def find(self, today: date, by: Principal, origin: Origin, actor: Actor | None = None) -> Run:
        """Open a run with what is past its keeping time, and ask for its approval.

        The same found again is the run that is open; another one takes its place. Where nothing is over
        the run ends at once and shows that it was looked for. Raises ``InputError``: permission-missing,
        approval-limit, retention-open.
        """
        from shouxin.duties.retention import kept
        from shouxin.store.ledger import append

        by.require("retention.run")
        with self._begun() as connection:
            _free(kept.opened(connection))
        found = self.look(today)
        with self._begun() as connection:
            kept.orderly(connection)
            before = kept.opened(connection)
            if before and before.digest == found.digest:
                run = self._shown(connection, before)
                if run.state in ("asked", "approved"):
                    return run
        approval = self._office.approvals.ask(by, origin, _asked(found)).id if found.rows else None
        with self._begun() as connection:
            kept.orderly(connection)
            if before := _free(kept.opened(connection)):
                kept.move(connection, before.number, "replaced")
            number = kept.add(connection, found, by.id, approval)
            what = {
                "run": number,
                "digest": found.digest,
                "rows": found.rows,
                "problems": len(found.problems),
            }
            append(connection, [(actor or Actor(by.id, origin)).did("retention.found", **what)])
            return self._shown(connection, kept.find(connection, number))

    def decide(
        self,
        number: int,
        digest: str,
        by: Principal,
        origin: Origin,
        *,
        give: bool,
        reason: str,
        measures: str = "",
        until: datetime | None = None,
    ) -> Run:
        """Approve a run as it was seen, or refuse it; errors as ``Approvals.decide``.

        Raises ``InputError``: retention-unknown, retention-digest, retention-replaced.
        """
        from shouxin.duties.retention import kept

        with self._begun() as connection:
            row = kept.find(connection, number)
        if row.replaced_at is not None or row.finished_at is not None or row.approval is None:
            raise InputError(
                "retention-replaced",
                f"retention run {number} is not open any more",
                remedy="look at the newest: `shouxin retention list`",
            )
        if row.digest != digest:
            raise InputError(
                "retention-digest",
                f"this is not what retention run {number} found",
                remedy="look at the run, and decide on that",
            )
        self._office.approvals.decide(
            by, origin, row.approval, give=give, reason=reason, measures=measures, until=until
        )
        if not give:
            with self._begun() as connection:
                kept.move(connection, number, "replaced")
        return self.show(number)

    def run(self, number: int, today: date, actor: Actor, *, dry_run: bool = False) -> Run:
        """Carry a run out or go on with it; what changed since is found anew. Errors as ``running.run``."""
        from shouxin.duties.retention import running

        tasks = running.run(self._office, number, actor, dry_run=dry_run)
        run = self.show(number)
        if dry_run:
            return msgspec.structs.replace(run, tasks=tasks)
        if run.state == "changed":
            self.find(today, SYSTEM_KEY, "system")
        return run

    def show(self, number: int) -> Run:
        """Return a run; raise ``InputError`` (retention-unknown)."""
        from shouxin.duties.retention import kept

        with self._begun() as connection:
            return self._shown(connection, kept.find(connection, number))

    def list(self, *, limit: int = 100, before: int | None = None) -> tuple[RunLine, ...]:
        """Return runs, the newest first."""
        from shouxin.duties.retention import kept

        with self._begun() as connection:
            rows = kept.listed(connection, max(1, min(limit, 1000)), before)
            runs = [self._shown(connection, row) for row in rows]
        return tuple(
            RunLine(**{name: getattr(one, name) for name in RunLine.__struct_fields__}) for one in runs
        )

    def due(self, today: date, every: int) -> bool:
        """Tell whether it is time to look: stores are mapped, and no run is open or recent."""
        from shouxin.duties.retention import kept

        if not (self._office.own or self._office.stores.maps()):
            return False
        with self._begun() as connection:
            newest = kept.newest(connection)
            return kept.opened(connection) is None and (
                newest is None or (today - newest.made_at.astimezone(BEIJING).date()).days >= every
            )

    def _shown(self, connection: "Connection", row: "Row[Any]") -> Run:
        from shouxin.duties.retention import kept

        found, tasks = kept.overdue(row), kept.WORK.tasks(connection, row.number)
        approval = self._office.approvals.one(row.approval) if row.approval else None
        return Run(
            number=row.number,
            as_of=row.as_of,
            made_at=row.made_at,
            who=row.who,
            state=_state(row, tasks, approval.state if approval else ""),
            rows=found.rows,
            approval=row.approval,
            digest=row.digest,
            overdue=found,
            decided_by=approval.decided_by if approval else "",
            reason=approval.reason if approval else "",
            measures=approval.measures if approval else "",
            tasks=tasks,
            finished_at=row.finished_at,
        )

    @property
    def _office(self) -> "Office":
        from shouxin.duties.retention.running import Office

        if self._parts is None:
            raise StoreError(
                "store-missing", "there is no store that could hold runs", remedy="start `shouxin serve`"
            )
        return Office(*self._parts)

    @contextmanager
    def _begun(self) -> "Iterator[Connection]":
        with self._office.engine.begin() as connection:
            yield connection


def carried_on(engine: "Engine") -> date | None:
    """Return the day on which the last run ended that left nothing undone."""
    from shouxin.duties.retention import kept

    with engine.connect() as connection:
        at = kept.carried_on(connection)
    return at.astimezone(BEIJING).date() if at else None


def _state(row: "Row[Any]", tasks: tuple[Task, ...], approved: str) -> RunState:
    if row.approval is None:
        return "nothing"
    if row.finished_at is not None:
        return "done" if all(task.state == "done" for task in tasks) else "changed"
    if approved == "refused":
        return "refused"
    if row.replaced_at is not None:
        return "replaced"
    if row.started_at is not None:
        return "running"
    return "approved" if approved == "given" else "asked"


def _free(before: "Row[Any] | None") -> "Row[Any] | None":
    """Let pass a run that nobody has begun to carry out; raise ``InputError`` (retention-open)."""
    if before is not None and before.started_at is not None:
        raise InputError(
            "retention-open",
            f"retention run {before.number} is not carried out to its end",
            remedy=f"go on with it: shouxin retention run {before.number}",
        )
    return before


def _asked(found: Overdue) -> Ask:
    """Return what a second person is asked to approve; rows stand for people, who are not counted."""
    places = (
        f"{one.store}.{part.table}: {part.rows:,} {part.act}"
        for one in found.surveys
        for part in one.parts
        if part.act != "keep"
    )
    scope = f"rows past their keeping time on {found.as_of}, digest {found.digest[:16]}: {'; '.join(places)}"
    return Ask(operation="destruction", scope=scope[:_SCOPE], purpose=PURPOSE, people=found.rows)


def _obstacle(plain: object) -> Obstacle:
    return msgspec.convert(plain, Obstacle)
