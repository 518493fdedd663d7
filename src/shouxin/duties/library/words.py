"""Provisions and deadlines in words, for the terminal and for the pages."""

from collections.abc import Iterator

from shouxin.duties.library.model import Link, ProvisionView, ReadingView, UnitText
from shouxin.law.model import AppCategory, Deadline, Item, Parameter

LABELS = {
    "zh": {
        "who": "主体", "modality": "性质", "runs": "机制", "since": "施行", "until": "废止", "state": "状态",
        "trigger": "情形", "needs": "须知事实", "deadline": "期限", "figure": "数值", "sanctions": "罚则",
        "refers": "援引", "cited": "被援引", "reading": "解释", "why": "理由", "text": "条文", "note": "译文",
        "enclosing": "所在单元的条文", "contested": "有争议", "by_organisation": "由本单位选定",
    },
    "en": {
        "who": "who", "modality": "kind", "runs": "runs as", "since": "in force", "until": "until",
        "state": "state", "trigger": "trigger", "needs": "needs", "deadline": "deadline", "figure": "figure",
        "sanctions": "sanction", "refers": "refers to", "cited": "cited by", "reading": "reading",
        "why": "why", "text": "text", "note": "note", "enclosing": "text of the unit around it",
        "contested": "contested", "by_organisation": "chosen by the organisation",
    },
    "es": {
        "who": "sujeto", "modality": "tipo", "runs": "mecanismo", "since": "vigor", "until": "hasta",
        "state": "estado", "trigger": "supuesto", "needs": "hechos", "deadline": "plazo", "figure": "cifra",
        "sanctions": "sanción", "refers": "remite a", "cited": "citado en", "reading": "lectura",
        "why": "porqué", "text": "texto", "note": "nota", "enclosing": "texto de la unidad que la contiene",
        "contested": "controvertida", "by_organisation": "elegida por la organización",
    },
}  # fmt: skip
_DIRECTIONS = {
    "zh": {
        "within": "{event}起{length}内", "at_least": "{event}起至少{length}",
        "at_most": "{event}起至多{length}",
        "before": "{event}前至少{length}", "every": "每{length}至少一次（{event}起）",
    },
    "en": {
        "within": "within {length} of {event}", "at_least": "at least {length} from {event}",
        "at_most": "at most {length} from {event}", "before": "at least {length} before {event}",
        "every": "at least once every {length}, counted from {event}",
    },
    "es": {
        "within": "en {length} desde: {event}", "at_least": "al menos {length} desde: {event}",
        "at_most": "como máximo {length} desde: {event}", "before": "al menos {length} antes de: {event}",
        "every": "al menos una vez cada {length}, desde: {event}",
    },
}  # fmt: skip
_AT_ONCE = {"zh": "{event}后立即", "en": "at once upon {event}", "es": "de inmediato tras: {event}"}
_UNITS = {
    "zh": {"days": "日", "working": "个工作日", "months": "个月", "years": "年"},
    "en": {"days": "days", "working": "working days", "months": "months", "years": "years"},
    "es": {"days": "días", "working": "días hábiles", "months": "meses", "years": "años"},
}
_SINGULAR = {
    "days": "day", "working days": "working day", "months": "month", "years": "year",
    "días": "día", "días hábiles": "día hábil", "meses": "mes", "años": "año",
}  # fmt: skip


def deadline(given: Deadline, language: str) -> str:
    """Return a deadline as a phrase: ``within 15 days of receipt of the complaint``."""
    event = given.event.text(language)
    if given.at_once or given.length is None or given.unit is None:
        return _AT_ONCE[language].format(event=event)
    unit = _UNITS[language]["working" if given.kind == "working" else given.unit]
    if given.length == 1:
        unit = _SINGULAR.get(unit, unit)
    length = f"{given.length}{unit}" if language == "zh" else f"{given.length} {unit}"
    return _DIRECTIONS[language][given.direction].format(event=event, length=length)


