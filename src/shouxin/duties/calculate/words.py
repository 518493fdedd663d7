"""Answers in words at the terminal."""

from collections.abc import Iterator

from shouxin.duties.command import Called
from shouxin.engine.calculator import Asked, Calculated
from shouxin.engine.consequence import Consequence

HEAD = {
    "zh": ("条款", "内容"),
    "en": ("PROVISION", "WHAT IT SAYS"),
    "es": ("DISPOSICIÓN", "QUÉ DICE"),
}

LABELS = {
    "zh": {
        "true": "达到", "false": "未达到", "null": "尚不能确定", "sum": "折算合计", "gives": "结果",
        "person": "由人判断", "rule": "由规则决定", "missing": "还需提供", "judgement": "由人判断",
        "weigh": "文本所示考量", "follows": "后果", "may": "可以", "to": "至", "upto": "不超过",
        "of": "按", "amount": "即", "possible": "可能的后果", "breach": "违反的条款（--breach）",
        "asks": "需要的事实", "as_of": "适用日", "readings": "所依解释", "decided": "决定方式",
        "from": "不低于", "colon": "：",
    },
    "en": {
        "true": "reached", "false": "not reached", "null": "open", "sum": "sum", "gives": "gives",
        "person": "a person decides", "rule": "by the rule", "missing": "still to give",
        "judgement": "a person decides", "weigh": "the text says to weigh", "follows": "what follows",
        "may": "may", "to": "to", "upto": "up to", "of": "of", "amount": "that is",
        "possible": "what may follow", "breach": "the provisions breached (--breach)",
        "asks": "it asks for", "as_of": "as of", "readings": "readings", "decided": "decided",
        "from": "at least", "colon": ": ",
    },
    "es": {
        "true": "alcanzado", "false": "no alcanzado", "null": "sin determinar", "sum": "suma",
        "gives": "resultado", "person": "decide una persona", "rule": "por la regla",
        "missing": "falta indicar", "judgement": "decide una persona", "weigh": "el texto manda ponderar",
        "follows": "consecuencias", "may": "puede", "to": "a", "upto": "hasta", "of": "de",
        "amount": "es decir", "possible": "posibles consecuencias",
        "breach": "las disposiciones infringidas (--breach)", "asks": "pregunta por",
        "as_of": "a fecha de", "readings": "lecturas", "decided": "decide", "from": "al menos",
        "colon": ": ",
    },
}  # fmt: skip


def calculated(made: Calculated, language: str, called: Called) -> Iterator[str]:
    """Yield the lines that show an answer."""
    label = LABELS[language]
    reached = {True: "true", False: "false", None: "null"}[made.reached]
    yield f"{label[reached]}: {made.provision}  ({label[made.decided_by]}; {label['as_of']} {made.as_of})"
    for part in made.parts:
        mark = {True: "+", False: "-", None: "?"}[part.reached]
        total = f"  [{label['sum']} {part.sum}]" if part.sum else ""
        gives = f"  [{label['gives']} {part.gives}]" if part.gives else ""
        yield f"  {mark} {part.provision}  {part.summary.text(language)}{total}{gives}"
    for key, group in (("follows", made.sanctions), ("possible", made.possible)):
        if group:
            yield f"  {label[key]}:"
            yield from (f"    {consequence(item, language, called)}" for item in group)
    if made.missing and made.reached is not True:
        yield f"  {label['missing']}:"
        yield from (f"    {line}" for item in made.missing for line in asked(item, language))
    if made.readings:
        yield f"  {label['readings']}: {', '.join(made.readings)}"


def asked(item: Asked, language: str) -> Iterator[str]:
    """Yield the lines that ask for one fact."""
    label = LABELS[language]
    unit = f" ({item.unit})" if item.unit else ""
    judged = f"  [{label['judgement']}]" if item.judgement else ""
    yield f"{item.fact}{unit}  {item.label.text(language)}{judged}"
    if item.weigh:
        yield f"  {label['weigh']}: {item.weigh.text(language)}"


def consequence(item: Consequence, language: str, called: Called) -> str:
    """Return one sanction in words: who, what, the range, by which provision."""
    label = LABELS[language]
    may = f" ({label['may']})" if item.may else ""
    who = called(item.who, "addressee", "bearer")
    kind = called(item.kind, "sanction_kind")
    return f"{who}{label['colon']}{kind}{may}{_range(item, language)}  {item.provision}"


def _range(item: Consequence, language: str) -> str:
    label = LABELS[language]
    if item.min is None and item.max is None:
        return ""
    if item.min is not None and item.min == item.max:
        figures = item.min
    elif item.min is None:
        figures = f"{label['upto']} {item.max}"
    elif item.max is None:
        figures = f"{label['from']} {item.min}"
    else:
        figures = f"{item.min} {label['to']} {item.max}"
    share = f" {label['of']} {item.of.text(language)}" if item.of else ""
    amount = f" ({label['amount']} {item.amount})" if item.amount else ""
    return f", {figures} {item.unit}{share}{amount}"
