"""Every procedure of the law as a drawing: well-formed, and nothing in it covers anything else."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from shouxin.duties.cases import diagram
from shouxin.duties.cases.layers import Layers
from shouxin.duties.cases.procedures import Procedures
from shouxin.duties.due.service import Timekeeper
from shouxin.duties.lettering import width, wrapped
from shouxin.law.register import register

LANGUAGES = ("zh", "en", "es")
SVG = {"svg": "http://www.w3.org/2000/svg"}
PROCEDURES = Procedures(Timekeeper(register()))
NAMES = [line.procedure for line in PROCEDURES.all()]
MERMAID = re.compile(
    r'stateDiagram-v2\n(    (state "[^"\n]+" as \w+|(\w+|\[\*\]) --> (\w+(: [^:;\n]+)?|\[\*\]))\n)+'
)
RESERVED = {"state", "note", "class", "classDef", "style", "click", "direction", "scale", "end"}


class Area(NamedTuple):
    """A rectangle of a drawing."""

    left: float
    top: float
    right: float
    below: float

    def meets(self, other: "Area") -> bool:
        """Tell whether two have a point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.below and other.top < self.below

    def holds(self, other: "Area") -> bool:
        """Tell whether another lies inside."""
        within = self.left <= other.left and other.right <= self.right
        return within and self.top <= other.top and other.below <= self.below


def area(rect: ElementTree.Element) -> Area:
    """Return the place of a rectangle."""
    x, y, wide, high = (float(rect.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + wide, y + high)


def lettered(text: ElementTree.Element) -> Area:
    """Return the place of the lines of a text."""
    lines = [
        (float(line.get("x", "nan")), float(line.get("y", "nan")), width(line.text or "")) for line in text
    ]
    return Area(
        min(x - wide / 2 for x, _, wide in lines),
        min(y for _, y, _ in lines) - 12,
        max(x + wide / 2 for x, _, wide in lines),
        max(y for _, y, _ in lines) + 4,
    )


def points(path: str) -> Iterator[tuple[float, float]]:
    """Yield points along an arrow between two states."""
    x = y = 0.0
    for sign, rest in re.findall(r"([MVC])([^MVC]*)", path):
        told = [float(one) for one in rest.split()]
        if sign == "M":
            x, y = told
        elif sign == "V":
            yield from ((x, y + (told[0] - y) * part / 8) for part in range(9))
            y = told[0]
        else:
            corners = [(x, y), *zip(told[::2], told[1::2], strict=True)]
            for part in range(1, 9):
                share, rest_of = part / 8, 1 - part / 8
                weights = (rest_of**3, 3 * rest_of**2 * share, 3 * rest_of * share**2, share**3)
                yield (
                    sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True)),
                    sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True)),
                )
            x, y = corners[-1]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_covers_anything(name: str) -> None:
    """In each language every text lies in its own frame, no two frames meet, and none leaves the drawing."""
    found = PROCEDURES.show(name)
    for language in LANGUAGES:
        drawn = ElementTree.fromstring(diagram.svg(found, language))
        paper, *frames = [area(rect) for rect in drawn.findall("svg:rect", SVG)]
        texts = [lettered(text) for text in drawn.findall("svg:text", SVG)]
        assert len(texts) == len(frames)
        for frame, text in zip(frames, texts, strict=True):
            assert frame.holds(text), (language, text)
            assert paper.holds(frame), (language, frame)
        for one, other in combinations(frames, 2):
            assert not one.meets(other), (language, one, other)


@pytest.mark.parametrize("name", NAMES)
def test_no_arrow_runs_through_a_state(name: str) -> None:
    """An arrow touches the boxes it joins at their edge, and no other."""
    drawn = ElementTree.fromstring(diagram.svg(PROCEDURES.show(name), "en"))
    frames = [area(rect) for rect in drawn.findall("svg:rect", SVG) if rect.get("rx") == "6"]
    inner = [Area(left + 1, top + 1, right - 1, below - 1) for left, top, right, below in frames]
    arrows = [path.get("d", "") for path in drawn.findall("svg:path", SVG) if "c" not in path.get("d", "c")]
    assert arrows
    for arrow in arrows:
        for x, y in points(arrow):
            assert not any(box.holds(Area(x, y, x, y)) for box in inner), arrow


@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_says_everything(name: str) -> None:
    """A title, a box with the whole label of each state, and every step on each of its arrows."""
    found = PROCEDURES.show(name)
    for language in LANGUAGES:
        drawn = ElementTree.fromstring(diagram.svg(found, language))
        assert drawn.findtext("svg:title", namespaces=SVG) == found.title.text(language)
        texts = ["".join(text.itertext()).replace(" ", "") for text in drawn.findall("svg:text", SVG)]
        labels = [state.label.text(language).replace(" ", "") for state in found.states]
        assert texts[: len(labels)] == labels
        numbers = [line.text or "" for text in drawn.findall("svg:text", SVG)[len(labels) :] for line in text]
        given = sorted(int(number) for line in numbers for number in line.split(","))
        steps = enumerate(found.steps, start=1)
        assert given == sorted(number for number, step in steps for _ in step.from_ or ("",))


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_can_be_read(name: str) -> None:
    """Each line is one that Mermaid's grammar of state diagrams knows, and no state bears a word of it."""
    found = PROCEDURES.show(name)
    assert not {state.name for state in found.states} & RESERVED
    for language in LANGUAGES:
        assert MERMAID.fullmatch(diagram.mermaid(found, language)), language


def test_states_stand_in_the_order_of_the_way_and_circles_lead_back() -> None:
    """The longest way counts; what closes a circle is an arrow upwards; a loop has no way."""
    layers = Layers(
        ["", "a", "b", "c"], [("", "a"), ("a", "c"), ("a", "b"), ("b", "c"), ("c", "a"), ("b", "b")]
    )
    assert [set(row) for row in layers.rows[::2]] == [{""}, {"a"}, {"b", (1, 4), (4, 4)}, {"c"}]
    assert layers.back == {4, 5}
    assert (layers.ways[0], 5 in layers.ways) == (["", (0, 1), "a"], False)


def test_lines_cross_only_where_they_must() -> None:
    """Two arrows that can run beside each other do."""
    layers = Layers(["", "a", "b", "c", "d"], [("", "a"), ("", "b"), ("a", "d"), ("b", "c")])
    rows = layers.rows
    assert [rows[2].index("a") < rows[2].index("b"), rows[4].index("d") < rows[4].index("c")] in (
        [True, True],
        [False, False],
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ("one two", "three")),
        ("提交材料，等待", ("提交材", "料，等", "待")),
        ("incomprehensible", ("incomprehensible",)),
        ("", ("",)),
    ],
)
def test_text_is_broken_where_its_language_breaks(text: str, lines: tuple[str, ...]) -> None:
    """Words stay whole; no line begins with a stop."""
    assert wrapped(text, 60 if text.isascii() else 42) == lines
