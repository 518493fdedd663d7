"""Schemas, people and rows by lot, with the truth about every row: ``worlds`` is a hypothesis strategy."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st

from shouxin.connect.model import DatasetMap, Identity, MappedTable, Reference, SoftDeleted
from tests.connect.worlds import hanging
from tests.connect.worlds.columns import UUIDS, Columns, Counter, words
from tests.connect.worlds.world import Days, Human, Made, Words, World

AS_OF = date(2026, 11, 22)
FIRST_PEOPLE, MOST_PEOPLE = 2, 4
PHONES = ("16012345670", "16112345671", "16312345672", "16412345673")
EMAILS = ("li.na@mail.example", "meili.na@mail.example", "wei01@post.example", "wei011@post.example")
PAPERS = ("110198199003071232", "31019819850102129X", "440198197512121231", "51019820011130139X")
"""Nobody's numbers and addresses."""


class Drawing:
    """A world in the making."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.counter = Counter()
        self.schema = sa.MetaData()
        self.tables: list[MappedTable] = []
        self.rows: list[Made] = []
        self.people: list[dict[str, tuple[Days, ...]]] = []
        self.named: dict[int, tuple[str, ...]] = {}
        self.anchors: list[str] = []
        """Tables that others can hang on: "id" is their key, and no row is of two people."""

    def yes(self) -> bool:
        """Return yes or no."""
        return bool(self.draw(st.booleans()))

    def one_of(self, many: Any) -> Any:
        """Return one of several."""
        return self.draw(st.sampled_from(many))

    def person(self) -> int:
        """Return one of the people."""
        return int(self.draw(st.integers(0, len(self.people) - 1)))

    def columns(self) -> Columns:
        """Return columns to fill."""
        return Columns(self.draw, self.counter)

    def text(self) -> Words:
        """Return a text that may mention anybody."""
        return words(self.draw, self.named)

    def table(self, name: str, columns: Columns, key: tuple[str, ...], **mapped: Any) -> None:
        """Add a table; without a key it has only a column "id" that is no key."""
        extra = [sa.PrimaryKeyConstraint(*key)] if key else []
        sa.Table(name, self.schema, *columns.real, *extra)
        self.tables.append(MappedTable(table=name, key=key, columns=tuple(columns.mapped), **mapped))

    def tied(self, columns: Columns, name: str, to: str, *, nullable: bool) -> Reference:
        """Add a column that refers to the "id" of a table; the database may know of it or not."""
        rules = (None, "CASCADE", "SET NULL") if nullable else (None, "CASCADE")
        key = sa.ForeignKey(f"{to}.id", ondelete=self.one_of(rules)) if self.yes() else None
        there = self.schema.tables[to].columns if to in self.schema.tables else columns.real
        type_ = next(one.type for one in there if one.name == "id")
        columns.add(name, type_, nullable=nullable, references=key)
        return Reference(columns=(name,), to=to, at=("id",))

    def add(self, table: str, values: dict[str, Any], whose: int | None = None, **known: Any) -> Made:
        """Add a row."""
        made = Made(table, values, whose, **known)
        self.rows.append(made)
        return made


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of three to nine tables."""
    made = Drawing(draw)
    homes = made.yes()
    if homes:
        _homes(made)
    _members(made, homes=homes)
    patterns = sorted(hanging.PATTERNS)
    for number, pattern in enumerate(draw(st.lists(st.sampled_from(patterns), min_size=2, max_size=7)), 1):
        hanging.PATTERNS[pattern](made, f"{pattern}_{number}")
    found = DatasetMap(store="random", tables=tuple(made.tables))
    people: tuple[Human, ...] = tuple(made.people)
    return World(found, made.schema, tuple(made.rows), people, AS_OF)


def _homes(made: Drawing) -> None:
    """Add the table of what several people may share: where they live."""
    columns = made.columns()
    columns.add("id", sa.Integer(), autoincrement=False)
    columns.add("street", sa.String(60), category="postal_address", unique=made.yes())
    made.table("home", columns, ("id",))
    for number in range(1, made.draw(st.integers(1, 3)) + 1):
        street = f"虚构巷{number}号{made.counter.next()}室"
        made.add("home", {"id": number, "street": street}, common=True)


