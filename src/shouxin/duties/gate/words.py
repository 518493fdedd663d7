"""Decisions in words and as lines of JSON."""

from collections.abc import Iterator, Sequence

import click
import msgspec

from shouxin.engine.decision import Decision
from shouxin.engine.explain import Explained

LABELS = {
    "zh": {
        "permitted": "允许", "prohibited": "禁止", "undetermined": "尚不能确定", "contested": "有争议",
        "by": "依据", "duty": "附带义务", "missing": "还需回答",
        "or_give": "或者提供", "assumed": "假定", "grants": "许可依据", "side": "若采",
        "readings": "所依解释", "as_of": "适用日", "takes_effect": "适用", "may_take_effect": "可能适用",
        "defeated": "被例外排除", "rule": "规则", "because": "因为", "exceptions": "例外",
        "given": "已提供", "derived": "推导", "unknown": "未知", "true": "是", "false": "否",
    },
    "en": {
        "permitted": "permitted", "prohibited": "prohibited", "undetermined": "undetermined",
        "or_give": "or give",
        "contested": "contested", "by": "by", "duty": "duty", "missing": "still to answer",
        "assumed": "assumed", "grants": "permitted under", "readings": "readings", "side": "if",
        "as_of": "as of",
        "takes_effect": "takes effect", "may_take_effect": "may take effect", "defeated": "defeated",
        "rule": "rule", "because": "because", "exceptions": "exceptions", "given": "given",
        "derived": "derived", "unknown": "unknown", "true": "true", "false": "false",
    },
    "es": {
        "permitted": "permitido", "prohibited": "prohibido", "undetermined": "sin determinar",
        "contested": "controvertido", "by": "según", "duty": "deber", "missing": "falta responder",
        "or_give": "o dar",
        "assumed": "se supone", "grants": "permitido por", "readings": "lecturas", "side": "si",
        "as_of": "a fecha de",
        "takes_effect": "se aplica", "may_take_effect": "puede aplicarse", "defeated": "excluida",
        "rule": "regla", "because": "porque", "exceptions": "excepciones", "given": "dado",
        "derived": "derivado", "unknown": "desconocido", "true": "sí", "false": "no",
    },
}  # fmt: skip


def put_line(decision: Decision, reasons: Sequence[Explained]) -> None:
    """Write a decision as one line of JSON, with its reasons where they were asked for."""
    plain = msgspec.to_builtins(decision)
    if reasons:
        plain["explanation"] = msgspec.to_builtins(reasons)
    click.echo(msgspec.json.encode(plain).decode())


def decision(made: Decision, reasons: Sequence[Explained], language: str) -> Iterator[str]:
    """Yield the lines that show a decision at the terminal."""
    label = LABELS[language]
    yield f"{label[made.effect]}  ({label['as_of']} {made.as_of})"
    for side in made.sides:
        by = ", ".join(item.provision for item in side.violations)
        shown = f"{label[side.effect]} ({by})" if by else label[side.effect]
        yield f"  {label['side']} {side.reading} = {side.answer}: {shown}"
    for item in () if made.sides else made.violations:
        yield f"  {label['by']}: {item.provision}  {item.summary.text(language)}"
    for duty in made.duties:
        yield f"  {label['duty']}: {duty.duty}  ({duty.provision})"
    for question in made.missing:
        yield f"  {label['missing']}: {question.fact}  {question.question.text(language)}"
        if question.follows_from:
            yield f"    {label['or_give']}: {', '.join(question.follows_from)}"
    if made.grants and made.effect == "permitted":
        yield f"  {label['grants']}: {', '.join(made.grants)}"
    for assumed in made.assumed:
        yield f"  {label['assumed']}: {assumed.fact} = {str(assumed.value).lower()}  ({assumed.profile})"
    if made.readings:
        yield f"  {label['readings']}: {', '.join(made.readings)}"
    for reason in reasons:
        yield from _reason(reason, language)


def _reason(reason: Explained, language: str) -> Iterator[str]:
    label = LABELS[language]
    yield f"  {reason.provision}  {label[reason.outcome]}: {reason.summary.text(language)}"
    if reason.side:
        yield f"    {label['side']} {reason.side.replace('=', ' = ', 1)}"
    yield f"    {label['rule']}: {reason.rule}"
    for item in reason.because:
        value = label.get(item.value, item.value)
        origin = label.get(item.origin, label["unknown"])
        yield f"    {label['because']}: {item.label.text(language)} ({item.fact}) = {value}, {origin}"
    if reason.exceptions:
        tried = ", ".join(
            f"{provision} = {label.get(worth, worth)}" for provision, worth in reason.exceptions
        )
        yield f"    {label['exceptions']}: {tried}"
