"""The made-up shop as a world: each row with whose it is, what the law keeps, and who is named in its texts.

Whose a row is stands here table by table, as the shop was drawn, and nothing is asked of the code that is
measured. Notes in which identifiers are written in other ways are added, and a log of the last days.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from tests.connect.worlds.columns import ways
from tests.connect.worlds.world import Days, Human, Made, Mention, Words, World

from shouxin.connect import mapfile
from shouxin.demo.shop import database
from shouxin.demo.shop.people import FIRST, Row, lot

MADE = date(2026, 11, 22)
AS_OF = MADE + timedelta(days=800)
"""The day on which the shop is made, and the later one on which people are erased: of its orders, some are
past their keeping time then."""

YEARS, MONTHS, NEAR = 3, 6, timedelta(days=4)
TEXTS = {
    "customer": "note", "orders": "remark", "message": "body", "review": "body", "ticket_note": "body",
    "remark": "body", "search_entry": "words", "access_log": "path",
}  # fmt: skip
_FOR_EVER = date.max


class Shop:
    """A shop of ``many`` customers, and what is known of each of its rows."""

    def __init__(self, many: int) -> None:
        self.rows = {
            name: [dict(row) for row in rows] for name, rows in database.drawn(lot(MADE), many).items()
        }
        self._customers = self.rows["customer"]
        self._plant()
        self._by_text = dict(self._identifiers())
        self._words = re.compile("|".join(map(re.escape, sorted(self._by_text, key=len, reverse=True))))
        self._orders = {row["id"]: row for row in self.rows["orders"]}
        self._devices = {row["id"]: row["customer"] for row in self.rows["device"]}
        self._tickets = {row["id"]: row for row in self.rows["ticket"]}

    def world(self, schema: sa.MetaData) -> World:
        """Return the shop as a world, its moments as the tables hold them."""
        for name, rows in self.rows.items():
            for column in schema.tables[name].columns:
                if isinstance(column.type, sa.DateTime) and not column.type.timezone:
                    for row in rows:
                        row[column.name] = row[column.name] and row[column.name].replace(tzinfo=None)
        found = mapfile.read(database.MAP.read_bytes(), where=str(database.MAP.name))
        made = tuple(self._made(name, row) for name, rows in self.rows.items() for row in rows)
        return World(found, schema, made, tuple(map(_human, self._customers)), AS_OF)

    def _plant(self) -> None:
        """Add notes of support that name customers of other tickets, a log of late, and days off the edge."""
        tickets, notes = self.rows["ticket"], self.rows["ticket_note"]
        phones = Counter(row["phone"] for row in self._customers)
        for number, customer in enumerate(self._customers):
            known = [customer["email"], customer["id_number"]]
            known += [customer["phone"]] if phones[customer["phone"]] == 1 else []
            written = [way for one in known if one for way in ways(one)]
            ticket = tickets[(7 * number + 3) % len(tickets)]
            body = f"另见{written[number % len(written)]}（同一地址）"
            made = {"author": "客服1号", "written_at": ticket["opened_at"]}
            notes.append({"id": 10 * len(tickets) + number, "ticket": ticket["id"], "body": body, **made})
        for row in self.rows["access_log"][::2]:
            row["at"] += timedelta(days=780)
        for row in tickets:
            if row["opened_by"] is None and phones[row["contact"]] > 1:
                row["contact"] = f"guest{row['id']}@mail.example"
        for name, column in (("orders", "finished_at"), ("payment", "paid_at")):
            for row in self.rows[name]:
                ends = _ends(row[column], YEARS)
                if abs(ends - AS_OF) < NEAR:
                    row[column] -= 3 * NEAR

    def _identifiers(self) -> Iterator[tuple[str, tuple[int, bool]]]:
        """Yield whom each way of writing an identifier means; a number passed on is its present owner's."""
        phones = Counter(row["phone"] for row in self._customers)
        for number, row in enumerate(self._customers):
            for one in filter(None, (row["email"], row["id_number"])):
                yield from ((way, (number, True)) for way in ways(one))
            if row["phone_until"] is None:
                yield from ((way, (number, phones[row["phone"]] == 1)) for way in ways(row["phone"]))

    def _made(self, name: str, row: Row) -> Made:
        whose, other = OWNERS[name](self, row) if name in OWNERS else (None, None)
        column = TEXTS.get(name)
        texts = {column: self._read(row[column])} if column else {}
        if name == "search_entry":
            texts = {"words": self._named(row["id"] - 1, row["words"])}
        until = UNTIL[name](self, row) if name in UNTIL and whose is not None else None
        return Made(name, row, whose, other, common=name == "address", until=until, texts=texts)

    def _read(self, text: str) -> Words:
        """Return a text with the mentions in it."""
        words: list[str | Mention] = []
        at = 0
        for found in self._words.finditer(text):
            person, sure = self._by_text[found[0]]
            words += [text[at : found.start()], Mention(person, found[0], sure)]
            at = found.end()
        words.append(text[at:])
        for person in {one.person for one in words if isinstance(one, Mention)}:
            words = [part for one in words for part in self._beside(person, one)]
        return tuple(words)

    def _beside(self, person: int, one: str | Mention) -> list[str | Mention]:
        """Return a piece of text with the name of somebody in it whose number stands in the same text.

        A name alone is nobody's for sure; beside the number it may go with it or stay.
        """
        if isinstance(one, Mention):
            return [one]
        name = self._customers[person]["name"]
        parts = one.split(name)
        return [parts[0], *(each for part in parts[1:] for each in (Mention(person, name, sure=False), part))]

    def _named(self, person: int, text: str) -> Words:
        """Return an entry of the search: it begins with the name, which others may have too."""
        name = self._customers[person]["name"]
        return (Mention(person, name, sure=False), *self._read(text.removeprefix(name)))

    def by_contact(self, contact: str) -> int | None:
        """Return whom an e-mail address or a phone number means."""
        found = self._by_text.get(contact)
        return found[0] if found else None

    def of_ticket(self, row: Row) -> tuple[int | None, int | None]:
        """Return whose a ticket is: who opened it, or whose address it gives."""
        opened = _number(row["opened_by"])
        return (self.by_contact(row["contact"]) if opened is None else opened), None

    def of_order(self, number: int) -> tuple[int | None, int | None]:
        """Return who bought, and for whom."""
        row = self._orders[number]
        return _number(row["customer"]), _number(row["gift_for"])

    def of_device(self, row: Row) -> tuple[int | None, int | None]:
        """Return whose device a row is of."""
        return _number(self._devices.get(row["device"])), None

    def of_remark(self, row: Row) -> tuple[int | None, int | None]:
        """Return whose order or ticket a remark is about."""
        if row["about_kind"] == "order":
            return self.of_order(row["about_id"])
        return self.of_ticket(self._tickets[row["about_id"]])

    def order_ends(self, number: int) -> date:
        """Return until when an order is kept."""
        return _ends(self._orders[number]["finished_at"], YEARS)


