"""What people of the made-up shop write to each other and to its support, with numbers and names in it."""

from datetime import timedelta

from shouxin.demo.shop.people import SPAN, Lot, Row


class Talk:
    """Writes texts about customers, who live at ``homes``."""

    def __init__(self, of: Lot, people: list[Row], homes: list[Row]) -> None:
        self._of = of
        self._people = people
        self._homes = {row["id"]: row["region"] + row["street"] + row["door"] for row in homes}

    def notes(self) -> None:
        """Write a note about every fifth customer."""
        for person in self._people[::5]:
            person["note"] = self._text("customer_notes", person)

    def reviews(self, goods: list[Row], many: int) -> list[Row]:
        """Return what customers say of teas, one word a tea."""
        said: dict[tuple[int, int], Row] = {}
        while len(said) < many:
            person, tea = self._of.chance.choice(self._people), self._of.chance.choice(goods)
            said[person["id"], tea["id"]] = {
                "customer": person["id"],
                "product": tea["id"],
                "stars": self._of.chance.choice((3, 4, 5, 5)),
                "body": self._text("reviews", person),
                "written_at": self._of.moment(person["joined_at"].date()),
            }
        return [{"id": number, **row} for number, row in enumerate(said.values(), 1)]

    def messages(self, many: int) -> list[Row]:
        """Return letters between customers; every third answers an earlier one."""
        rows: list[Row] = []
        for number in range(1, many + 1):
            one, other = self._of.chance.sample(self._people, 2)
            earlier = None
            if rows and number % 3 == 0:
                earlier = rows[-1]
                one, other = ({"id": earlier[side]} for side in ("receiver", "sender"))
            writer = self._people[one["id"] - self._people[0]["id"]]
            rows.append(
                {
                    "id": number,
                    "sender": one["id"],
                    "receiver": other["id"],
                    "reply_to": earlier["id"] if earlier else None,
                    "body": self._text("messages", writer),
                    "sent_at": earlier["sent_at"] + timedelta(hours=2)
                    if earlier
                    else self._of.moment(self._of.today - timedelta(days=SPAN)),
                }
            )
        return rows

    def tickets(self, many: int) -> tuple[list[Row], list[Row]]:
        """Return tickets of support and their notes; every ninth comes from somebody without an account."""
        tickets: list[Row] = []
        notes: list[Row] = []
        for number in range(1, many + 1):
            person = self._of.chance.choice(self._people)
            opened = self._of.moment(person["joined_at"].date())
            closed = opened + timedelta(days=self._of.chance.randint(1, 12))
            tickets.append(
                {
                    "id": number,
                    "number": f"T{number:06}",
                    "opened_by": None if number % 9 == 0 else person["id"],
                    "contact": self._of.chance.choice((person["phone"], person["email"])),
                    "subject": self._of.chance.choice(self._of.words["subjects"]),
                    "opened_at": opened,
                    "closed_at": closed if closed.date() < self._of.today else None,
                }
            )
            notes += [
                {
                    "id": 2 * number + step,
                    "ticket": number,
                    "author": f"客服{self._of.chance.randint(1, 9)}号",
                    "body": self._text("notes", person),
                    "written_at": opened + timedelta(hours=step),
                }
                for step in (0, 1)
            ]
        return tickets, notes

    def remarks(self, of_orders: list[Row], of_tickets: list[Row], many: int) -> list[Row]:
        """Return remarks on orders and tickets."""
        rows = []
        people = {row["id"]: row for row in self._people}
        for number in range(1, many + 1):
            kind, about = self._of.chance.choice((("order", of_orders), ("ticket", of_tickets)))
            one = self._of.chance.choice(about)
            person = people.get(one.get("customer") or one.get("opened_by"), self._people[0])
            written = one.get("placed_at") or one["opened_at"]
            body = self._text("remarks", person)
            rows.append(
                {
                    "id": number,
                    "about_kind": kind,
                    "about_id": one["id"],
                    "body": body,
                    "written_at": written,
                }
            )
        return rows

    def subscribers(self) -> list[Row]:
        """Return the list for news: customers, and some who never became one."""
        rows = [
            {
                "email": person["email"],
                "phone": person["phone"] if person["phone_until"] is None else None,
                "name": person["name"],
                "source": "app",
                "since": person["joined_at"].date(),
            }
            for person in self._people
            if self._of.chance.random() < 0.6
        ]
        strangers = [
            {
                "email": f"guest{number}@post.example",
                "phone": self._of.numbers.mobile(),
                "name": self._of.chance.choice(self._of.words["surnames"]) + "女士",
                "source": "fair",
                "since": self._of.today - timedelta(days=400),
            }
            for number in range(1, 101)
        ]
        return rows + strangers

    def search_entries(self) -> list[Row]:
        """Return the copy for searching: what was put together once, and is tied to nothing."""
        return [
            {"id": number, "words": f"{person['name']} {person['phone']} {person['email']}"}
            for number, person in enumerate(self._people, 1)
        ]

    def _text(self, kind: str, person: Row) -> str:
        chance = self._of.chance
        template: str = chance.choice(self._of.words[kind])
        friend = chance.choice(self._people)
        return template.format(
            name=person["name"],
            phone=person["phone"],
            email=person["email"],
            id_number=person["id_number"] or "未登记",
            address=self._homes[person["main_address"]],
            friend=friend["name"],
            other_phone=friend["phone"],
            surname=friend["name"][0],
            tea=chance.choice(self._of.words["teas"]),
        )
