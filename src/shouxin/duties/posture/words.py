"""Posture in words at the terminal."""

from collections import Counter
from collections.abc import Iterator

from shouxin.duties.command import Called
from shouxin.duties.posture.service import GROUPS, STATES, Posture, PostureItem

_DECIDING = 5
"""Facts that are named at the top, those first on which the most controls wait."""

LABELS = {
    "zh": {
        "not_met": "未达到", "expired": "已过期", "unknown": "尚无证明", "met": "已达到",
        "not_applicable": "不适用", "mend": "补正", "renew": "更新", "show": "出示", "missing": "先回答",
        "decide": "先回答这些事实，可决定的控制项最多", "until": "有效至", "by": "接受",
        "nothing": "没有此类控制项", "whole": "本组织",
    },
    "en": {
        "not_met": "not met", "expired": "expired", "unknown": "not shown", "met": "met",
        "not_applicable": "not applicable", "mend": "mend", "renew": "renew", "show": "show",
        "missing": "answer first",
        "decide": "facts that decide the most controls",
        "until": "until", "by": "by", "nothing": "there is no such control",
        "whole": "organisation",
    },
    "es": {
        "not_met": "no cumplido", "expired": "vencido", "unknown": "sin acreditar", "met": "cumplido",
        "not_applicable": "no aplicable", "mend": "corregir", "renew": "renovar", "show": "acreditar",
        "missing": "responder antes",
        "decide": "hechos que deciden más controles",
        "until": "hasta", "by": "con", "nothing": "no hay tal control",
        "whole": "organización",
    },
}  # fmt: skip


def posture(found: Posture, group: str, language: str, called: Called) -> Iterator[str]:
    """Yield the lines that show where an organisation stands; met and inapplicable controls are counted."""
    label = LABELS[language]
    counts = "  ".join(f"{label[state]} {found.counts[state]}" for state in STATES)
    yield f"{found.organisation}, {found.as_of}: {counts}"
    open_ = [item for item in found.items if item.state not in ("met", "not_applicable")]
    deciding = Counter(name for item in open_ for name in item.missing).most_common(_DECIDING)
    if deciding:
        yield f"{label['decide']}: {', '.join(f'{name} ({count})' for name, count in deciding)}"
    heads = list(dict.fromkeys(GROUPS[group](item) for item in open_))
    for head in heads:
        yield f"\n{label.get(head) or called(head, 'role')}"
        for item in open_:
            if GROUPS[group](item) == head:
                yield from _item(item, language, called)
    if not found.items:
        yield label["nothing"]


def _item(item: PostureItem, language: str, called: Called) -> Iterator[str]:
    label = LABELS[language]
    service = f" [{item.service}]" if item.service else ""
    yield f"  {item.provision}{service}  {label[item.state]}  {item.summary.text(language)}"
    if item.missing:
        yield f"    {label['missing']}: {', '.join(item.missing)}"
    for step in item.next:
        accepts = ", ".join(called(kind, "evidence") for kind in step.accepts)
        yield f"    {label[step.what]} {step.element}: {step.text.text(language)}  ({label['by']}: {accepts})"
