"""The pages that are made from the code and the law files: API, facts, provisions, readings, procedures."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from litestar import Litestar

from shouxin.app.server import create_app
from shouxin.duties.cases import diagram
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.library.service import Library
from shouxin.law.model import Instrument, Provision, Words
from shouxin.law.register import Register
from shouxin.law.rule import Example
from website.page import Page, from_parts, table


def pages(law: Register) -> Iterator[Page]:
    """Yield every generated page."""
    yield api(create_app(Library(law), host_names=("localhost",), api_token=None))
    yield facts(law)
    yield readings(law)
    yield _instruments(law)
    for one in law.instruments:
        yield instrument(one)
    yield from procedures(law)


def api(app: Litestar) -> Page:
    """Return the API as OpenAPI describes it."""
    document: dict[str, Any] = app.openapi_schema.to_schema()
    parts = []
    for path, item in sorted(document["paths"].items()):
        rows: list[tuple[str, ...]] = []
        for method, operation in item.items():
            needs = operation.get("x-needs", "")
            asked = ", ".join(one["name"] for one in operation.get("parameters", ()))
            rows.append(
                (
                    f"<code>{escape(method.upper())}</code>",
                    f"{escape(operation['summary'])}. {escape(operation.get('description', ''))}",
                    f"<code>{escape(asked)}</code>" if asked else "",
                    f"<code>{escape(needs)}</code>" if needs else "anybody",
                )
            )
        parts.append((_id(path), path, table(("method", "what it does", "parameters", "needs"), rows)))
    lead = "Every address of the API, from the description that the server gives at /api/openapi.json."
    return from_parts("reference/api.html", "API", lead, parts)


def facts(law: Register) -> Page:
    """Return the facts and acts that rules are written in."""
    known = law.books.vocabulary
    rows: list[tuple[str, ...]] = [
        (
            f'<code id="{escape(one.name)}">{escape(one.name)}</code>',
            one.type,
            _three(one.label),
            _said(one.question),
        )
        for one in known.facts
    ]
    acts: list[tuple[str, ...]] = [
        (f"<code>{escape(one.name)}</code>", _three(one.label)) for one in known.acts
    ]
    parts = [
        ("acts", "Acts", table(("act", "zh · en · es"), acts)),
        ("facts", "Facts", table(("fact", "type", "zh · en · es", "what a person is asked"), rows)),
    ]
    lead = f"{len(rows)} facts and {len(acts)} acts; conditions of the law are written in them."
    return from_parts("reference/facts.html", "Facts", lead, parts)


def readings(law: Register) -> Page:
    """Return every open question of the texts with its answers."""
    parts = []
    for home, one in law.readings():
        rows: list[tuple[str, ...]] = [
            ("✓" if item.id == one.chosen else "", f"<code>{escape(item.id)}</code>", _said(item.answer))
            for item in one.alternatives
        ]
        cited = ", ".join(_cited(home.instrument, eid) for eid in one.provisions)
        answers = table(("taken", "answer", "what it means"), rows)
        html = f"<p>{_said(one.question)}</p>\n<p>{cited}</p>\n{answers}"
        parts.append((_id(f"{home.instrument}-{one.id}"), f"{home.instrument}:{one.id}", html))
    lead = "Where a text leaves a choice, the answer taken and the others; settings choose another."
    return from_parts("reference/readings.html", "Readings", lead, parts)


def _instruments(law: Register) -> Page:
    rows: list[tuple[str, ...]] = [
        (
            f'<a href="law/{one.instrument}.html">{_three(one.title)}</a>',
            str(one.effective),
            str(len(one.provisions)),
        )
        for one in law.instruments
    ]
    found = table(("instrument", "in force", "provisions"), rows)
    return from_parts("reference/law.html", "The law", "", [("instruments", "Instruments", found)])


def instrument(one: Instrument) -> Page:
    """Return an instrument with its provisions and their examples."""
    parts = [(item.id, f"{one.instrument}:{item.id}", _provision(item)) for item in one.provisions]
    lead = f"In force since {one.effective}. Summaries are in our own words; the text itself is not here."
    title = " · ".join(dict.fromkeys(one.title.text(code) for code in ("zh", "en")))
    return from_parts(f"reference/law/{one.instrument}.html", title, lead, parts)


def procedures(law: Register) -> Iterator[Page]:
    """Yield the list of procedures, and each with its diagram and its steps."""
    keeper = Procedures(Timekeeper(law))
    rows: list[tuple[str, ...]] = []
    for data in sorted(law.books.procedures, key=lambda one: one.procedure):
        found = keeper.show(data.procedure)
        name = escape(data.procedure)
        rows.append((f'<a href="procedures/{name}.html"><code>{name}</code></a>', _three(data.title)))
        steps: list[tuple[str, ...]] = [
            (
                str(number),
                _three(step.label),
                ", ".join(f"<code>{escape(state)}</code>" for state in step.from_) or "the beginning",
                f"<code>{escape(step.to)}</code>" if step.to else "stays",
            )
            for number, step in enumerate(found.steps, 1)
        ]
        drawn = f'<div class="wide" tabindex="0">{diagram.svg(found, "en")}</div>'
        states: list[tuple[str, ...]] = [
            (f"<code>{escape(state.name)}</code>", _three(state.label), "✓" if state.final else "")
            for state in found.states
        ]
        parts = [
            ("diagram", "Diagram", drawn),
            ("states", "States", table(("state", "zh · en · es", "end"), states)),
            ("steps", "Steps", table(("number", "step", "from", "to"), steps)),
        ]
        title = data.title.text("en")
        yield from_parts(f"reference/procedures/{data.procedure}.html", title, data.title.text("zh"), parts)
    listed = table(("procedure", "zh · en · es"), rows)
    lead = (
        f"{len(rows)} procedures of the law as data: who may do what next, what is written down, which clock."
    )
    yield from_parts("reference/procedures.html", "Procedures", lead, [("all", "All procedures", listed)])


def source(path: str, file: Path) -> Page:
    """Return a file of the repository as a page, for documents that point to it."""
    text = escape(file.read_text(encoding="utf-8"))
    return Page(path, file.name, f'<h1>{escape(file.name)}</h1>\n<pre tabindex="0"><code>{text}</code></pre>')


def _provision(one: Provision) -> str:
    said = "".join(
        f'<p lang="{code}">{escape(one.summary.text(code))}</p>'
        for code in ("zh", "en", "es")
        if code in ("zh", "en") or one.summary.text(code) != one.summary.text("en")
    )
    facts = [one.addressee, one.modality, *one.mechanism]
    html = f'{said}<p class="meta">{" · ".join(escape(word.replace("_", " ")) for word in facts)}</p>'
    rules = "".join(f"<li><code>{escape(rule)}</code></li>" for rule in dict.fromkeys(map(_rule, one.gate)))
    if rules:
        html += f"<p>Rules</p><ul>{rules}</ul>"
    if one.examples:
        rows = "".join(f"<li>{_example(example)}</li>" for example in one.examples)
        html += (
            f"<details><summary>{len(one.examples)} examples, run as tests</summary><ul>{rows}</ul></details>"
        )
    return html


def _rule(rule: Any) -> str:
    when = f"when {rule.when} " if rule.when else ""
    require = f"require {rule.require} " if rule.require else ""
    unless = f"unless {', '.join(rule.unless)}" if rule.unless else ""
    return f"{when}{require}→ {rule.effect}{f' {rule.duty}' if rule.duty else ''} {unless}".strip()


def _example(one: Example) -> str:
    given = ", ".join(f"{name}={str(worth).lower()}" for name, worth in (one.facts or one.but).items())
    effect: list[str] = [one.expect.effect] if one.expect.effect else []
    effect += [f"by {', '.join(one.expect.by)}"] if one.expect.by else []
    effect += [f"not by {', '.join(one.expect.not_by)}"] if one.expect.not_by else []
    day = f" on {one.as_of}" if one.as_of else ""
    return f"{escape(one.name)}{day}: <code>{escape(given)}</code> → {escape('; '.join(effect))}"


def _three(words: Words) -> str:
    texts = dict.fromkeys(words.text(code) for code in ("zh", "en", "es"))
    return " · ".join(escape(text) for text in texts)


def _said(words: Words) -> str:
    return " · ".join(dict.fromkeys(escape(words.text(code)) for code in ("en", "zh")))


def _cited(instrument_id: str, eid: str) -> str:
    name = escape(f"{instrument_id}:{eid}")
    return f'<a href="law/{escape(instrument_id)}.html"><code>{name}</code></a>'


def _id(text: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in text).strip("-")
