"""An impact assessment as a value: what was looked at, what was weighed, and how it was decided."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from shouxin.connect.model import Remark
from shouxin.duties.cases.model import CaseView
from shouxin.duties.inventory.service import Consequences
from shouxin.law.base import Shape, Words

Level = Literal["low", "medium", "high"]
Conclusion = Literal["", "go_ahead", "with_measures", "drop"]
State = Literal["draft", "approved", "dropped"]
Standing = Literal["needed", "perhaps", "draft", "stale", "approved", "not_needed"]


class Answer(Shape, frozen=True, kw_only=True):
    """A yes or no with its reasons; None is not answered yet."""

    yes: bool | None = None
    why: Remark = ""


class Threat(Shape, frozen=True, kw_only=True):
    """A risk: how likely, how grave, what is done against it, and what is left."""

    what: Remark
    likelihood: Level
    gravity: Level
    measures: Remark = ""
    left: Level


class Content(Shape, frozen=True, kw_only=True):
    """What art. 56 wants weighed, as a person answered it."""

    lawful: Answer = Answer()
    proper: Answer = Answer()
    necessary: Answer = Answer()
    effect: Remark = ""
    risks: Annotated[tuple[Threat, ...], msgspec.Meta(max_length=100)] = ()
    safeguards_lawful: Answer = Answer()
    safeguards_effective: Answer = Answer()
    safeguards_fitting: Answer = Answer()
    processing_record: Remark = ""
    conclusion: Conclusion = ""
    conditions: Remark = ""


class Hint(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Something that inventory, notice, maps or gate say and an assessment has to look at."""

    code: str
    label: Words
    about: tuple[str, ...] = ()


class Cause(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Why an activity needs an assessment: the act, the provision, and what the procedure calls it."""

    act: str
    provision: str
    case: str


class Scope(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What was assessed: the activity with its parties and systems as the inventory had them; its digest."""

    service: str
    activity: str
    digest: str
    described: dict[str, Any]


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An activity in the list: whether it needs an assessment, and how its newest stands."""

    service: str
    activity: str
    standing: Standing
    causes: tuple[Cause, ...]
    perhaps: tuple[Cause, ...]
    number: int | None = None
    case: int | None = None
    approved_on: date | None = None


class VersionLine(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A version of an assessment: who wrote it, and how it was decided, if it was."""

    number: int
    who: str
    at: datetime
    digest: str
    given: bool | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


class View(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An assessment with everything that is known of it.

    ``stale`` where the activity is not what this version looked at any more; ``lacking`` names what keeps
    it from approval.
    """

    number: int
    version: int
    state: State
    supersedes: int | None
    content: Content
    scope: Scope
    stale: bool
    lacking: tuple[str, ...]
    causes: tuple[Cause, ...]
    hints: tuple[Hint, ...]
    consequences: Consequences | None
    versions: tuple[VersionLine, ...]
    case: CaseView


class Difference(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A field that two versions have differently."""

    field: str
    before: Any
    after: Any


def lacking(content: Content) -> tuple[str, ...]:
    """Return the fields without which the content of art. 56 is not there."""
    answers = ("lawful", "proper", "necessary")
    guards = ("safeguards_lawful", "safeguards_effective", "safeguards_fitting")
    found = [
        name
        for name in (*answers, *guards)
        if (one := getattr(content, name)).yes is None or not one.why.strip()
    ]
    found += [
        name for name in ("effect", "processing_record", "conclusion") if not getattr(content, name).strip()
    ]
    if not content.risks or any(not one.what.strip() or not one.measures.strip() for one in content.risks):
        found.append("risks")
    if content.conclusion == "with_measures" and not content.conditions.strip():
        found.append("conditions")
    return tuple(found)


def differences(before: object, after: object, path: str = "") -> tuple[Difference, ...]:
    """Return what two values have differently, field by field."""
    one, other = msgspec.to_builtins(before), msgspec.to_builtins(after)
    if one == other:
        return ()
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys([*one, *other])
        return tuple(
            found
            for key in keys
            for found in differences(one.get(key), other.get(key), f"{path}.{key}" if path else key)
        )
    rows = isinstance(one, tuple | list) and isinstance(other, tuple | list)
    if rows and all(isinstance(row, dict) for row in (*one, *other)):
        return tuple(
            found
            for at in range(max(len(one), len(other)))
            for found in differences(
                one[at] if at < len(one) else None,
                other[at] if at < len(other) else None,
                f"{path}[{at + 1}]",
            )
        )
    return (Difference(field=path, before=one, after=other),)