def figure(given: Parameter, language: str) -> str:
    """Return the bounds of a figure with its unit: ``≥ 10,000, ≤ 100,000 CNY``; ``<`` and ``>`` exclude."""
    signs = (
        ("", given.value),
        ("≥ ", given.min),
        ("> ", given.above),
        ("≤ ", given.max),
        ("< ", given.below),
    )
    bounds = ", ".join(
        f"{sign}{value:,}" if isinstance(value, int) else f"{sign}{value}"
        for sign, value in signs
        if value is not None
    )
    of = f" ({given.of.text(language)})" if given.of else ""
    return f"{bounds} {given.unit}{of}"


def provision(view: ProvisionView, language: str) -> Iterator[str]:
    """Yield the lines that show one provision at the terminal."""
    label = LABELS[language]
    yield f"{view.id}  {view.instrument_title.text(language)}"
    yield f"  {view.summary.text(language)}"
    ends = f"  {label['until']} {view.repealed}" if view.repealed else ""
    yield from _row(label["who"], f"{view.addressee}    {label['modality']}: {view.modality}")
    yield from _row(label["runs"], f"{', '.join(view.mechanism)}    {label['state']}: {view.state}")
    yield from _row(label["since"], f"{view.effective}{ends}")
    if view.trigger != "none":
        yield from _row(label["trigger"], view.trigger)
    yield from _row(label["needs"], *view.needs)
    if view.deadline:
        yield from _row(label["deadline"], deadline(view.deadline, language))
    for parameter in view.parameters:
        yield from _row(label["figure"], f"{parameter.what.text(language)}: {figure(parameter, language)}")
    yield from _row(label["sanctions"], *_links(view.sanctioned_by, language))
    yield from _row(label["refers"], *_links(view.refers_to, language))
    yield from _row(label["cited"], *_links(view.cited_by, language))
    for item in view.readings:
        words = f"{item.reading.question.text(language)} → {item.words.text(language)}"
        yield from _row(label["reading"], f"{item.id}: {words}")
    if view.why:
        yield from _row(label["why"], view.why)
    for note in view.translation_notes:
        yield from _row(label["note"], note.meaning)
    for text in view.texts:
        yield from _row(label["text"], _text(text, label["enclosing"]))


def _row(label: str, *values: str) -> Iterator[str]:
    """Yield a labelled line and the further values below it; nothing where there is no value."""
    from rich.cells import cell_len

    for number, value in enumerate(values):
        shown = label if number == 0 else ""
        yield f"  {shown}{' ' * (12 - cell_len(shown))}{value}"


def _links(links: tuple[Link, ...], language: str) -> list[str]:
    return [
        item.citation if item.inside else f"{item.citation} ({item.title.text(language)})"
        for item in dict.fromkeys(links)
    ]


def _text(text: UnitText, enclosing: str) -> str:
    around = f", {enclosing}" if text.enclosing else ""
    return f"[{text.language} {text.eid}{around}] {text.number} {text.heading} {text.text}".replace("  ", " ")


def reading(view: ReadingView, language: str) -> Iterator[str]:
    """Yield the lines that show a reading: the question, every answer, and which of them stands."""
    item, label = view.reading, LABELS[language]
    marks = [label["contested"]] if item.contested else []
    marks += [label["by_organisation"]] if view.chosen_by == "organisation" else []
    yield f"{view.id}  ({', '.join(item.provisions)})" + "".join(f"  [{mark}]" for mark in marks)
    yield f"  {item.question.text(language)}"
    for option in item.alternatives:
        mark = "✓" if option.id == view.answer else " "
        yield f"  {mark} {option.id}: {option.answer.text(language)}"


def category(one: AppCategory, language: str) -> Iterator[str]:
    """Yield the lines that show an app category: what is necessary, and for each item when."""
    yield f"{one.number}. {one.label.text(language)}: {one.basic_service.text(language)}"
    yield f"  {one.key}  necessary-pi:{one.provision}"
    for item in one.necessary:
        condition = f" ({item.condition.text(language)})" if item.condition else ""
        yield f"  {item.key}  {item.label.text(language)}{condition}"
        yield from (f"      {line}" for line in _needs(item))


def _needs(item: Item) -> Iterator[str]:
    """Yield when an item is necessary, as a condition: a line for each answer to its reading."""
    if not item.reading and item.when:
        yield item.when
    for answer, need in item.answers.items():
        when = need.when or (f"one of {', '.join(need.one_of)}" if need.one_of else "TRUE")
        yield f"{item.reading} = {answer}: {when}"
