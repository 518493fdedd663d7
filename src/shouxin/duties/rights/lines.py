"""Requests, plans and runs in words at the terminal."""

from collections.abc import Iterator, Sequence

from shouxin.connect.survey import Part
from shouxin.duties.command import called_in
from shouxin.duties.rights.model import Line, Plan, Request, Task

HEAD = {
    "zh": ("请求", "权利", "服务", "状态", "期限", "核实", "等待他方"),
    "en": ("REQUEST", "RIGHT", "SERVICE", "STATE", "DUE", "VERIFIED", "WAITS FOR"),
    "es": ("SOLICITUD", "DERECHO", "SERVICIO", "ESTADO", "VENCE", "VERIFICADA", "ESPERA A"),
}
_WORDS = {
    "zh": {
        "request": "请求", "case": "案件", "verified": "已核实身份：", "not": "尚未核实身份", "late": "逾期",
        "plan": "方案", "approved": "已批准：", "until": "至", "problem": "障碍", "remains": "另存",
        "restricted": "停止使用", "rows": "行", "nothing": "没有数据", "now": "待定", "next": "下一步",
    },
    "en": {
        "request": "request", "case": "case", "verified": "verified by ",
        "not": "nobody verified who asks yet", "late": "late", "plan": "plan",
        "approved": "approved: ", "until": "until", "problem": "in the way", "remains": "remains",
        "restricted": "not to be used", "rows": "rows", "nothing": "nothing is there",
        "now": "no end is set", "next": "next",
    },
    "es": {
        "request": "solicitud", "case": "caso", "verified": "verificada por ",
        "not": "nadie ha verificado quién la pide", "late": "vencida", "plan": "plan",
        "approved": "aprobado: ", "until": "hasta", "problem": "obstáculo", "remains": "queda",
        "restricted": "sin uso", "rows": "filas", "nothing": "no hay nada", "now": "sin fin fijado",
        "next": "siguiente",
    },
}  # fmt: skip


def row(one: Line, language: str) -> tuple[str, ...]:
    """Return a line of a list."""
    words, called = _WORDS[language], called_in(language)
    due = " ".join(filter(None, (str(one.next_due or ""), words["late"] if one.late else "")))
    return (
        str(one.number),
        called(one.right, "right"),
        one.service,
        one.label.text(language),
        due,
        called(one.verified_by, "verified_by") if one.verified_by else "",
        " ".join(
            filter(None, (", ".join(one.waits), f"{one.waits_since:%Y-%m-%d}" if one.waits_since else ""))
        ),
    )


def whole(found: Request, language: str) -> Iterator[str]:
    """Yield a request."""
    words, called = _WORDS[language], called_in(language)
    yield (
        f"{words['request']} {found.number} · {called(found.right, 'right')} · {found.service} · "
        f"{words['case']} {found.case}: {found.label.text(language)}"
    )
    if found.next_due:
        yield f"  {found.next_due} {words['late'] if found.late else ''}".rstrip()
    by = called(found.verified_by, "verified_by")
    yield f"  {words['verified']}{by}" if found.verified_by else f"  {words['not']}"
    for one in found.restrictions:
        yield f"  {words['restricted']} {words['until']} {one.until or words['now']}  {one.because}"
    for step in found.whole.next:
        yield f"  {words['next']}: {step.step}  {step.label.text(language)}"
    if found.plan:
        yield ""
        yield from plan(found.plan, language)


def plan(found: Plan, language: str) -> Iterator[str]:
    """Yield a plan with the work in each store."""
    words = _WORDS[language]
    yield f"{words['plan']} {found.digest}  {found.body.as_of}"
    if found.approved_by:
        yield f"  {words['approved']}{found.reason}"
    for one in found.problems:
        yield f"  {words['problem']} [{one.code}] {one.where}: {one.what}; {one.remedy}"
    for survey in found.body.surveys:
        yield f"  {survey.store}" + ("" if survey.parts else f": {words['nothing']}")
        for part in survey.parts:
            yield from _part(part, language)
        for left in survey.remainders:
            yield f"    {words['remains']}: {left.name} {left.about}".rstrip()
    for change in found.body.corrections:
        where = f"{change.store}.{change.table}"
        yield f"  {where}: {change.rows} {words['rows']}, {', '.join(change.columns)}"
    yield from tasks(found.tasks, language)


def tasks(found: Sequence[Task], language: str) -> Iterator[str]:
    """Yield where the work in each store stands."""
    called = called_in(language)
    for task in found:
        done = task.outcome
        counts = (
            ", ".join(
                f"{called(kind, 'rights_done')} {sum(rows.values())}"
                for kind, rows in (("deleted", done.deleted), ("changed", done.changed), ("kept", done.kept))
                if rows
            )
            if done
            else ""
        )
        problem = f" [{task.problem}]" if task.problem else ""
        yield f"  {task.store}: {called(task.state, 'task_state')}{problem} {counts}".rstrip()


def _part(part: Part, language: str) -> Iterator[str]:
    words, called = _WORDS[language], called_in(language)
    until = f" {words['until']} {part.until}" if part.until else ""
    because = f"  {part.because}" if part.because else ""
    yield (
        f"    {part.table}: {part.rows} {words['rows']}, {called(part.part, 'rights_part')}, "
        f"{called(part.act, 'rights_act')}{until}{because}"
    )
    for column, what in part.columns.items():
        yield f"      {column}: {called(what, 'erase_column')}"
