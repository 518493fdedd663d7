"""XML and HTML: the text and the attributes, without the markup."""

from html.parser import HTMLParser
from typing import BinaryIO
from xml.parsers import expat

from shouxin.detect.sources import text
from shouxin.detect.sources.piece import Limits, Pieces, Text, Unscanned


def html(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the texts and attributes of a web page, broken ones too."""
    yield from _read(file, limits, _Page)


def xml(file: BinaryIO, limits: Limits) -> Pieces:
    """Hand out the texts and attributes of XML; what is not well formed is read as text and said to be."""
    yield from _read(file, limits, _Tree)


class _Gathered:
    """Paths with their texts; texts that follow each other in one element are one."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.texts: list[Text] = []
        self._held: list[str] = []

    def open(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.close_text()
        self.path.append(name)
        for key, value in attributes:
            if value:
                self.texts.append(Text(value.encode("utf-8", "replace"), f"{self.place}/@{key}", key))

    def close(self, name: str) -> None:
        self.close_text()
        if name in self.path:
            while self.path.pop() != name:
                pass

    def data(self, data: str) -> None:
        self._held.append(data)

    def close_text(self) -> None:
        if held := "".join(self._held).strip():
            label = self.path[-1] if self.path else ""
            self.texts.append(Text(held.encode("utf-8", "replace"), self.place, label))
        self._held.clear()

    @property
    def place(self) -> str:
        return "/" + "/".join(self.path[-32:])


class _Page(HTMLParser):
    """HTML as browsers bear it."""

    _VOID = frozenset(
        ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
    )
    _INLINE = frozenset(
        ("a", "abbr", "b", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "u")
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.gathered = _Gathered()

    def read(self, data: bytes) -> list[Text]:
        encoding = text.guess(data[: 1 << 20])
        self.feed(data.decode(encoding, "replace"))
        self.close()
        self.gathered.close_text()
        return self.gathered.texts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._INLINE:
            for key, value in attrs:
                if value:
                    place = f"{self.gathered.place}/{tag}/@{key}"
                    self.gathered.texts.append(Text(value.encode("utf-8", "replace"), place, key))
            return
        self.gathered.open(tag, attrs)
        if tag in self._VOID:
            self.gathered.close(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._INLINE:
            self.gathered.close(tag)

    def handle_data(self, data: str) -> None:
        self.gathered.data(data)

    def handle_comment(self, data: str) -> None:
        self.gathered.texts.append(Text(data.encode("utf-8", "replace"), f"{self.gathered.place}/comment()"))


class _Tree:
    """XML by expat, which bounds what entities grow to; nothing outside the document is ever fetched."""

    def read(self, data: bytes) -> list[Text]:
        gathered = _Gathered()
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.buffer_text = True

        def start(name: str, attributes: list[str]) -> None:
            gathered.open(name, list(zip(attributes[::2], attributes[1::2], strict=True)))

        parser.StartElementHandler = start
        parser.EndElementHandler = gathered.close
        parser.CharacterDataHandler = gathered.data
        parser.CommentHandler = lambda words: gathered.texts.append(
            Text(words.encode(), f"{gathered.place}/comment()")
        )
        parser.Parse(data, True)
        gathered.close_text()
        return gathered.texts


def _read(file: BinaryIO, limits: Limits, reader: type[_Page] | type[_Tree]) -> Pieces:
    data = file.read(limits.document + 1)
    if len(data) > limits.document:
        yield Unscanned("too-large", f"more than {limits.document >> 20} MB of markup")
        return
    try:
        texts = reader().read(data)
    except (expat.ExpatError, AssertionError, ValueError) as problem:
        words = expat.errors.messages.get(getattr(problem, "code", 0), "it is not well formed")
        if b"&#" in data:
            why = f"broken markup ({words}), read as text: what is written as &#… was not seen"
            yield Unscanned("not-xml", why)
        yield Text(data)
        return
    yield from texts
