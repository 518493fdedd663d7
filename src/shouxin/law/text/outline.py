"""The outline: fragments and accepted headings become a tree of spans.

The tree holds offsets only. Paragraphs begin at a gap when the text before is finished; items and
points must run on; what does not is text of the unit that is open.
"""

import re
from collections.abc import Iterable

import msgspec

from shouxin.law.text.layout import Fragment, ends_paragraph, is_closed
from shouxin.law.text.marks import GROUPS, Mark

Offsets = tuple[int, int]
_LABELS = {
    "part": "part",
    "subpart": "subpart",
    "chapter": "chp",
    "section": "sec",
    "item": "item",
    "point": "point",
}
_BRACKETED = re.compile(r"【[^】\n]{1,60}】")
_MARKUP = re.compile(r" ?\*\*")
_LONGEST_HEADING = 60
_FURTHEST_JUMP = 20


class Node(msgspec.Struct):
    """A unit under construction: its kind, the last part of its eId, and where its words stand."""

    kind: str
    label: str
    number: Offsets | None = None
    heading: Offsets | None = None
    text: Offsets | None = None
    children: list["Node"] = []
    last: int = 0

    @property
    def start(self) -> int:
        """Return where the node begins."""
        spans = [span[0] for span in (self.number, self.heading, self.text) if span]
        return min(spans) if spans else self.children[0].start


