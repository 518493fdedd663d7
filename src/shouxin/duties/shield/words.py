"""What was protected, and what risk is left, in words at the terminal."""

from collections.abc import Iterator, Mapping

import msgspec

from shouxin.protect.database import Plan
from shouxin.protect.policy import REVERSIBLE, Keep, Pseudonym
from shouxin.protect.policy_file import Rules
from shouxin.protect.risk import Risk
from shouxin.protect.types import info

LABELS = {
    "zh": {
        "units": "行或记录", "kept": "保留", "reversible": "可用密钥还原", "linked": "凭密钥可关联",
        "none": "没有改动", "dry": "试运行：什么都没有写", "because": "依据", "rows": "行",
        "values": "个值",
        "statement": "可还原的仍是个人信息；去标识化不是匿名化（pipl:art_4、pipl:art_73）",
        "k": "最小等价类 k", "classes": "等价类", "prosecutor": "检察官风险（已知在表中）",
        "average": "平均风险", "at_risk": "风险高于 {threshold} 的行", "unique": "样本唯一的行",
        "journalist": "记者风险（按总体）", "expected_unique": "样本唯一者在总体中也唯一的估计",
        "distinct": "l（不同值）", "entropy": "l（熵）", "closeness": "t",
    },
    "en": {
        "units": "rows or records", "kept": "kept", "reversible": "reversible with the key",
        "linked": "linkable with the key", "none": "nothing was changed",
        "dry": "dry run: nothing was written", "because": "by", "rows": "rows", "values": "values",
        "statement": "what can be reversed is still personal information; de-identified is "
        "not anonymised (pipl:art_4, pipl:art_73)",
        "k": "smallest class, k", "classes": "classes",
        "prosecutor": "prosecutor risk (known to be in the table)", "average": "average risk",
        "at_risk": "rows with a risk above {threshold}", "unique": "rows unique in the table",
        "journalist": "journalist risk (by the population)",
        "expected_unique": "estimated risk of a row that is unique here", "distinct": "l (distinct)",
        "entropy": "l (entropy)", "closeness": "t",
    },
    "es": {
        "units": "filas o registros", "kept": "se conserva", "reversible": "reversible con la clave",
        "linked": "vinculable con la clave", "none": "nada ha cambiado",
        "dry": "simulación: no se ha escrito nada", "because": "según", "rows": "filas",
        "values": "valores",
        "statement": "lo que puede revertirse sigue siendo información personal; "
        "desidentificar no es anonimizar (pipl:art_4, pipl:art_73)",
        "k": "clase más pequeña, k", "classes": "clases",
        "prosecutor": "riesgo del fiscal (se sabe que está en la tabla)", "average": "riesgo medio",
        "at_risk": "filas con riesgo superior a {threshold}", "unique": "filas únicas en la tabla",
        "journalist": "riesgo del periodista (según la población)",
        "expected_unique": "riesgo estimado de una fila única aquí", "distinct": "l (distintos)",
        "entropy": "l (entropía)", "closeness": "t",
    },
}  # fmt: skip


class Applied(msgspec.Struct, frozen=True):
    """What the policy did with one type."""

    type: str
    values: int
    action: str
    because: str
    reversible: bool


class Report(msgspec.Struct, frozen=True):
    """What was done to a source; ``still_personal`` says that its means alone leave personal information."""

    source: str
    out: str
    written: bool
    units: int
    applied: tuple[Applied, ...]
    still_personal: bool


def applied(rules: Rules, changes: Mapping[str, int]) -> tuple[Applied, ...]:
    """Return what was done to each type, by the policy."""
    found = []
    for kind, count in sorted(changes.items()):
        action, because = rules.action(kind)
        tag = str(type(action).__struct_config__.tag)
        found.append(Applied(kind, count, tag, because, isinstance(action, REVERSIBLE)))
    return tuple(found)


def still_personal(rules: Rules, changes: Mapping[str, int]) -> bool:
    """Tell whether an action used leaves personal information by itself: kept, linked or reversible."""
    return any(isinstance(rules.action(kind)[0], (*REVERSIBLE, Pseudonym, Keep)) for kind in changes)


def report(found: Report, language: str, *, explain: bool) -> Iterator[str]:
    """Yield the lines that show what was done."""
    label = LABELS[language]
    yield f"{found.units} {label['units']}" + ("" if found.applied else f"; {label['none']}")
    for item in found.applied:
        line = f"  {info(item.type).label.text(language)}  {item.values}  {item.action}"
        yield line + (f"  {label['because']} {item.because}" if explain else "") + (
            f"  ({label['reversible']})" if item.reversible
            else f"  ({label['linked']})" if item.action == "pseudonym" else ""
        )  # fmt: skip
    if found.still_personal:
        yield label["statement"]
    if not found.written:
        yield label["dry"]


def plan(found: Plan, language: str) -> Iterator[str]:
    """Yield the lines that show what would be done to a table of a database."""
    label = LABELS[language]
    yield f"{found.table}: {found.rows} {label['rows']}"
    for column in found.columns:
        yield f"  {column.column}  {column.type}  {column.action}  {column.values} {label['values']}"
        yield from (f"    {before}  →  {after}" for before, after in column.samples)


def risk(found: Risk, language: str) -> Iterator[str]:
    """Yield the lines that show what risk is left."""
    label = LABELS[language]
    yield f"{found.rows} {label['rows']}, {found.classes} {label['classes']}"
    yield f"  {label['k']}: {found.k}"
    for name in ("prosecutor", "average", "at_risk", "unique", "journalist", "expected_unique"):
        value = getattr(found, name)
        if value is not None:
            yield f"  {label[name].format(threshold=found.threshold)}: {value:.4f}"
    for item in found.diversity:
        yield (
            f"  {item.column}: {label['distinct']} {item.distinct}, {label['entropy']} {item.entropy:.2f}, "
            f"{label['closeness']} {item.closeness:.4f}"
        )
    yield label["statement"]
