"""A small service of the made-up shop: it asks the guard before it uses anything of a customer's."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import psycopg
from fastapi import Depends, FastAPI, Header, HTTPException
from psycopg.rows import dict_row

from shouxin.sdk import Guard
from shouxin.sdk import fastapi as adapter

Row = dict[str, Any]

ADULT = {"subject.minor": False, "subject.minor_u14": False}
"""What the shop itself knows of whoever passes ``customer``."""

guard = Guard("shop")
app = FastAPI(title="tea shop")
adapter.install(app)  # a denial becomes 403 with the provisions


def shop() -> Iterator[psycopg.Connection[Row]]:
    """Give a connection to the shop's database: SHOP_DSN, or the one of the demo."""
    dsn = os.environ.get("SHOP_DSN")
    if not dsn:
        dsn = Path(os.environ.get("SHOUXIN_DATA", "var/demo"), "shop.dsn").read_text().strip()
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        yield connection


Shop = Annotated[psycopg.Connection[Row], Depends(shop)]


def customer(shop: Shop, x_customer: Annotated[int, Header()]) -> str:
    """Return who asks. A real shop takes this from its session, never from a header that anyone can send."""
    child = "birth_date > current_date - interval '18 years'"
    found = shop.execute(
        f"select {child} as child from customer where id = %s and not deleted",  # noqa: S608
        [x_customer],
    ).fetchone()
    if found is None:
        raise HTTPException(404, "there is no such customer")
    if found["child"]:
        raise HTTPException(403, "a guardian orders for a child")
    return str(x_customer)


Customer = Annotated[str, Depends(customer)]

may_see_orders = adapter.needs(guard, "use", "orders", person=customer, facts=ADULT)
may_recommend = adapter.needs(
    guard, "use", "recommendations", person=customer, categories={"browsing_history"}, facts=ADULT
)


@app.get("/orders", dependencies=[Depends(may_see_orders)])
def orders(shop: Shop, customer: Customer) -> list[Row]:
    """Show a customer's own orders: the contract needs them, so no consent is asked for."""
    asked = "select number, placed_at from orders where customer = %s order by placed_at desc limit 10"
    return shop.execute(asked, [customer]).fetchall()


@app.get("/recommendations", dependencies=[Depends(may_recommend)])
def recommendations(shop: Shop, customer: Customer) -> list[str]:
    """Show teas by what was looked at: only for those who agreed to that."""
    asked = """
        select product.name from page_view
        join device on device.id = page_view.device join product on product.id = page_view.product
        where device.customer = %s group by product.name order by count(*) desc, product.name limit 5
    """
    return [row["name"] for row in shop.execute(asked, [customer])]


@app.post("/coupons")
def coupons(customer: Customer) -> dict[str, str]:
    """Let the partner send a coupon: its number is provided only under a separate consent."""
    with guard.allowed(
        customer,
        "provide",
        "partner-coupons",
        categories={"phone_number"},
        recipient="china-ware",
        facts=ADULT,
    ):
        return {"provided_to": "china-ware"}
