"""A procedure drawn from its data: Mermaid text, and SVG by a small layered layout of our own.

States stand in rows, each a box; a step is an arrow with the number of its line in the table of steps. Each
number has a place of its own in a lane between the rows, so that it covers nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.sax.saxutils import escape

from shouxin.duties.cases.layers import Layers, Node
from shouxin.duties.cases.model import ProcedureView
from shouxin.duties.cases.places import Place, Size, places
from shouxin.duties.lettering import LINE, width, wrapped

EDGE, ROOM, PORT, LOOP = 16, 170, 14, 26
"""The margin, the length of a box's lines, the room of an arrow at a box and of one back to it, in pixels."""

_BEGIN = ""
_NUMBERS = 5
"""Steps that one line of a label holds."""


class Label(NamedTuple):
    """Lines of text in a box of their own."""

    lines: tuple[str, ...]
    wide: float
    high: float


class Drawing(NamedTuple):
    """What a procedure looks like before it is written down: who stands where, and how large."""

    layers: Layers
    steps: Sequence[tuple[tuple[str, str], list[int]]]
    boxes: Mapping[str, Label]
    numbers: Sequence[Label]
    middle: Mapping[Node, Place]
    sizes: Mapping[Node, Size]

    def edge(self, name: Node, side: int) -> float:
        """Return where the box of a state ends, below (1) or above (-1) its middle."""
        box = self.boxes.get(str(name))
        return self.middle[name].y + side * (box.high if box else self.sizes[name].high) / 2


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
    drawn = _drawing(found, language)
    right = max(drawn.middle[node].x + size.right for node, size in drawn.sizes.items()) + 2 * EDGE
    below = max(drawn.middle[node].y + size.high / 2 for node, size in drawn.sizes.items()) + 2 * EDGE
    title, about = escape(found.title.text(language)), escape(found.about.text(language))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right:.0f}" height="{below:.0f}" '
        f'viewBox="{-EDGE} {-EDGE} {right:.0f} {below:.0f}" role="img" '
        'aria-labelledby="diagram-title diagram-about" font-family="sans-serif" font-size="13">'
        f'<title id="diagram-title">{title}</title><desc id="diagram-about">{about}</desc>'
        f'<rect x="{-EDGE}" y="{-EDGE}" width="{right:.0f}" height="{below:.0f}" fill="#fdfcf9"/>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#5a554d"/></marker></defs>'
    )
    return "".join([head, *_lines(drawn), *_begin(drawn), *_boxes(found, drawn), *_marks(drawn), "</svg>\n"])


def _drawing(found: ProcedureView, language: str) -> Drawing:
    steps = list(_steps(found).items())
    layers = Layers([_BEGIN, *(state.name for state in found.states)], [ends for ends, _ in steps])
    numbers = [_numbers(at) for _, at in steps]
    boxes = {state.name: _label(wrapped(state.label.text(language), ROOM), 26, 24) for state in found.states}
    for name, box in boxes.items():
        ports = max(len(layers.above[name]), len(layers.below[name]), 4)
        boxes[name] = box._replace(wide=max(box.wide, PORT * (ports + 1)))
    sizes: dict[Node, Size] = {_BEGIN: Size(8, 8, 16)}
    for name, box in boxes.items():
        loop = [LOOP + numbers[at].wide for at, (ends, _) in enumerate(steps) if ends == (name, name)]
        high = max(
            [box.high, *(numbers[at].high for at, (ends, _) in enumerate(steps) if ends == (name, name))]
        )
        sizes[name] = Size(box.wide / 2, box.wide / 2 + sum(loop), high)
    for number, way in layers.ways.items():
        sizes |= {node: Size(1, 1, 0) for node in way[1:-1]}
        label = numbers[number]
        sizes[layers.label(number)] = Size(label.wide / 2, label.wide / 2, label.high)
    for row in layers.rows:
        high = max(sizes[node].high for node in row)
        sizes |= {node: sizes[node]._replace(high=high) for node in row}
    return Drawing(layers, steps, boxes, numbers, places(layers, sizes), sizes)


def _steps(found: ProcedureView) -> dict[tuple[str, str], list[int]]:
    """Return the numbers of the steps between each two states."""
    arrows: dict[tuple[str, str], list[int]] = {}
    for number, step in enumerate(found.steps, start=1):
        for begins in step.from_ or (_BEGIN,):
            arrows.setdefault((begins, step.to or begins), []).append(number)
    return arrows