def _members(made: Drawing, *, homes: bool) -> None:
    """Add the people, each with a row of their own: numbers passed on, invitations, the soft-deleted."""
    columns, many = made.columns(), made.draw(st.integers(FIRST_PEOPLE, MOST_PEOPLE))
    key = made.one_of((sa.Integer(), UUIDS, sa.String(20)))
    columns.add("id", key, category="account", autoincrement=False)
    twins = made.yes() and made.yes()
    columns.add("email", sa.String(30), category="email_address", nullable=made.yes(), unique=not twins)
    columns.add("phone", sa.String(11), category="phone_number")
    columns.add("phone_since", sa.Date())
    columns.add("phone_until", sa.Date(), nullable=True)
    columns.add("paper", sa.String(18), category="identity_document", nullable=True, unique=made.yes())
    columns.personal()
    columns.plain()
    columns.add("note", sa.Text(), free_text=True, nullable=made.yes())
    columns.add("deleted", sa.Boolean())
    references = []
    if made.yes():
        invited = made.tied(columns, "invited_by", "member", nullable=True)
        references.append(invited)
    if homes:
        references.append(made.tied(columns, "lives_at", "home", nullable=made.yes()))
    made.table(
        "member",
        columns,
        ("id",),
        identities=(
            Identity(identity="customer_id", column="id"),
            Identity(identity="email", column="email"),
            Identity(
                identity="phone_number", column="phone", valid_from="phone_since", valid_until="phone_until"
            ),
            Identity(identity="id_number", column="paper"),
        ),
        references=tuple(references),
        soft_deleted=SoftDeleted(column="deleted", value=True),
    )  # fmt: skip
    _people(made, many, twins=twins, silent="email" in columns.nullable)
    ids = [_key(key, number) for number in range(many)]
    for number in range(many):
        _member(made, columns, number, ids, homes=homes)


def _key(type_: Any, number: int) -> Any:
    return (
        100_001 + number if isinstance(type_, sa.Integer)
        else str(UUID(int=(number + 3) << 70, version=4)) if isinstance(type_, sa.Uuid)
        else f"C-{number:03}x"
    )  # fmt: skip


def _people(made: Drawing, many: int, *, twins: bool, silent: bool) -> None:
    """Say who has which numbers and when; what two people have or had names neither in a text.

    ``silent`` allows people without an address. All of it comes before the first text: what nobody has yet
    or any more is mentioned nowhere.
    """
    for number in range(many):
        since = date(2024, 3, 1) + timedelta(days=number)
        made.people.append({
            "email": (Days(EMAILS[number]),),
            "phone_number": (Days(PHONES[number], since),),
            "id_number": (Days(PAPERS[number]),),
        })  # fmt: skip
    former, present = made.people[:2]
    if twins:
        present["email"] = former["email"]
    if passed := made.yes():
        phone, handed_on = former["phone_number"][0].value, date(2025, 6, 1)
        given_up = handed_on - timedelta(days=made.draw(st.integers(0, 40)))
        former["phone_number"] = (Days(phone, date(2024, 3, 1), given_up),)
        present["phone_number"] = (Days(phone, handed_on),)
    for number, person in enumerate(made.people):
        both = {"email": twins, "phone_number": passed}
        ambiguous = [name for name, shared in both.items() if shared and number < 2]
        for name in ("id_number", *(["email"] if silent else [])):
            if made.yes():
                person.pop(name)
        made.named[number] = tuple(held[0].value for name, held in person.items() if name not in ambiguous)


def _member(made: Drawing, columns: Columns, number: int, ids: list[Any], *, homes: bool) -> None:
    person, mine = made.people[number], ids[number]
    phone = person["phone_number"][0]
    said = made.text()
    values = {
        "id": mine,
        "email": person["email"][0].value if "email" in person else None,
        "phone": phone.value,
        "phone_since": phone.since,
        "phone_until": phone.until,
        "paper": person["id_number"][0].value if "id_number" in person else None,
        **columns.cells(),
        "deleted": made.yes(),
    }
    names = {one.name for one in columns.real}
    if "invited_by" in names:
        values["invited_by"] = made.one_of((None, *ids[: number + 1]))
    if homes:
        there = [row.values["id"] for row in made.rows if row.table == "home"]
        values["lives_at"] = made.one_of((None, *there) if "lives_at" in columns.nullable else there)
    person["customer_id"] = (Days(str(mine)),)
    texts = {"note": said}
    if "note" in columns.nullable and made.yes():
        texts = {}
    values["note"] = hanging.joined(texts.get("note"))
    made.add("member", values, number, texts=texts)
