"""Incidents in words at the terminal."""

from collections.abc import Sequence

from shouxin.duties.cases.words import clock
from shouxin.duties.incident.model import IncidentLine, IncidentView

HEAD = {
    "zh": ("事件", "服务", "性质", "得知", "人数", "状态", ""),
    "en": ("NO", "SERVICE", "KINDS", "KNOWN", "PEOPLE", "STATE", ""),
    "es": ("N.º", "SERVICIO", "CLASES", "CONOCIDO", "PERSONAS", "ESTADO", ""),
}

LABELS = {
    "zh": {
        "exercise": "演练", "late": "逾期", "incident": "事件", "risk": "门槛", "reached": "达到",
        "not_reached": "未达到", "open": "尚待查明", "next": "下一步", "notices": "告知",
        "people": "在册人数", "clocks": "期限", "law": "依据", "account": "记录版本", "leak": "泄露",
        "alteration": "篡改", "loss": "丢失",
    },
    "en": {
        "exercise": "exercise", "late": "late", "incident": "incident", "risk": "thresholds",
        "reached": "reached", "not_reached": "not reached", "open": "open", "next": "next steps",
        "notices": "notices", "people": "people on record", "clocks": "clocks", "law": "by",
        "account": "version of the account", "leak": "leak", "alteration": "alteration", "loss": "loss",
    },
    "es": {
        "exercise": "ejercicio", "late": "vencido", "incident": "incidente", "risk": "umbrales",
        "reached": "alcanzado", "not_reached": "no alcanzado", "open": "por aclarar",
        "next": "próximos pasos", "notices": "avisos", "people": "personas registradas",
        "clocks": "plazos", "law": "según",
        "account": "versión del relato",
        "leak": "filtración", "alteration": "alteración", "loss": "pérdida",
    },
}  # fmt: skip


def row(line: IncidentLine, language: str) -> tuple[str, ...]:
    """Return an incident as a row."""
    label = LABELS[language]
    marks = [label[name] for name in ("exercise", "late") if getattr(line, name)]
    people = f"{line.people:,}" if line.people is not None else "-"
    kinds = ", ".join(label[kind] for kind in line.kinds)
    known = line.known_on.isoformat()
    state = line.label.text(language)
    return str(line.number), line.service, kinds, known, people, state, ", ".join(marks)


def whole(found: IncidentView, language: str) -> Sequence[str]:
    """Return an incident in lines."""
    label = LABELS[language]
    lines = ["  ".join(filter(None, row(found, language))), found.what.text(language), ""]
    lines += [f"{label['account']} {found.versions[0].number}, {label['people']} {found.listed:,}", ""]
    lines += [label["clocks"], *(f"  {clock(one, language)}" for one in found.case.clocks), ""]
    lines.append(label["risk"])
    if found.risk.thresholds is None:
        lines.append(f"  {found.risk.why}")
    else:
        states = {True: label["reached"], False: label["not_reached"], None: label["open"]}
        lines += [
            f"  {one.provision}  {states[one.reached]}  {one.summary.text(language)}"
            for one in found.risk.thresholds.parts
        ]
    lines += ["", label["next"]]
    for step in found.case.next:
        needed = ", ".join([*(one.name for one in step.records), *step.unknown])
        lines.append(f"  {step.step}  {step.label.text(language)}" + (f"  ({needed})" if needed else ""))
    if found.notices:
        lines += ["", label["notices"]]
        lines += [f"  {one.number}  {one.party}  {one.at:%Y-%m-%d}  {one.reference}" for one in found.notices]
    return [line.rstrip() for line in lines]
