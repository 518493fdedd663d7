"""What is bought, paid, looked at and praised in the made-up shop."""

from datetime import timedelta
from decimal import Decimal

from shouxin.demo.shop.people import SPAN, Lot, Row


def products(of: Lot) -> list[Row]:
    """Return the teas, each in every form."""
    named = [f"{tea}{form}" for tea in of.words["teas"] for form in of.words["forms"]]
    return [
        {"id": number, "name": name, "price": Decimal(of.chance.randint(1900, 59900)) / 100}
        for number, name in enumerate(named, 1)
    ]


def orders(of: Lot, people: list[Row], sent: list[Row], many: int) -> list[Row]:
    """Return the orders by the time they were placed; every twelfth is a gift for another customer."""
    at_home = {row["customer"]: row for row in sent}
    placed = []
    for _ in range(many):
        buyer, other = of.chance.choice(people), of.chance.choice(people)
        gift = of.chance.random() < 1 / 12 and other is not buyer
        goes_to = at_home[(other if gift else buyer)["id"]]
        moment = of.moment(buyer["joined_at"].date())
        done = moment + timedelta(days=of.chance.randint(2, 9))
        placed.append(
            {
                "customer": buyer["id"],
                "gift_for": other["id"] if gift else None,
                "address": goes_to["address"],
                "consignee_name": goes_to["consignee_name"],
                "consignee_phone": goes_to["consignee_phone"],
                "placed_at": moment,
                "finished_at": done if done.date() < of.today else None,
                "remark": f"送给{other['name']}，附贺卡" if gift else "",
            }
        )
    placed.sort(key=lambda row: row["placed_at"])
    return [
        {"id": number, "number": f"D{row['placed_at']:%Y%m%d}{number:06}", **row}
        for number, row in enumerate(placed, 1)
    ]


def lines_and_payments(
    of: Lot, made: list[Row], goods: list[Row], people: list[Row]
) -> tuple[list[Row], list[Row]]:
    """Return what each order is made of, and how it was paid."""
    names = {row["id"]: row["name"] for row in people}
    lines, payments = [], []
    for order in made:
        own = [
            {
                "orders": order["id"],
                "product": one["id"],
                "quantity": of.chance.randint(1, 3),
                "price": one["price"],
            }
            for one in of.chance.sample(goods, of.chance.choice((1, 1, 2, 3)))
        ]
        lines += own
        channel = of.chance.choice(of.words["channels"])
        payments.append(
            {
                "id": order["id"],
                "orders": order["id"],
                "payer_name": names[order["customer"]],
                "card_number": of.numbers.card() if channel == "银行卡" else None,
                "channel": channel,
                "amount": sum(line["price"] * line["quantity"] for line in own),
                "paid_at": order["placed_at"] + timedelta(minutes=of.chance.randint(1, 20)),
            }
        )
    return lines, payments


def devices(of: Lot, people: list[Row], many: int) -> list[Row]:
    """Return the devices of the customers, and a few of nobody who signed in."""
    rows = []
    for number in range(1, many + 1):
        owner = people[number - 1] if number <= len(people) else of.chance.choice([*people, None, None])
        since = owner["joined_at"].date() if owner else of.today - timedelta(days=SPAN)
        rows.append(
            {
                "id": number,
                "customer": owner["id"] if owner else None,
                "device_id": of.numbers.device(),
                "model": of.chance.choice(of.words["models"]),
                "last_ip": of.numbers.ip(),
                "seen_at": of.moment(since),
            }
        )
    return rows


def views(of: Lot, of_devices: list[Row], goods: list[Row], many: int) -> list[Row]:
    """Return which device looked at which tea."""
    return [
        {
            "id": number,
            "device": (device := of.chance.choice(of_devices))["id"],
            "product": of.chance.choice(goods)["id"],
            "viewed_at": device["seen_at"] - timedelta(minutes=of.chance.randint(0, 200_000)),
        }
        for number in range(1, many + 1)
    ]


def log(of: Lot, of_devices: list[Row], people: list[Row], many: int) -> list[Row]:
    """Return the lines of a log of the last half-year; some paths hold an e-mail address."""
    emails = {row["id"]: row["email"] for row in people}
    rows = []
    for number in range(1, many + 1):
        device = of.chance.choice(of_devices)
        email = emails.get(device["customer"])
        path = f"/subscribe?email={email}" if email and number % 20 == 0 else f"/tea/{number % 48 + 1}"
        moment = of.moment(of.today - timedelta(days=180))
        rows.append(
            {"id": number, "device": device["id"], "ip": device["last_ip"], "path": path, "at": moment}
        )
    return rows
