"""The tables that hang on people, each pattern with its own trap."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from hypothesis import strategies as st

from shouxin.connect.model import Identity, Kept, Only, Reference, Shared
from shouxin.law.mechanism import Span
from tests.connect.worlds.columns import Columns
from tests.connect.worlds.world import Made, Words, text

if TYPE_CHECKING:
    from tests.connect.worlds.draw import Drawing

MOST = 5
_BECAUSE = "ecommerce-law:art_31"


def joined(words: Words | None) -> str | None:
    """Return a text as it is stored, or nothing where there is none."""
    return None if words is None else text(words)


def _some(made: "Drawing", least: int = 0) -> range:
    return range(1, made.draw(st.integers(least, MOST)) + 1)


def _members(made: "Drawing") -> list[Made]:
    return [row for row in made.rows if row.table == "member"]


def _body(made: "Drawing", columns: Columns) -> None:
    """Add what tables have in common: personal columns, perhaps a plain one and a text."""
    columns.personal()
    columns.plain()
    if made.yes():
        columns.add("body", sa.Text(), free_text=True, nullable=made.yes())


def _texts(made: "Drawing", columns: Columns, name: str = "body") -> dict[str, Words]:
    if name not in {one.name for one in columns.real} or (name in columns.nullable and made.yes()):
        return {}
    return {name: made.text()}


def _cells(columns: Columns, texts: Mapping[str, Words]) -> dict[str, Any]:
    filled = {one.column: joined(texts.get(one.column)) for one in columns.mapped if one.free_text}
    return {**columns.cells(), **filled}


def _retention(
    made: "Drawing", columns: Columns
) -> tuple[Kept | None, Callable[[], tuple[dict[str, Any], date | None]]]:
    """Add, perhaps, a time to keep rows from their day, and return how a row's day is drawn."""
    if not made.yes():
        return None, lambda: ({}, None)
    years = made.draw(st.integers(1, 3))
    columns.add("done_on", sa.Date())

    def day() -> tuple[dict[str, Any], date | None]:
        done = made.one_of((date(2021, 2, 3), date(2023, 4, 5), date(2024, 6, 7), date(2026, 8, 9)))
        return {"done_on": done}, done.replace(year=done.year + years) - timedelta(days=1)

    return Kept(time=Span(length=years, unit="years"), since="done_on", because=_BECAUSE), day


def child(made: "Drawing", name: str) -> None:
    """Rows of a person, or of nobody: the table may have no key, and some rows are kept by law."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    key = ("id",) if made.yes() or made.yes() else ()
    owner = made.tied(columns, "member", "member", nullable=made.yes())
    _body(made, columns)
    retention, day = _retention(made, columns)
    made.table(name, columns, key, references=(owner,), retention=retention)
    for number in _some(made):
        whose = None if "member" in columns.nullable and made.yes() else made.person()
        member = None if whose is None else _members(made)[whose].values["id"]
        texts, (when, until) = _texts(made, columns), day()
        values = {"id": number, "member": member, **_cells(columns, texts), **when}
        made.add(name, values, whose, until=until if whose is not None else None, texts=texts)
    if key:
        made.anchors.append(name)


def grandchild(made: "Drawing", name: str) -> None:
    """Rows that are found only through other rows; they may be kept by law where those are not."""
    if not made.anchors:
        return child(made, name)
    above = made.one_of(made.anchors)
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    way = made.tied(columns, "above", above, nullable=False)
    _body(made, columns)
    retention, day = _retention(made, columns)
    made.table(name, columns, ("id",), references=(way,), retention=retention)
    parents = [row for row in made.rows if row.table == above]
    for number in _some(made) if parents else ():
        parent = made.one_of(parents)
        texts, (when, until) = _texts(made, columns), day()
        values = {"id": number, "above": parent.values["id"], **_cells(columns, texts), **when}
        kept = until if parent.whose is not None else None
        made.add(name, values, parent.whose, until=kept, texts=texts)
    made.anchors.append(name)
    return None


def comment(made: "Drawing", name: str) -> None:
    """Rows that form a tree: people answer one another, and an answer outlives what it answers."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    author = made.tied(columns, "author", "member", nullable=False)
    answers = made.tied(columns, "reply_to", name, nullable=True)
    columns.add("body", sa.Text(), free_text=True)
    columns.personal(1)
    made.table(name, columns, ("id",), references=(author, answers))
    for number in _some(made):
        whose, texts = made.person(), {"body": made.text()}
        values = {
            "id": number,
            "author": _members(made)[whose].values["id"],
            "reply_to": made.one_of((None, *range(1, number + 1))),
            **_cells(columns, texts),
        }
        made.add(name, values, whose, texts=texts)


