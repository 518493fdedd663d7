"""What was protected, and what risk is left, in words at the terminal."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from shouxin.duties.command import Called
from shouxin.duties.shield.effects import STATEMENT, Applied
from shouxin.protect.database import Plan
from shouxin.protect.risk import Risk

if TYPE_CHECKING:
    from shouxin.duties.shield.changing import Earlier

LABELS = {
    "zh": {
        "units": "行或记录",
        "none": "没有改动", "dry": "试运行：什么都没有写", "because": "依据", "rows": "行",
        "values": "个值",
        "k": "最小等价类 k", "classes": "等价类", "prosecutor": "检察官风险（已知在表中）",
        "average": "平均风险", "at_risk": "风险高于 {threshold} 的行", "unique": "样本唯一的行",
        "journalist": "记者风险（按总体）", "expected_unique": "样本唯一者在总体中也唯一的估计",
        "distinct": "l（不同值）", "entropy": "l（熵）", "closeness": "t",
        "done": "此表已于 {at} 保护过 {rows} 行；再做一次，会把当时改过的值再改一遍",
        "undone": "{at} 开始的一次运行中断了；数据库已把它全部撤销，什么都没有改",
        "unknown": "{at} 开始的一次运行中断了；数据库说不出是否已完成，请看样本",
    },
    "en": {
        "units": "rows or records", "none": "nothing was changed",
        "dry": "dry run: nothing was written", "because": "by", "rows": "rows", "values": "values",
        "k": "smallest class, k", "classes": "classes",
        "prosecutor": "prosecutor risk (known to be in the table)", "average": "average risk",
        "at_risk": "rows with a risk above {threshold}", "unique": "rows unique in the table",
        "journalist": "journalist risk (by the population)",
        "expected_unique": "estimated risk of a row that is unique here", "distinct": "l (distinct)",
        "entropy": "l (entropy)", "closeness": "t",
        "done": "{rows} rows of this table were protected at {at}; doing it again changes them once more",
        "undone": "a run that began at {at} was interrupted; the database undid all of it",
        "unknown": "a run that began at {at} was interrupted; the database cannot say whether it was "
        "carried out: look at the samples",
    },
    "es": {
        "units": "filas o registros", "none": "nada ha cambiado",
        "dry": "simulación: no se ha escrito nada", "because": "según", "rows": "filas",
        "values": "valores",
        "k": "clase más pequeña, k", "classes": "clases",
        "prosecutor": "riesgo del fiscal (se sabe que está en la tabla)", "average": "riesgo medio",
        "at_risk": "filas con riesgo superior a {threshold}", "unique": "filas únicas en la tabla",
        "journalist": "riesgo del periodista (según la población)",
        "expected_unique": "riesgo estimado de una fila única aquí", "distinct": "l (distintos)",
        "entropy": "l (entropía)", "closeness": "t",
        "done": "{rows} filas de esta tabla se protegieron el {at}; repetirlo vuelve a cambiarlas",
        "undone": "una ejecución empezada el {at} se interrumpió; la base de datos la deshizo por completo",
        "unknown": "una ejecución empezada el {at} se interrumpió; la base de datos no sabe decir si llegó "
        "a hacerse: mire las muestras",
    },
}  # fmt: skip


class Report(msgspec.Struct, frozen=True):
    """What was done to a source; ``still_personal`` says that its means alone leave personal information."""

    source: str
    out: str
    profile: str
    written: bool
    units: int
    applied: tuple[Applied, ...]
    still_personal: bool


def report(found: Report, called: Called, language: str, *, explain: bool) -> Iterator[str]:
    """Yield the lines that show what was done; to explain is to say by which words, and by which articles."""
    label = LABELS[language]
    yield f"{found.units} {label['units']}" + ("" if found.applied else f"; {label['none']}")
    for item in found.applied:
        line = f"  {item.label.text(language)}  {item.values}  {called(item.action, 'protect_action')}"
        if explain:
            yield f"{line}  {label['because']} {item.because}"
            yield f"    {'; '.join(_reasons(item, found.profile, called))}"
        else:
            yield (
                line
                if item.leaves == "irreversible"
                else f"{line}  ({called(item.leaves, 'protect_leaves')})"
            )
    if explain:
        yield from cited((cite for item in found.applied for cite in item.cites), language)
    if found.still_personal:
        yield STATEMENT.text(language)
    if not found.written:
        yield label["dry"]


def _reasons(item: Applied, profile: str, called: Called) -> Iterator[str]:
    if item.level:
        category, level = called(item.category, "pi_category"), called(item.level, "pi_level")
        yield f"{level if category == level else f'{level}, {category}'} ({profile})"
    yield called(item.leaves, "protect_leaves")
    yield ", ".join(item.cites)


def cited(citations: Iterable[str], language: str) -> Iterator[str]:
    """Yield each provision once, with what it says."""
    from shouxin.law.register import register

    law = register()
    for cite in dict.fromkeys(citations):
        yield f"  {cite}  {law.find(cite)[0].provision.summary.text(language)}"


def plan(found: Plan, language: str) -> Iterator[str]:
    """Yield the lines that show what would be done to a table of a database."""
    label = LABELS[language]
    yield f"{found.table}: {found.rows} {label['rows']}"
    for column in found.columns:
        yield f"  {column.column}  {column.type}  {column.action}  {column.values} {label['values']}"
        yield from (f"    {before}  →  {after}" for before, after in column.samples)


def earlier(found: "Earlier", language: str) -> str:
    """Return what became of the run before this one."""
    at = f"{found.at:%Y-%m-%d %H:%M:%S} UTC"
    return LABELS[language][found.outcome].format(at=at, rows=f"{found.rows:,}")


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
    yield STATEMENT.text(language)
