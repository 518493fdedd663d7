"""What a person's identities reach in a store, drawn: tables from left to right, an arrow for a reference.

What a box is stands in it as words, so that no colour says anything alone: by what it is reached, whether its
rows can be another's too, whether the law has them kept, whether texts are searched, and what is counted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from markupsafe import Markup

from shouxin.connect.model import DatasetMap
from shouxin.connect.reach import Place, Reach, reach
from shouxin.connect.survey import Part
from shouxin.duties.lettering import LINE, wrapped

Called = Callable[[str, str], str]
"""What returns the words of a language for a closed word and its group."""

WORDS = (
    "about", "from", "identity", "kept", "lost", "nobody", "reached", "remains", "shared", "text", "title",
)  # fmt: skip
"""The words that the pictures and their tables use, in the group ``reach``."""

ROOM, GAP, EDGE, BETWEEN = 170, 14, 12, 70
"""The length of a box's lines, the room between boxes, the margin, and between columns, in pixels."""

_WIDE, _LONGEST, _PIECE = ROOM + 24, 60, 18
_INK, _LINE, _RED = "#26231f", "#5a554d", "#a8321c"
_BOLD = ' font-weight="600"'
_LOOKS = {
    "identity": f'fill="#e9eef5" stroke="{_LINE}"',
    "reached": f'fill="#fdfcf9" stroke="{_LINE}"',
    "shared": f'fill="#f5ecdf" stroke="{_LINE}"',
    "text": f'fill="#eef3ea" stroke="{_LINE}"',
    "lost": f'fill="#fbe9e4" stroke="{_RED}" stroke-width="2"',
    "nobody": f'fill="#fdfcf9" stroke="{_LINE}" stroke-dasharray="2 3"',
    "remains": f'fill="#fdfcf9" stroke="{_LINE}" stroke-dasharray="6 4"',
}


class Reaching(NamedTuple):
    """What a store's map reaches, and what a plan counts in each of its tables; none without a plan."""

    found: DatasetMap
    tables: tuple[Reach, ...]
    parts: Mapping[str, Sequence[Part]]


class _Box(NamedTuple):
    kind: str
    name: str
    lines: tuple[str, ...]
    x: float
    y: float

    @property
    def high(self) -> float:
        return len(self.lines) * LINE + 16


def reaching(
    maps: Sequence[DatasetMap], parts: Mapping[Place, Sequence[Part]] | None = None
) -> tuple[Reaching, ...]:
    """Return what each map reaches, in their order; ``parts`` are those of a plan by store and table."""
    tables = reach(maps)
    counted = parts or {}
    return tuple(
        Reaching(
            found,
            tuple(one for one in tables if one.store == found.store),
            {table: some for (store, table), some in counted.items() if store == found.store},
        )
        for found in maps
    )


def kind(one: Reach) -> str:
    """Return in a word how a table is reached: one of the words in the group ``reach``."""
    if one.lost:
        return "lost"
    if one.steps is None:
        return "text" if one.text else "nobody"
    if one.steps == 0:
        return "identity"
    return "shared" if one.shared else "reached"


def ways(one: Reach) -> Iterator[str]:
    """Yield the identities of a table and the references by which it is reached, as they stand in the map."""
    yield from one.identities
    for way in one.ways:
        table = way.table if way.store == one.store else f"{way.store}.{way.table}"
        yield f"{table} ({', '.join(way.columns)})"


def svg(one: Reaching, called: Called, number: int = 1) -> str:
    """Return the picture of a store as an SVG document; ``number`` tells it from others on its page."""
    boxes = _boxes(one, called)
    wide = max((box.x for box in boxes), default=0.0) + _WIDE + EDGE
    high = max((box.y + box.high for box in boxes), default=0.0) + EDGE
    title, about = (escape(called(word, "reach")) for word in ("title", "about"))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
        f'aria-labelledby="reach-{number}-title reach-{number}-about" '
        'font-family="sans-serif" font-size="13">'
        f'<title id="reach-{number}-title">{title}: {escape(one.found.store)}</title>'
        f'<desc id="reach-{number}-about">{about}</desc>'
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#fdfcf9"/>'
        f'<defs><marker id="reach-{number}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>'
    )
    return "".join([head, *_lines(one, boxes, number), *map(_drawn, boxes), "</svg>\n"])


