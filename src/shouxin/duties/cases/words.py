"""Cases and procedures in words at the terminal."""

from collections.abc import Iterator

from shouxin.duties.cases.model import CaseLine, CaseView, ClockView, DeadlineLine, ProcedureView, Taken
from shouxin.duties.due.words import LABELS as TIMES

HEADS = {
    "zh": {
        "cases": ("案件", "程序", "状态", "下一期限", "", "变动"),
        "deadlines": ("期限", "天数", "案件", "程序", "条款", "状态"),
        "procedures": ("程序", "状态数", "步骤数", "名称"),
    },
    "en": {
        "cases": ("CASE", "PROCEDURE", "STATE", "NEXT DUE", "", "MOVED"),
        "deadlines": ("DUE", "DAYS", "CASE", "PROCEDURE", "PROVISION", "STATE"),
        "procedures": ("PROCEDURE", "STATES", "STEPS", "TITLE"),
    },
    "es": {
        "cases": ("CASO", "PROCEDIMIENTO", "ESTADO", "PRÓXIMO PLAZO", "", "MOVIDO"),
        "deadlines": ("VENCE", "DÍAS", "CASO", "PROCEDIMIENTO", "DISPOSICIÓN", "ESTADO"),
        "procedures": ("PROCEDIMIENTO", "ESTADOS", "PASOS", "TÍTULO"),
    },
}

LABELS = {
    "zh": {
        "late": "逾期", "provisional": "暂定", "clocks": "期限", "next": "下一步", "history": "经过",
        "by": "由", "records": "须记录", "unknown": "须知事实", "waits": "须待期满", "stopped": "已停",
        "left": "剩余{n}天", "over": "已过{n}天", "open": "进行中", "paused": "中止", "met": "按期",
        "missed": "已逾期", "passed": "期满", "no_figure": "文本没有天数", "steps": "步骤", "from": "自",
        "when": "条件", "starts": "起算", "stops": "停止", "pauses": "中止", "resumes": "恢复",
        "extends": "延长", "start": "起算", "stop": "停止", "pause": "中止", "resume": "恢复",
        "extend": "延长", "tell": "告知", "do": "自动执行", "optional": "可选", "planned": "重新计算",
        "begin": "开始", "case": "案件", "provisions": "依据", "cancel": "取消",
        "cancelled": "因结案不再需要", "keep": "保存至", "wait": "等待至", "colon": "：",
    },
    "en": {
        "late": "late", "provisional": "provisional", "clocks": "clocks", "next": "next steps",
        "history": "history", "by": "by", "records": "records", "unknown": "facts needed",
        "waits": "waits for the end of", "stopped": "stopped", "left": "{n} days left",
        "over": "{n} days over", "open": "running", "paused": "paused", "met": "met", "missed": "missed",
        "passed": "passed", "no_figure": "the text names no figure", "steps": "steps", "from": "from",
        "when": "if", "starts": "starts", "stops": "stops", "pauses": "pauses", "resumes": "resumes",
        "extends": "extends", "start": "starts", "stop": "stops", "pause": "pauses", "resume": "resumes",
        "extend": "extends", "tell": "tell", "do": "by itself", "optional": "optional",
        "planned": "counted again", "begin": "beginning", "case": "case",
        "provisions": "by", "cancel": "cancels", "cancelled": "cancelled: the case ended",
        "keep": "keep until", "wait": "wait until", "colon": ": ",
    },
    "es": {
        "late": "vencido", "provisional": "provisional", "clocks": "plazos", "next": "próximos pasos",
        "history": "historia", "by": "por", "records": "constancia", "unknown": "hechos necesarios",
        "waits": "espera el fin de", "stopped": "detenido", "left": "quedan {n} días",
        "over": "vencido hace {n} días", "open": "en curso", "paused": "suspendido", "met": "cumplido",
        "missed": "incumplido", "passed": "transcurrido", "no_figure": "el texto no da cifra",
        "steps": "pasos", "from": "desde", "when": "si", "starts": "inicia", "stops": "detiene",
        "pauses": "suspende", "resumes": "reanuda", "extends": "prorroga", "start": "inicia",
        "stop": "detiene", "pause": "suspende", "resume": "reanuda", "extend": "prorroga",
        "tell": "comunicar a", "do": "automático", "optional": "opcional", "planned": "contado de nuevo",
        "begin": "comienzo", "case": "caso", "provisions": "según", "cancel": "cancela",
        "cancelled": "cancelado: el caso terminó", "keep": "conservar hasta", "wait": "esperar hasta",
        "colon": ": ",
    },
}  # fmt: skip