class Outline:
    """Builds the tree of one statute from its fragments, in order.

    ``heads`` maps the offset of each accepted article or division to its eId label. With ``sectional`` the
    divisions 一、二、 are headings with numbered points under them; without, they are articles.
    """

    def __init__(self, text: str, heads: dict[int, str], *, sectional: bool, titled: bool) -> None:
        self.text = text
        self.heads = heads
        self.sectional = sectional
        self.titled = titled
        self.roots: list[Node] = []
        self.markup: list[Offsets] = []
        self.stray: list[Offsets] = []
        self._groups: list[Node] = []
        self._root = Node("root", "")
        self._holder: Node | None = None
        self._sink: Node | None = None
        self._list_in: Node | None = None
        self._printed_i = False

    def open_holder(self, node: Node) -> None:
        """Begin an article, a point of a section, a notice or an opening: what holds paragraphs."""
        parent = self._groups[-1] if self._groups else None
        (parent.children if parent else self.roots).append(node)
        self._holder, self._sink, self._list_in = node, None, None
        if not self.sectional:
            self._root.last = 0

    def read(self, fragment: Fragment, marks: Iterable[Mark]) -> None:
        """Add one fragment with the marks that lie in it."""
        position, gap = fragment.start, fragment.gap
        limit = fragment.end
        for mark in marks:
            if mark.start < position:
                continue
            if mark.kind in ("item", "point") and not mark.strong:
                self._add((position, mark.start), gap)
                position, gap = mark.start, ""
            if not self._accept(mark, limit):
                continue
            lead = self._lead(position, mark.start)
            self._add(lead, gap)
            position, gap = self._open(mark), ""
        self._add((position, limit), gap)

    def _lead(self, start: int, end: int) -> Offsets:
        """Return the text before a heading, with Markdown signs set aside."""
        words = self.text[start:end]
        signs = words.rstrip(" *#")
        at = start + len(signs)
        if words[len(signs) :].strip():
            self.markup.append((at, end))
        return (start, at)

    def _accept(self, mark: Mark, limit: int) -> bool:
        """Say whether the mark begins a unit here."""
        if mark.kind in ("article", "division"):
            return mark.start in self.heads
        if mark.kind in GROUPS:
            return self._accept_group(mark, limit)
        if self._holder is None:
            return False
        return self._accept_item(mark) if mark.kind == "item" else self._accept_point(mark)

    def _accept_group(self, mark: Mark, limit: int) -> bool:
        """Say whether a chapter or section heading is one: short, not a citation, numbers run on."""
        end = next(iter(self._next_heads(mark.end, limit)), limit)
        heading = self.text[mark.end : end].strip()
        if (
            mark.cites
            or len(heading) > _LONGEST_HEADING
            or "。" in heading
            or not (mark.strong or mark.closed)
        ):
            return False
        level = GROUPS.index(mark.kind)
        last = 0
        for node in self._siblings(level):
            last = node.last if node.kind == mark.kind else last
        return mark.number == last + 1 or (mark.strong and mark.closed and mark.number > last)

    def _next_heads(self, start: int, limit: int) -> Iterable[int]:
        """Yield the first article heading between two offsets of one fragment."""
        stop = min(limit, start + 2 * _LONGEST_HEADING)
        return (at for at in range(start, stop) if at in self.heads)

    def _siblings(self, level: int) -> list[Node]:
        """Return the groups beside which a group of this level would stand."""
        parents = [node for node in self._groups if GROUPS.index(node.kind) < level]
        return parents[-1].children if parents else self.roots

    def _accept_item(self, mark: Mark) -> bool:
        """Say whether （三） or (c) is the next item of the open list, or the first of a new one."""
        label = self.text[mark.start + 1 : mark.end - 1].strip()
        if label.isalpha() and label.isascii() and len(label) > 1 and not self._printed_i:
            return False
        if not (mark.strong or mark.closed) or (self._in_group() and not self.sectional):
            return False
        last = self._last_item()
        if last and last + 1 in mark.values:
            return True
        if 1 in mark.values:
            return self._may_begin_list()
        return bool(last) and mark.strong and mark.closed and last < mark.number <= last + _FURTHEST_JUMP

    def _last_item(self) -> int:
        """Return the number of the last item of the open list (in a sectional text: of the last point)."""
        return self._root.last

    def _may_begin_list(self) -> bool:
        """Say whether the open paragraph (in a sectional text: the open section) has no items yet."""
        if self.sectional:
            return bool(self._groups) and not any(n.kind == "point" for n in self._groups[-1].children)
        paragraph = self._paragraph()
        return paragraph is not None and not paragraph.children

    def _accept_point(self, mark: Mark) -> bool:
        """Say whether 1. or (1) is the next point of the open item or paragraph."""
        if not mark.strong or self._holder is None or self._in_group():
            return False
        parent = self._point_parent()
        if parent is None or parent.text is None:
            return False
        last = parent.children[-1].last if parent.children else 0
        return mark.number == last + 1

    def _point_parent(self) -> Node | None:
        """Return the item, or the paragraph without items, under which a point would stand."""
        paragraph = self._paragraph()
        if paragraph is None:
            return None
        if paragraph.children and paragraph.children[-1].kind == "item" and not self.sectional:
            return paragraph.children[-1]
        return paragraph

    def _in_group(self) -> bool:
        """Say whether no article is open yet under the last chapter or section heading."""
        return bool(self._groups) and self._holder is self._groups[-1]

    def _paragraph(self) -> Node | None:
        """Return the open paragraph."""
        if self._holder is None or self._in_group() or not self._holder.children:
            return None
        return self._holder.children[-1]

    def _open(self, mark: Mark) -> int:
        """Begin the unit of an accepted mark; return where its text begins."""
        number = (mark.start, mark.end)
        if mark.kind in GROUPS:
            self._open_group(mark, number)
        elif mark.kind in ("article", "division"):
            self._open_head(mark, number)
        elif mark.kind == "item":
            self._open_item(mark, number)
        else:
            parent = self._point_parent()
            kind = "item" if self.sectional else "point"
            node = Node(kind, f"{kind}_{mark.number}", number, last=mark.number)
            if parent is not None:
                parent.children.append(node)
            self._sink = node
        signs = _MARKUP.match(self.text, mark.end)
        if signs:
            self.markup.append((signs.end() - 2, signs.end()))
            return signs.end()
        return mark.end

    def _open_group(self, mark: Mark, number: Offsets) -> None:
        """Begin a part, chapter or section."""
        level = GROUPS.index(mark.kind)
        while self._groups and GROUPS.index(self._groups[-1].kind) >= level:
            self._groups.pop()
        node = Node(mark.kind, f"{_LABELS[mark.kind]}_{mark.number}", number, last=mark.number)
        (self._groups[-1].children if self._groups else self.roots).append(node)
        self._groups.append(node)
        self._holder, self._sink, self._list_in = node, None, None
        self._root.last = 0

    def _open_head(self, mark: Mark, number: Offsets) -> None:
        """Begin an article, or a 一、 that is an article or the heading of a section."""
        label = self.heads[mark.start]
        if self.sectional:
            self._groups = [Node("section", label, number, last=mark.number)]
            self.roots.append(self._groups[0])
            self._holder, self._sink = self._groups[0], None
        else:
            self.open_holder(Node("article", label, number, last=mark.number))

    def _open_item(self, mark: Mark, number: Offsets) -> None:
        """Begin an item, or in a sectional text a point."""
        last = self._last_item()
        value = last + 1 if last and last + 1 in mark.values else mark.number
        value = 1 if 1 in mark.values and self._may_begin_list() and last + 1 != value else value
        self._root.last = value
        if self.sectional:
            self.open_holder(Node("point", f"point_{value}", number, last=value))
            return
        if value == 1:
            self._printed_i = self.text[mark.start + 1] == "i"
            self._list_in = self._paragraph()
        else:
            self._rejoin()
        node = Node("item", f"item_{value}", number, last=value)
        if self._list_in is not None:
            self._list_in.children.append(node)
        self._sink = node

    def _rejoin(self) -> None:
        """Give paragraphs that stand between two items of one list back to the item before them."""
        if self._holder is None or self._list_in is None or self._holder.children[-1] is self._list_in:
            return
        last = self._holder.children[-1]
        while last.children:
            last = last.children[-1]
        end = last.text[1] if last.text else 0
        while self._holder.children[-1] is not self._list_in:
            self._holder.children.pop()
        deepest = self._list_in
        while deepest.children:
            deepest = deepest.children[-1]
        deepest.text = (deepest.text[0] if deepest.text else end, end)

    def _add(self, span: Offsets, gap: str) -> None:
        """Add text to the unit that is open; begin a paragraph where one begins."""
        span = self._trim(span)
        if span[0] >= span[1]:
            return
        if self._holder is None:
            self.stray.append(span)
        elif self._in_group():
            self._add_to_group(span, gap)
        elif self._sink is None and (heading := self._own_heading(span)):
            self._holder.heading = heading
            self._add((heading[1], span[1]), "")
        elif self._sink is None:
            self._new_paragraph(span)
        elif self._sink.text is None:
            self._sink.text = span
        elif gap in ("", "soft") or not ends_paragraph(self.text, *self._sink.text):
            self._sink.text = (self._sink.text[0], span[1])
        else:
            self._new_paragraph(span)

    def _trim(self, span: Offsets) -> Offsets:
        """Return the span without blanks at its ends."""
        words = self.text[span[0] : span[1]]
        start = span[0] + len(words) - len(words.lstrip())
        return start, start + len(words.strip())

    def _new_paragraph(self, span: Offsets) -> None:
        """Begin a paragraph of the holder."""
        node = Node("paragraph", "para", text=span)
        if self._holder is not None:
            self._holder.children.append(node)
        self._sink = node

    def _own_heading(self, span: Offsets) -> Offsets | None:
        """Return the heading with which an article or point opens, if it has one."""
        holder = self._holder
        if holder is None or holder.heading is not None or holder.children:
            return None
        bracketed = _BRACKETED.match(self.text, span[0], span[1])
        if bracketed:
            return bracketed.span()
        short = span[1] - span[0] <= _LONGEST_HEADING and not is_closed(self.text, *span)
        return span if short and (self.titled or holder.kind == "point") else None

    def _add_to_group(self, span: Offsets, gap: str) -> None:
        """Add text below a chapter or section heading: the heading itself, or the opening of a section."""
        group = self._groups[-1]
        short = span[1] - span[0] <= _LONGEST_HEADING and not is_closed(self.text, *span)
        if group.heading is None and (short or gap == ""):
            group.heading = span
        elif self.sectional:
            self.open_holder(Node("intro", "intro"))
            self._new_paragraph(span)
        elif group.heading is not None and short and not (self.stray and self.stray[-1] > group.heading):
            group.heading = (group.heading[0], span[1])
        else:
            self.stray.append(span)