def drawn_in(catalogue: Any, one: Reaching, number: int) -> Markup:
    """Return the picture of a store in the words of a page's language."""
    return Markup(svg(one, lambda word, group: catalogue.label(group, word), number))  # noqa: S704  # escaped


def _boxes(one: Reaching, called: Called) -> list[_Box]:
    """Return the boxes, in columns by how many references lead there; what nothing leads to comes last."""
    last = max((table.steps or 0 for table in one.tables), default=0) + 1
    columns: dict[int, list[tuple[str, str, tuple[str, ...]]]] = {}
    for table in one.tables:
        at = last if table.steps is None else table.steps
        columns.setdefault(at, []).append((kind(table), table.table, tuple(_said(one, table, called))))
    for left in one.found.remainders:
        columns.setdefault(last, []).append(("remains", left.name, (called("remains", "reach"),)))
    boxes: list[_Box] = []
    for number, column in enumerate(columns[at] for at in sorted(columns)):
        below = float(EDGE)
        for what, name, said in column:
            lines = tuple(line for text in (_cut(name), *said) for line in wrapped(text, ROOM))
            boxes.append(_Box(what, name, lines, EDGE + number * (_WIDE + BETWEEN), below))
            below += boxes[-1].high + GAP
    return boxes


def _said(one: Reaching, table: Reach, called: Called) -> Iterator[str]:
    """Yield what a box says of its table below the name."""
    what = kind(table)
    if what == "identity":
        yield f"{called('identity', 'reach')}: {', '.join(table.identities)}"
    elif what != "reached":
        yield called(what, "reach")
    away = [f"{way.store}.{way.table}" for way in table.ways if way.store != table.store]
    if away:
        yield f"{called('from', 'reach')}: {', '.join(away)}"
    if what == "identity" and table.shared:
        yield called("shared", "reach")
    if table.text and what != "text":
        yield called("text", "reach")
    if table.kept:
        yield f"{called('kept', 'reach')} {table.kept.because}".rstrip()
    for part in one.parts.get(table.table, ()):
        yield f"{part.rows}: {called(part.act, 'rights_act')}"


def _cut(name: str) -> str:
    """Return a name with room to break in; a very long one ends in dots."""
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return " ".join(shown[at : at + _PIECE] for at in range(0, len(shown), _PIECE))


def _lines(one: Reaching, boxes: Sequence[_Box], number: int) -> Iterator[str]:
    at = {box.name: box for box in boxes if box.kind != "remains"}
    for table in one.tables:
        for way in table.ways:
            if way.store == table.store:
                begin, end = at[way.table], at[table.table]
                x, to = begin.x + _WIDE, end.x
                left, right, bend = begin.y + begin.high / 2, end.y + end.high / 2, (x + to) / 2
                look = ' stroke-dasharray="6 4"' if way.means == "uses" else ""
                yield (
                    f'<path d="M{x:.0f} {left:.1f}C{bend:.0f} {left:.1f} {bend:.0f} {right:.1f} '
                    f'{to:.0f} {right:.1f}" fill="none" stroke="{_LINE}"{look} '
                    f'marker-end="url(#reach-{number}-tip)"/>'
                )


def _drawn(box: _Box) -> str:
    text = "".join(
        f'<tspan x="{box.x + 12:.0f}" y="{box.y + 5 + LINE * row:.1f}"'
        f"{_BOLD if row == 1 else ''}>{escape(line)}</tspan>"
        for row, line in enumerate(box.lines, 1)
    )
    return (
        f'<rect x="{box.x:.0f}" y="{box.y:.1f}" width="{_WIDE}" height="{box.high:.0f}" rx="4" '
        f'{_LOOKS[box.kind]}/><text fill="{_INK}">{text}</text>'
    )