def row(line: CaseLine, language: str) -> tuple[str, ...]:
    """Return a case as a row."""
    label = LABELS[language]
    marks = [label[name] for name in ("late", "provisional") if getattr(line, name)]
    due = line.next_due.isoformat() if line.next_due else "-"
    state = line.label.text(language)
    return str(line.id), line.procedure, state, due, ", ".join(marks), f"{line.moved_at:%Y-%m-%d %H:%M}"


def standing(item: DeadlineLine, language: str) -> str:
    """Return how a deadline stands, or that nothing is to be done by its last day."""
    return LABELS[language][item.until or ("late" if item.late else item.state)]


def taken(found: Taken, language: str) -> Iterator[str]:
    """Yield what follows from a step."""
    label = LABELS[language]
    number = f"{label['case']} {found.case.id}: " if found.case else ""
    yield f"{number}{found.procedure}, {found.step} → {found.state}"
    for item in found.follows:
        yield f"  {label[item.what]}: {item.about}{f' → {item.due}' if item.due else ''}"


def whole(found: CaseView, language: str) -> Iterator[str]:
    """Yield the lines that show a case."""
    label = LABELS[language]
    yield f"{label['case']} {found.id}  {found.title.text(language)}: {found.label.text(language)}"
    if found.clocks:
        yield f"{label['clocks']}:"
        yield from (f"  {clock(item, language)}" for item in found.clocks)
    if found.next:
        yield f"{label['next']}:"
    for step in found.next:
        yield f"  {step.step}  {step.label.text(language)}  ({label['by']} {', '.join(step.by)})"
        for record in step.records:
            optional = f" ({label['optional']})" if record.optional else ""
            yield f"    {label['records']}: {record.name}  {record.what.text(language)}{optional}"
        for name, texts in (
            ("unknown", step.unknown),
            ("waits", step.waits),
            ("provisions", step.provisions),
        ):
            if texts:
                yield f"    {label[name]}: {', '.join(texts)}"
    yield f"{label['history']}:"
    for event in found.history:
        if event.kind == "step":
            yield f"  {event.on}  {event.step}  ({label['by']} {event.by})"
            yield from (f"    {name}: {text}" for name, text in event.records.items())
        else:
            yield f"  {event.due_on}  {label[event.kind]}: {event.provision}"


def clock(item: ClockView, language: str) -> str:
    """Return a clock in a line: its provision, its last day, how it stands."""
    label = LABELS[language]
    if item.due is None:
        return f"{item.provision}: {TIMES[language][item.word]}; {label['no_figure']}"
    text = f"{item.provision}: {item.due}  {label['late'] if item.late else label[item.state]}"
    if item.days_left is not None and item.paused is None:
        text += "  " + label["left" if item.days_left >= 0 else "over"].format(n=abs(item.days_left))
    if item.stopped:
        text += f"  {label['stopped']} {item.stopped}"
    return text + (f"  {label['provisional']}" if item.provisional else "")


def procedure(found: ProcedureView, language: str) -> Iterator[str]:
    """Yield the lines that show a procedure."""
    label = LABELS[language]
    states = {state.name: state.label.text(language) for state in found.states}
    parties = {party.name: party.label.text(language) for party in found.parties}
    yield f"{found.procedure}  {found.title.text(language)}"
    yield f"  {found.about.text(language)}"
    yield f"{label['steps']}:"
    for step in found.steps:
        begins = ", ".join(states[name] for name in step.from_) or label["begin"]
        leads = f" → {states[step.to]}" if step.to else ""
        yield f"  {step.name}  {step.label.text(language)}: {begins}{leads}"
        yield f"    {label['by']} {', '.join(f'{name} ({parties[name]})' for name in step.by)}"
        if step.when:
            yield f"    {label['when']} {step.when}"
        for record in step.records:
            optional = f" ({label['optional']})" if record.optional else ""
            yield f"    {label['records']}: {record.name}  {record.what.text(language)}{optional}"
        for name in ("starts", "stops", "pauses", "resumes", "extends", "waits", "provisions"):
            if texts := getattr(step, name):
                yield f"    {label[name]}: {', '.join(texts)}"
