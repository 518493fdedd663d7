"""What the law files say in ids and figures, put into words: places, lengths of time, bounds."""

import re
from collections.abc import Iterator

from shouxin.app.catalogue import Catalogue
from shouxin.law import citation
from shouxin.law.mechanism import Span
from shouxin.law.model import Deadline, Parameter
from shouxin.law.naming import numeral

_NO_BREAK = "\u00a0"


def place(language: Catalogue, eid: str, inside: str = "") -> str:
    """Return an eId in words: 第十三条第一款第（二）项; article 13, paragraph 1, item 2.

    With ``inside``, a unit around it, only what lies below that unit; "" where nothing does.
    """
    parts = eid.split("__")
    known = inside.split("__") if inside and citation.within(eid, inside) else []
    named = [_part(language, part, parts) for part in parts[len(known) :]]
    text = language.phrases["place.join"].join(named)
    return text[:1].upper() + text[1:]


def duration(language: Catalogue, deadline: Deadline | Span) -> str:
    """Return the length of a deadline or of a time in words, ``15 working days``; "" where it is at once."""
    if deadline.length is None:
        return ""
    unit = f"working_{deadline.unit}" if deadline.kind == "working" else str(deadline.unit)
    return language.fill(language.label("duration", unit), n=deadline.length)


def when(language: Catalogue, deadline: Deadline) -> str:
    """Return how a deadline is counted, up to the event that follows: ``within 15 days, counted from:``."""
    if deadline.at_once:
        return language.phrases["deadline.at_once"]
    length = duration(language, deadline)
    return language.fill(language.label("direction", deadline.direction), length=length)


def amount(language: Catalogue, figure: int | str, unit: str) -> str:
    """Return a figure with its unit: CNY 50,000; 50,000元. A figure in words stands as it is."""
    if isinstance(figure, str):
        return figure
    named = language.labels["unit"].get(re.sub(r"[^a-z0-9]+", "_", unit.lower()), f"{{n}} {unit}")
    return language.fill(named, n=figure)


def bounds(language: Catalogue, parameter: Parameter) -> Iterator[str]:
    """Yield each bound of a parameter in words, with whether the figure itself is included."""
    for bound in ("value", "min", "above", "max", "below"):
        figure = getattr(parameter, bound)
        if figure is not None:
            yield language.fill(
                language.label("bound", bound), amount=amount(language, figure, parameter.unit)
            )


def _part(language: Catalogue, part: str, parts: list[str]) -> str:
    name, _, number = part.partition("_")
    if name == "point" and any(other.startswith("item_") for other in parts):
        name = "subpoint"
    known = language.labels["place"].get(name, f"{name} {{n}}")
    named = known.format(n=number, numeral=numeral(int(number)) if number.isdigit() else "")
    return named.replace(" ", _NO_BREAK)