def _numbers(at: Sequence[int]) -> Label:
    lines = [at[first : first + _NUMBERS] for first in range(0, len(at), _NUMBERS)]
    return _label(tuple(", ".join(map(str, line)) for line in lines), 10, 4)


def _label(lines: tuple[str, ...], beside: float, above: float) -> Label:
    return Label(lines, max(map(width, lines)) + beside, LINE * len(lines) + above)


def _lines(drawn: Drawing) -> Iterator[str]:
    """Yield the arrows: straight down through the rows they pass, bent between them."""
    ports = _ports(drawn)
    for number, way in drawn.layers.ways.items():
        marks = []
        for node in way:
            x = ports.get((number, node), drawn.middle[node].x)
            y, half = drawn.middle[node].y, drawn.sizes[node].high / 2
            marks += [(x, y - half), (x, y + half)]
        marks[0] = marks[0][0], drawn.edge(way[0], 1)
        marks[-1] = marks[-1][0], drawn.edge(way[-1], -1)
        if number in drawn.layers.back:
            marks.reverse()
        yield _arrow("".join(_bends(marks)))
    for name, box in drawn.boxes.items():
        if any(ends == (name, name) for ends, _ in drawn.steps):
            x, y = drawn.middle[name].x + box.wide / 2, drawn.middle[name].y
            yield _arrow(f"M{x:.1f} {y - 9:.1f}c{LOOP} -6 {LOOP} 24 0 18")


def _bends(marks: Sequence[tuple[float, float]]) -> Iterator[str]:
    x, y = marks[0]
    yield f"M{x:.1f} {y:.1f}"
    for (x, y), (to, end) in pairwise(marks):
        if y == end:
            continue
        half = (y + end) / 2
        bent = abs(x - to) > 0.5
        yield f"C{x:.1f} {half:.1f} {to:.1f} {half:.1f} {to:.1f} {end:.1f}" if bent else f"V{end:.1f}"


def _ports(drawn: Drawing) -> Mapping[tuple[int, Node], float]:
    """Return where along a box each arrow begins or ends, in the order of what lies beyond."""
    ports: dict[tuple[int, Node], float] = {}
    beyond: dict[tuple[str, bool], list[tuple[float, int]]] = {}
    for number, way in drawn.layers.ways.items():
        beyond.setdefault((str(way[0]), True), []).append((drawn.middle[way[1]].x, number))
        beyond.setdefault((str(way[-1]), False), []).append((drawn.middle[way[-2]].x, number))
    for (name, _), there in beyond.items():
        box = drawn.boxes.get(name)
        part = min(PORT * 2, box.wide / (len(there) + 1)) if box else 0
        first = drawn.middle[name].x - part * (len(there) - 1) / 2
        for at, (_, number) in enumerate(sorted(there)):
            ports[number, name] = first + part * at
    return ports


def _arrow(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="#5a554d" stroke-width="1.2" marker-end="url(#tip)"/>'


def _begin(drawn: Drawing) -> Iterator[str]:
    place = drawn.middle[_BEGIN]
    yield f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="7" fill="#1d1b18"/>'


def _boxes(found: ProcedureView, drawn: Drawing) -> Iterator[str]:
    for state in found.states:
        thick = 2.5 if state.final else 1
        look = f'rx="6" fill="#f5f2eb" stroke="#1d1b18" stroke-width="{thick}"'
        yield _framed(drawn.middle[state.name], drawn.boxes[state.name], look, "#1d1b18")


def _marks(drawn: Drawing) -> Iterator[str]:
    look = 'rx="9" fill="#fdfcf9" stroke="#8a8377"'
    for number, ((begins, leads), _) in enumerate(drawn.steps):
        label = drawn.numbers[number]
        if begins == leads:
            middle = drawn.middle[begins]
            place = Place(middle.x + drawn.boxes[begins].wide / 2 + LOOP + label.wide / 2 - 4, middle.y)
        else:
            place = drawn.middle[drawn.layers.label(number)]
        yield _framed(place, label, look, "#8f1d22")


def _framed(place: Place, label: Label, look: str, ink: str) -> str:
    first = place.y + 4.5 - LINE * (len(label.lines) - 1) / 2
    text = "".join(
        f'<tspan x="{place.x:.1f}" y="{first + LINE * row:.1f}">{escape(line)}</tspan>'
        for row, line in enumerate(label.lines)
    )
    return (
        f'<rect x="{place.x - label.wide / 2:.1f}" y="{place.y - label.high / 2:.1f}" '
        f'width="{label.wide:.1f}" height="{label.high:.1f}" {look}/>'
        f'<text text-anchor="middle" fill="{ink}">{text}</text>'
    )
