"""The pictures of a pack as SVG: where the organisation stands, and where information flows. Pure."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from shouxin.duties.inspection.model import Item
from shouxin.duties.inventory.flows import flows, picture
from shouxin.duties.inventory.service import Organisation
from shouxin.duties.lettering import wrapped
from shouxin.duties.posture.service import STATES

COLOURS = {
    "met": "#3f7d4e",
    "not_met": "#a8321c",
    "expired": "#c27a1a",
    "unknown": "#8a8378",
    "not_applicable": "#d9d4ca",
}
"""The colour of each state; the words beside say the same."""

_FILLS = {"service": "#e9eef5", "activity": "#fdfcf9", "system": "#eef3ea", "party": "#f5ecdf"}
_WIDE, _NAMES, _HIGH, _LINE = 760, 300, 22, 15


def standing(
    items: Sequence[Item], titles: Mapping[str, Mapping[str, str]], words: Mapping[str, str], code: str
) -> Markup:
    """Return a bar for each instrument: how many of its controls are in which state."""
    rows, y = [], 34
    for name, title in titles.items():
        mine = [one.state for one in items if one.instrument == name]
        lines = wrapped(title[code], _NAMES - 20)
        rows.append(_row(lines, mine, y))
        y += max(_HIGH + 8, len(lines) * _LINE + 8)
    legend = Markup("").join(
        Markup('<rect x="{}" y="8" width="12" height="12" fill="{}"/><text x="{}" y="18">{}</text>').format(
            at, COLOURS[state], at + 17, words[state]
        )
        for at, state in zip(range(8, _WIDE, 145), STATES, strict=False)
    )
    return _svg(_WIDE, y + 6, words["posture"], legend + Markup("").join(rows))


def flowing(organisation: Organisation, words: Mapping[str, str]) -> Markup:
    """Return the flows of the inventory, as the console shows them."""
    found = picture(organisation, flows(organisation))
    marker = Markup(
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#5a554d"/></marker></defs>'
    )
    lines = Markup("").join(
        Markup('<path d="{}" fill="none" stroke="{}"{} marker-end="url(#tip)"/>').format(
            one.path,
            "#a8321c" if one.abroad else "#5a554d",
            Markup(' stroke-dasharray="6 4"') if one.abroad else "",
        )
        for one in found.lines
    )
    boxes = Markup("").join(
        Markup('<rect x="{}" y="{}" width="214" height="{}" rx="4" fill="{}" stroke="{}"/>').format(
            one.x, one.y, one.high, _FILLS[one.kind], "#a8321c" if one.abroad else "#5a554d"
        )
        + _text(one.lines, one.x + 12, one.y + 21, 16)
        for one in found.boxes
    )
    return _svg(round(found.wide), round(found.high), words["flows"], marker + lines + boxes)


def _row(lines: Sequence[str], states: Sequence[str], y: int) -> Markup:
    drawn, x, room = [_text(lines, 8, y + 15, _LINE)], float(_NAMES), _WIDE - _NAMES - 50
    for state in STATES:
        wide = room * states.count(state) / len(states)
        if wide:
            drawn.append(
                Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}"/>').format(
                    x, y, wide, _HIGH, COLOURS[state]
                )
            )
        x += wide
    drawn.append(_text([str(len(states))], _WIDE - 42, y + 16, _LINE))
    return Markup("").join(drawn)


def _text(lines: Sequence[str], x: float, y: float, step: int) -> Markup:
    return Markup("").join(
        Markup('<text x="{}" y="{}">{}</text>').format(x, y + step * number, line)
        for number, line in enumerate(lines)
    )


def _svg(wide: int, high: int, title: str, inside: Markup) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        'font-family="{font}" font-size="13" fill="#26231f"><title>{title}</title>'
        '<rect width="{w}" height="{h}" fill="#fdfcf9"/>{inside}</svg>'
    ).format(w=wide, h=high, title=title, inside=inside, font=escape("sans-serif"))
