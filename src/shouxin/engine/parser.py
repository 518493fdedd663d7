"""Condition text in: a small subset of SQL's boolean expressions over declared facts.

The grammar is in ``docs/conditions.md``. There are no functions, arithmetic, NULL or comments, and
AND mixed with OR must be parenthesised, because ``a AND b OR c`` is read differently by people.
"""

import difflib
import re
from collections.abc import Mapping
from typing import NamedTuple

from shouxin.engine.expression import FALSE, TRUE, All, Among, AnyOf, Compare, Expression, Fact, Not
from shouxin.errors import LawError
from shouxin.law.wording import FactType

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?\d+)
      | (?P<figure>\$[a-z][a-z0-9_-]*)
      | '(?P<text>(?:[^']|'')*)'
      | (?P<sign><>|<=|>=|=|<|>)
      | (?P<mark>[(),])
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
      | (?P<end>$)
    )""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "TRUE", "FALSE"})
_ORDERED = frozenset({"int", "decimal", "date"})
_DEEPEST = 50


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse(text: str, types: Mapping[str, FactType], *, where: str = "") -> Expression:
    """Return the condition that ``text`` writes over the facts in ``types``.

    Raises ``LawError``: condition-syntax, condition-unknown-fact, condition-type, each with the
    column (from 1) and, for a name, the nearest fact.
    """
    return _Parser(text, types, where).whole()


class _Parser:
    """One pass over the tokens, one method for each rule of the grammar."""

    def __init__(self, text: str, types: Mapping[str, FactType], where: str) -> None:
        self._text = text
        self._types = types
        self._where = where
        self._tokens = self._scan()
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        """Read the whole text."""
        found = self._joined()
        if self._next.kind != "end":
            raise self._wrong(self._next, f'"{self._next.text}" does not belong here')
        return found

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _scan(self) -> list[_Token]:
        tokens, at = [], 0
        while True:
            match = _TOKEN.match(self._text, at)
            if match is None:
                column = at + len(self._text[at:]) - len(self._text[at:].lstrip()) + 1
                char = self._text[column - 1]
                raise self._wrong(_Token("", char, column), f'the character "{char}" has no meaning here')
            kind = str(match.lastgroup)
            text, column = match.group(kind), match.start(kind) + (0 if kind == "text" else 1)
            if kind == "word" and text.upper() in _KEYWORDS:
                kind, text = "keyword", text.upper()
            tokens.append(_Token(kind, text, column))
            if kind == "end":
                return tokens
            at = match.end()

    def _joined(self) -> Expression:
        """Read terms joined by AND or by OR, not by both."""
        items, joint = [self._term()], None
        while self._next.kind == "keyword" and self._next.text in ("AND", "OR"):
            token = self._take()
            if joint not in (None, token.text):
                raise self._wrong(token, "AND and OR stand side by side; put parentheses around one of them")
            joint = token.text
            items.append(self._term())
        if joint is None:
            return items[0]
        return All(tuple(items)) if joint == "AND" else AnyOf(tuple(items))

    def _term(self) -> Expression:
        token = self._take()
        if token.kind == "keyword" and token.text == "NOT":
            with_depth = self._deeper(token)
            item = self._term()
            self._depth = with_depth
            return Not(item)
        if token.kind == "mark" and token.text == "(":
            with_depth = self._deeper(token)
            item = self._joined()
            self._depth = with_depth
            if self._take().text != ")":
                raise self._wrong(token, "this parenthesis is not closed")
            return item
        if token.kind == "keyword" and token.text in ("TRUE", "FALSE"):
            return TRUE if token.text == "TRUE" else FALSE
        if token.kind == "word":
            return self._atom(token)
        raise self._wrong(token, "a fact is missing here")

    def _deeper(self, token: _Token) -> int:
        before = self._depth
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(token, f"this is nested more than {_DEEPEST} deep")
        return before

    def _atom(self, token: _Token) -> Expression:
        kind = self._types.get(token.text)
        if kind is None:
            near = difflib.get_close_matches(token.text, self._types, n=1)
            remedy = f'did you mean "{near[0]}"?' if near else "declare it in law/vocabulary"
            raise self._wrong(
                token, f'the fact "{token.text}" is not declared', "condition-unknown-fact", remedy
            )
        if self._next.kind == "sign":
            sign = self._take()
            if sign.text not in ("=", "<>") and kind.type not in _ORDERED:
                raise self._wrong(sign, f'"{token.text}" has no order', "condition-type", "use = or <>")
            return Compare(token.text, sign.text, self._literal(token.text, kind))
        if self._next.kind == "keyword" and self._next.text == "IN":
            self._take()
            return Among(token.text, self._list(token.text, kind))
        if kind.type != "bool":
            what = f'"{token.text}" is not true or false but {kind.type}'
            raise self._wrong(token, what, "condition-type", "compare it with a literal")
        return Fact(token.text)

    def _list(self, name: str, kind: FactType) -> tuple[int | str, ...]:
        opening = self._take()
        if opening.text != "(":
            raise self._wrong(opening, "IN wants a list in parentheses")
        literals = [self._literal(name, kind)]
        while self._next.text == ",":
            self._take()
            literals.append(self._literal(name, kind))
        if self._take().text != ")":
            raise self._wrong(opening, "this list is not closed")
        return tuple(literals)

    def _literal(self, name: str, kind: FactType) -> int | str:
        token = self._take()
        if token.kind == "number" and kind.type in ("int", "decimal"):
            return int(token.text)
        if token.kind == "figure" and token.text in self._types and kind.type in ("int", "decimal"):
            return token.text
        if token.kind == "text" and kind.type in ("enum", "date"):
            text = token.text.replace("''", "'")
            if kind.values and text not in kind.values:
                near = difflib.get_close_matches(text, kind.values, n=1)
                remedy = f'did you mean "{near[0]}"?' if near else f"use one of: {', '.join(kind.values)}"
                raise self._wrong(token, f'"{name}" is never "{text}"', "condition-type", remedy)
            return text
        if token.kind in ("number", "text") or token.text in self._types:
            raise self._wrong(
                token, f'"{name}" is {kind.type}', "condition-type", "give a literal of that type"
            )
        raise self._wrong(token, "a literal is missing here")

    def _wrong(
        self, token: _Token, what: str, code: str = "condition-syntax", remedy: str = "see docs/conditions.md"
    ) -> LawError:
        place = f"{self._where}, " if self._where else ""
        return LawError(code, what, where=f"{place}column {token.column}", remedy=remedy)