Owners = Callable[[Shop, Row], tuple[int | None, int | None]]
OWNERS: Mapping[str, Owners] = {
    "customer": lambda _, row: (_number(row["id"]), None),
    "customer_address": lambda _, row: (_number(row["customer"]), None),
    "orders": lambda shop, row: shop.of_order(row["id"]),
    "order_line": lambda shop, row: shop.of_order(row["orders"]),
    "payment": lambda shop, row: (shop.of_order(row["orders"])[0], None),
    "device": lambda _, row: (_number(row["customer"]), None),
    "page_view": Shop.of_device,
    "access_log": Shop.of_device,
    "review": lambda _, row: (_number(row["customer"]), None),
    "message": lambda _, row: (_number(row["sender"]), _number(row["receiver"])),
    "ticket": Shop.of_ticket,
    "ticket_note": lambda shop, row: shop.of_ticket(shop._tickets[row["ticket"]]),
    "remark": Shop.of_remark,
    "subscriber": lambda shop, row: (shop.by_contact(row["email"]), None),
}
UNTIL: Mapping[str, Callable[[Shop, Row], date]] = {
    "orders": lambda shop, row: shop.order_ends(row["id"]),
    "order_line": lambda shop, row: shop.order_ends(row["orders"]),
    "payment": lambda _, row: _ends(row["paid_at"], YEARS),
    "access_log": lambda _, row: _later(row["at"].date(), MONTHS),
}


def _number(customer: Any) -> int | None:
    return None if customer is None else int(customer) - FIRST


def _ends(since: datetime | None, years: int) -> date:
    return _FOR_EVER if since is None else _later(since.date(), 12 * years)


def _later(day: date, months: int) -> date:
    """Return the same day some months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _human(row: Row) -> Human:
    return {
        "customer_id": (Days(str(row["id"])),),
        "email": (Days(row["email"]),),
        "phone_number": (Days(row["phone"], row["phone_since"], row["phone_until"]),),
    }
