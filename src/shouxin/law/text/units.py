"""From the tree of spans to units with eIds in the register's spelling.

An article of one paragraph has no ``para_1``: its text and its items are the article's own.
"""

from collections.abc import Iterator

from shouxin.law.text.layout import clean
from shouxin.law.text.model import Unit
from shouxin.law.text.outline import Node, Offsets


def units(text: str, roots: list[Node]) -> tuple[Unit, ...]:
    """Return the units of a statute in document order; ``text`` is the original."""
    return tuple(unit for node in roots for unit in _walk(text, node, ""))


def _walk(text: str, node: Node, above: str) -> Iterator[Unit]:
    """Yield a node's unit and those under it."""
    eid = _eid(node, above)
    if node.kind == "section" and node.children and all(child.kind == "intro" for child in node.children):
        node.children = [grandchild for child in node.children for grandchild in child.children]
    paragraphs = [child for child in node.children if child.kind == "paragraph"]
    if len(paragraphs) == 1 and len(node.children) == 1:
        yield _unit(text, eid, node, paragraphs[0].text)
        for child in paragraphs[0].children:
            yield from _walk(text, child, eid)
        return
    if not node.children and node.kind == "article" and node.heading and not node.text:
        node.text, node.heading = node.heading, None
    yield _unit(text, eid, node, node.text)
    count = 0
    for child in node.children:
        if child.kind == "paragraph":
            count += 1
            child.label = f"para_{count}"
        yield from _walk(text, child, eid)


def _eid(node: Node, above: str) -> str:
    """Return the eId of a node: articles stand alone, all else hangs on what is above."""
    return node.label if not above or node.kind == "article" else f"{above}__{node.label}"


def _unit(text: str, eid: str, node: Node, own: Offsets | None) -> Unit:
    """Return the unit of a node with ``own`` as its text."""
    spans = (node.number, node.heading, own)
    number, heading, words = (clean(text[span[0] : span[1]]) if span else "" for span in spans)
    return Unit(eid, node.kind, number, heading, words, min([s[0] for s in spans if s], default=node.start))
