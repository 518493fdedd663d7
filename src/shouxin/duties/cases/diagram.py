"""A procedure drawn from its data: Mermaid text, and SVG by a small layered layout of our own.

States stand in rows by their distance from the beginning, each a box; a step is an arrow with the number
of its line in the table of steps, so that no label ever covers another.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple
from xml.sax.saxutils import escape

from shouxin.duties.cases.model import ProcedureView

WIDE, HIGH, ACROSS, DOWN, EDGE = 168, 44, 40, 76, 24
"""Size of a box, the room between boxes and between rows, and the margin, in pixels."""

_BEGIN = ""
_LETTERS = 20
"""Columns of Latin letters that fit a line of a box; a Chinese character takes two."""


class Place(NamedTuple):
    """Where a box stands: its left upper corner."""

    x: float
    y: float


def mermaid(found: ProcedureView, language: str) -> str:
    """Return a state diagram in Mermaid's language."""
    lines = ["stateDiagram-v2"]
    for state in found.states:
        quoted = state.label.text(language).replace('"', "'")
        lines.append(f'    state "{quoted}" as {state.name}')
    for step in found.steps:
        label = step.label.text(language).replace(":", " ").replace(";", ",")
        lines += [f"    {begins} --> {step.to or begins}: {label}" for begins in step.from_ or ("[*]",)]
    lines += [f"    {state.name} --> [*]" for state in found.states if state.final]
    return "\n".join(lines) + "\n"


def svg(found: ProcedureView, language: str) -> str:
    """Return the procedure as an SVG document without styles: every colour is an attribute."""
    places = layout(found)
    arrows = _arrows(found)
    right = max(place.x for place in places.values()) + WIDE + EDGE
    below = max(place.y for place in places.values()) + HIGH + EDGE
    loops = max((len(at) for (_, to), at in arrows.items() if to), default=0)
    width, height = right + 56 + 8 * loops, below
    title, about = escape(found.title.text(language)), escape(found.about.text(language))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="diagram-title diagram-about" '
        'font-family="sans-serif" font-size="13">'
        f'<title id="diagram-title">{title}</title><desc id="diagram-about">{about}</desc>'
        f'<rect width="{width:g}" height="{height:g}" fill="#fdfcf9"/>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#5a554d"/></marker></defs>'
    )
    parts = [head]
    labels: list[str] = []
    for number, ((begins, leads), at) in enumerate(arrows.items()):
        line, mark = _arrow(places[begins], places[leads], same=begins == leads, turn=number)
        parts.append(
            f'<path d="{line}" fill="none" stroke="#5a554d" stroke-width="1.2" marker-end="url(#tip)"/>'
        )
        labels.append(_number(mark, ", ".join(map(str, at))))
    start = places[_BEGIN]
    parts.append(f'<circle cx="{start.x + WIDE / 2:g}" cy="{start.y + HIGH - 8:g}" r="7" fill="#1d1b18"/>')
    parts += [
        _box(places[state.name], state.label.text(language), final=state.final) for state in found.states
    ]
    return "".join([*parts, *labels, "</svg>\n"])


def layout(found: ProcedureView) -> Mapping[str, Place]:
    """Return the place of every state, and of the beginning under the empty name."""
    rows = _rows(found)
    widest = max(len(row) for row in rows)
    places: dict[str, Place] = {}
    for depth, row in enumerate(rows):
        indent = (widest - len(row)) * (WIDE + ACROSS) / 2
        for column, name in enumerate(row):
            places[name] = Place(EDGE + indent + column * (WIDE + ACROSS), 4 + depth * (HIGH + DOWN))
    return places


def _rows(found: ProcedureView) -> list[list[str]]:
    """Return the states by their distance from the beginning, each row in the order of its arrows."""
    steps = [(step.from_ or (_BEGIN,), step.to) for step in found.steps if step.to]
    depth = {_BEGIN: 0}
    for _ in found.states:
        for begins, leads in steps:
            known = [depth[name] for name in begins if name in depth]
            if known and leads not in depth:
                depth[leads] = min(known) + 1
    deepest = max(depth.values()) + 1
    rows: list[list[str]] = [[] for _ in range(deepest + 1)]
    for name in (_BEGIN, *(state.name for state in found.states)):
        rows[depth.get(name, deepest)].append(name)
    rows = [row for row in rows if row]
    for above, row in pairwise(rows):
        order = {name: index for index, name in enumerate(above)}
        middle = {
            name: [order[one] for begins, leads in steps if leads == name for one in begins if one in order]
            for name in row
        }
        row.sort(key=lambda name: sum(middle[name]) / len(middle[name]) if middle[name] else len(order))
    return rows


