"""Due dates, calendars and retention plans in words at the terminal."""

from collections.abc import Iterator

from shouxin.duties.command import Called
from shouxin.duties.due.service import ClockLine, DueAnswer, Year, rest_day
from shouxin.engine.retention import Kept
from shouxin.law.mechanism import Span

HEAD = {
    "zh": ("期限", "长度", "内容"),
    "en": ("CLOCK", "LENGTH", "WHAT"),
    "es": ("PLAZO", "DURACIÓN", "QUÉ"),
}

LABELS = {
    "zh": {
        "within": "最迟", "at_least": "至少保存（持续）至", "at_most": "最长至", "before": "最迟（倒算）",
        "every": "下一次最迟", "at_once": "立即", "skipped": "不计入", "made_up": "补班日计入",
        "provisional": "暂定：该年放假通知尚未载入", "own": "期限由本组织设定", "event": "起算",
        "readings": "所依解释", "otherwise": "另一解释", "extended": "已延长", "no_figure": "文本没有天数",
        "promptly": "及时", "regularly": "定期", "as_agreed": "按约定", "as_required": "按要求",
        "as_needed": "以必要为限", "by_other_law": "依其他规定", "no_time_named": "文本未写时间",
        "days": "天", "working": "个工作日", "months": "个月", "years": "年",
        "if_extended": "延长后最迟",
        "year_published": "已公布", "year_provisional": "未公布（仅计周末，暂定）",
        "working_days": "个工作日",
        "rest": "放假", "work": "补班", "at_least_short": "不少于", "at_most_short": "不超过",
        "as_organisation_sets": "由本组织设定", "as_long_as_needed": "以必要为限", "holds": "内容",
        "unknown": "是否适用未知", "": "",
    },
    "en": {
        "within": "no later than", "at_least": "at least through", "at_most": "no longer than through",
        "before": "no later than (counted back)", "every": "next no later than", "at_once": "at once",
        "skipped": "not counted", "made_up": "make-up day counted",
        "provisional": "provisional: the holidays of that year are not published",
        "own": "the organisation's own length", "event": "from", "readings": "readings",
        "otherwise": "otherwise", "extended": "extended by", "no_figure": "the text names no figure",
        "promptly": "promptly", "regularly": "regularly", "as_agreed": "as agreed",
        "as_required": "as required", "as_needed": "as long as needed", "by_other_law": "by other rules",
        "no_time_named": "no time named", "days": "days", "working": "working days", "months": "months",
        "years": "years",
        "if_extended": "if extended, no later than", "year_published": "published",
        "year_provisional": "not published (weekends only, provisional)", "working_days": "working days",
        "rest": "rest", "work": "make-up", "at_least_short": "at least", "at_most_short": "at most",
        "as_organisation_sets": "as the organisation sets", "as_long_as_needed": "as long as needed",
        "holds": "holds", "unknown": "not known whether it applies", "": "",
    },
    "es": {
        "within": "a más tardar el", "at_least": "al menos hasta el", "at_most": "como máximo hasta el",
        "before": "a más tardar (contado hacia atrás) el", "every": "la próxima a más tardar el",
        "at_once": "de inmediato", "skipped": "no se cuenta", "made_up": "se cuenta (día recuperado)",
        "provisional": "provisional: los festivos de ese año no están publicados",
        "own": "plazo propio de la organización", "event": "desde", "readings": "lecturas",
        "otherwise": "con otra lectura", "extended": "prorrogado por", "no_figure": "el texto no da cifra",
        "promptly": "sin demora", "regularly": "con regularidad", "as_agreed": "según lo acordado",
        "as_required": "según lo exigido", "as_needed": "lo necesario", "by_other_law": "según otras normas",
        "no_time_named": "sin plazo en el texto", "days": "días", "working": "días laborables",
        "months": "meses", "years": "años",
        "if_extended": "con prórroga, a más tardar el",
        "year_published": "publicado", "year_provisional": "sin publicar (solo fines de semana, provisional)",
        "working_days": "días laborables", "rest": "descanso", "work": "recuperado",
        "at_least_short": "al menos", "at_most_short": "como máximo",
        "as_organisation_sets": "lo que fije la organización", "as_long_as_needed": "lo necesario",
        "holds": "contiene", "unknown": "no se sabe si se aplica", "": "",
    },
}  # fmt: skip


def span(given: Span | None, language: str) -> str:
    """Return a length of time in words."""
    label = LABELS[language]
    if given is None:
        return ""
    unit = label["working"] if given.kind == "working" else label[given.unit]
    return f"{given.length}{unit}" if language == "zh" else f"{given.length} {unit}"


def due(found: DueAnswer, language: str, called: Called) -> Iterator[str]:
    """Yield the lines that show when a clock runs out."""
    label = LABELS[language]
    if found.due is None:
        yield f"{found.provision}: {label[found.word]}; {label['no_figure']}"
        return
    word = label["at_once"] if found.at_once else label[found.direction]
    yield f"{found.provision}: {word} {found.due}"
    if found.event:
        yield f"  {label['event']} {found.start}: {found.event.text(language)}"
    if found.provisional:
        yield f"  {label['provisional']}"
    if found.own:
        yield f"  {label['own']}"
    for name in found.extended_by:
        yield f"  {label['extended']}: {name}"
    if found.if_extended:
        yield f"  {label['if_extended']} {found.if_extended}"
    for item in found.skipped:
        yield f"  {label['skipped']}: {item.date}  {day_of_rest(item.why, called)}"
    for item in found.made_up:
        yield f"  {label['made_up']}: {item.date}"
    if found.readings:
        yield f"  {label['readings']}: {', '.join(found.readings)}"
    for other in found.otherwise:
        yield f"  {label['otherwise']}: {other.due}  {other.reading} = {other.answer}"


def day_of_rest(why: str, called: Called) -> str:
    """Return why a day does not count; a notice of an operator names its holidays in its own words."""
    word = rest_day(why)
    name = called(word, "rest_day")
    return why if name == word else name


def clock(line: ClockLine, language: str) -> tuple[str, str, str]:
    """Return one clock as a row: provision, length, what it says."""
    label = LABELS[language]
    text = label["at_once"] if line.at_once else span(line.span, language) or label[line.word]
    return line.provision, text, line.summary.text(language)


def year(found: Year, language: str, called: Called) -> Iterator[str]:
    """Yield the lines that show a year."""
    label = LABELS[language]
    state = label["year_published"] if found.published else label["year_provisional"]
    yield f"{found.year}: {found.working_days} {label['working_days']}, {state}"
    for day, name in found.rest.items():
        yield f"  {label['rest']}  {day}  {day_of_rest(name, called)}"
    for day in found.work:
        yield f"  {label['work']}  {day}"


def kept(found: Kept, language: str) -> Iterator[str]:
    """Yield the lines that show how one kind of record is kept."""
    label = LABELS[language]
    yield f"{found.kind}  {found.label.text(language)}"
    for period in found.periods:
        bound = label.get(f"{period.bound}_short", "")
        time = f"{bound} {span(period.span, language)}".strip() or label[period.keep]
        unknown = f"  ({label['unknown']}: {', '.join(period.missing)})" if period.applies is None else ""
        if period.applies is not False:
            yield f"  {period.provision}  {time}{unknown}"
    for item in found.items:
        yield f"  {label['holds']}: {item.what.text(language)}"