def remark(made: "Drawing", name: str) -> None:
    """Rows about a row of one table or of another, which no key of the database ties."""
    if not made.anchors:
        return child(made, name)
    about = made.draw(st.lists(st.sampled_from(made.anchors), min_size=1, max_size=2, unique=True))
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    columns.add("about_kind", sa.String(30))
    columns.add("about_id", sa.Integer())
    columns.add("body", sa.Text(), free_text=True)
    ways = tuple(
        Reference(columns=("about_id",), to=one, at=("id",), only=Only(column="about_kind", value=one))
        for one in about
    )
    made.table(name, columns, ("id",), references=ways)
    targets = [row for row in made.rows if row.table in about]
    for number in _some(made) if targets else ():
        target, texts = made.one_of(targets), {"body": made.text()}
        values = {"id": number, "about_kind": target.table, "about_id": target.values["id"]}
        made.add(name, {**values, **_cells(columns, texts)}, target.whose, texts=texts)
    return None


def message(made: "Drawing", name: str) -> None:
    """Rows of two people: what one wrote is theirs, and the row stays for the other."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    sender = made.tied(columns, "sender", "member", nullable=False)
    receiver = made.tied(columns, "receiver", "member", nullable=made.yes())
    columns.add("body", sa.Text(), category="messages", free_text=True, nullable=made.yes())
    columns.plain()
    shared = Shared(others=("receiver",), own=("body",))
    made.table(name, columns, ("id",), references=(sender, receiver), shared=shared)
    ids = [row.values["id"] for row in _members(made)]
    for number in _some(made):
        whose, texts = made.person(), _texts(made, columns)
        other = None if "receiver" in columns.nullable and made.yes() else made.person()
        values = {"id": number, "sender": ids[whose], "receiver": None if other is None else ids[other]}
        made.add(name, {**values, **_cells(columns, texts)}, whose, other=other, texts=texts)


def lives(made: "Drawing", name: str) -> None:
    """Many to many, under a key of two columns: homes are shared, and labels are nobody's."""
    homes = [row.values["id"] for row in made.rows if row.table == "home"]
    labels = not homes or made.yes()
    to = f"{name}_label" if labels else "home"
    if labels:
        plain = made.columns()
        plain.add("id", sa.Integer(), autoincrement=False)
        plain.add("title", sa.String(20), unique=True)
        made.table(to, plain, ("id",))
        homes = [made.add(to, {"id": one, "title": f"茶{one}"}).values["id"] for one in (1, 2, 3)]
    columns = made.columns()
    who = made.tied(columns, "member", "member", nullable=False)
    where = made.tied(columns, "place", to, nullable=False)
    columns.personal(2)
    made.table(name, columns, ("member", "place"), references=(who, where))
    ids, taken = [row.values["id"] for row in _members(made)], set[tuple[int, int]]()
    for _ in _some(made):
        pair = made.person(), made.one_of(homes)
        if pair not in taken:
            taken.add(pair)
            made.add(name, {"member": ids[pair[0]], "place": pair[1], **columns.cells()}, pair[0])


def search(made: "Drawing", name: str) -> None:
    """Add copies that no key ties to anybody, and that only their words lead to."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    columns.add("words", sa.Text(), free_text=True, category="user_content", nullable=made.yes())
    made.table(name, columns, ("id",) if made.yes() else ())
    for number in _some(made):
        texts = _texts(made, columns, "words")
        made.add(name, {"id": number, "words": joined(texts.get("words"))}, texts=texts)


def subscriber(made: "Drawing", name: str) -> None:
    """Rows that an e-mail address alone says the owner of, which is their key; not all have an account."""
    columns = made.columns()
    columns.add("email", sa.String(30), category="email_address")
    columns.personal(2)
    made.table(name, columns, ("email",), identities=(Identity(identity="email", column="email"),))
    for number, held in enumerate(_alone(made, "email")):
        if held and made.yes():
            made.add(name, {"email": held, **columns.cells()}, number)
    for number in range(made.draw(st.integers(0, 2))):
        made.add(name, {"email": f"guest{number}@post.example", **columns.cells()})


def call(made: "Drawing", name: str) -> None:
    """Rows that a phone number and the days tell the owner of: the same number was somebody else's before."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    columns.add("phone", sa.String(11), category="phone_number", nullable=made.yes())
    columns.add("since", sa.Date())
    columns.add("until", sa.Date(), nullable=True)
    columns.personal(2)
    phone = Identity(identity="phone_number", column="phone", valid_from="since", valid_until="until")
    made.table(name, columns, ("id",), identities=(phone,))
    for number in _some(made):
        whose = made.person()
        held = made.people[whose]["phone_number"][0]
        since = held.since or date(2024, 3, 1)
        values = {"id": number, "phone": held.value, "since": since, "until": held.until, **columns.cells()}
        made.add(name, values, whose)


def _alone(made: "Drawing", identity: str) -> list[str | None]:
    """Return the value of each person that nobody else has."""
    values = [person[identity][0].value if identity in person else None for person in made.people]
    return [one if values.count(one) == 1 else None for one in values]


PATTERNS: Mapping[str, Callable[["Drawing", str], None]] = {
    one.__name__: one
    for one in (call, child, comment, grandchild, lives, message, remark, search, subscriber)
}