def _arrows(found: ProcedureView) -> dict[tuple[str, str], list[int]]:
    """Return the numbers of the steps between each two states."""
    arrows: dict[tuple[str, str], list[int]] = {}
    for number, step in enumerate(found.steps, start=1):
        for begins in step.from_ or (_BEGIN,):
            arrows.setdefault((begins, step.to or begins), []).append(number)
    return arrows


def _arrow(begins: Place, leads: Place, *, same: bool, turn: int) -> tuple[str, Place]:
    """Return the path of an arrow and the place of its number."""
    if same:
        x, y = begins.x + WIDE, begins.y + HIGH / 2
        return f"M{x:g} {y - 10:g}c26 -6 26 26 0 20", Place(x + 26, y)
    if leads.y > begins.y:
        aside = (turn % 5 - 2) * 12
        x1, y1 = begins.x + WIDE / 2 + aside, begins.y + HIGH
        x2, y2 = leads.x + WIDE / 2 + aside, leads.y
        bend = (y2 - y1) / 2
        share = 0.3 + turn % 4 * 0.12
        line = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
        return line, _on_curve((x1, x1, x2, x2), (y1, y1 + bend, y2 - bend, y2), share)
    side = 1 if leads.x >= begins.x else -1
    x1 = begins.x + (WIDE if side > 0 else 0)
    x2 = leads.x + (0 if side > 0 and leads.x > begins.x else WIDE)
    y1, y2 = begins.y + HIGH / 2 + 8, leads.y + HIGH / 2 - 8
    out = 34 + turn % 4 * 8
    c1, c2 = x1 + side * out, x2 + (out if x2 == leads.x + WIDE else -out)
    line = f"M{x1:g} {y1:g}C{c1:g} {y1:g} {c2:g} {y2:g} {x2:g} {y2:g}"
    return line, _on_curve((x1, c1, c2, x2), (y1, y1, y2, y2), 0.35 + turn % 4 * 0.1)


def _on_curve(xs: tuple[float, ...], ys: tuple[float, ...], share: float) -> Place:
    """Return the point of a Bézier curve at a share of its way."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x, y = (sum(w * c for w, c in zip(weights, axis, strict=True)) for axis in (xs, ys))
    return Place(x, y)


def _box(place: Place, label: str, *, final: bool) -> str:
    lines = list(_broken(label))[:2]
    first = place.y + HIGH / 2 + 4.5 - 8 * (len(lines) - 1)
    text = "".join(
        f'<tspan x="{place.x + WIDE / 2:g}" y="{first + 16 * row:g}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    wide = 2.5 if final else 1
    return (
        f'<rect x="{place.x:g}" y="{place.y:g}" width="{WIDE}" height="{HIGH}" rx="6" '
        f'fill="#f5f2eb" stroke="#1d1b18" stroke-width="{wide}"/>'
        f'<text text-anchor="middle" fill="#1d1b18">{text}</text>'
    )


def _number(place: Place, text: str) -> str:
    wide = 8 * len(text) + 8
    return (
        f'<rect x="{place.x - wide / 2:g}" y="{place.y - 9:g}" width="{wide}" height="18" rx="9" '
        'fill="#fdfcf9" stroke="#8a8377"/>'
        f'<text x="{place.x:g}" y="{place.y + 4.5:g}" text-anchor="middle" fill="#8f1d22">{text}</text>'
    )


def _broken(label: str) -> Iterator[str]:
    """Yield a label in lines that fit a box; one that is longer than two ends in an ellipsis."""
    lines, line, columns = [], "", 0
    for word in label.split(" ") if label.isascii() or " " in label else label:
        wide = sum(2 if char >= "\u2e80" else 1 for char in word)
        gap = " " if line and (label.isascii() or " " in label) else ""
        if line and columns + len(gap) + wide > _LETTERS:
            lines.append(line)
            line, columns, gap = "", 0, ""
        line, columns = line + gap + word, columns + len(gap) + wide
    lines.append(line)
    yield from (lines[0], *([lines[1] + ("…" if len(lines) > 2 else "")] if lines[1:] else []))
