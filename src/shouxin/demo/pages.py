"""The page of the demo: what there is to see, in which order, and as whom."""

from pathlib import Path
from typing import NamedTuple

from litestar import Router, get
from litestar.response import Template

from shouxin.demo.account import Sign
from shouxin.demo.answered import AGREES, WITHDREW
from shouxin.demo.described import versions
from shouxin.demo.shop.people import CHILD, FORMER_OWNER, GUARDIAN, PRESENT_OWNER

TEMPLATES = str(Path(__file__).parent / "templates")
"""The folder of the templates, found by the shell under the prefix ``demo``."""


class Stop(NamedTuple):
    """A place to look at: the keys of its words, its address, and the role that sees it; "" is everybody."""

    name: str
    about: str
    address: str
    role: str = ""


def stops() -> tuple[Stop, ...]:
    """Return the places, the first one first."""
    old, new = (notice.address for notice in versions())
    return (
        Stop("demo.stop_posture", "demo.about_posture", "/posture", "privacy_officer"),
        Stop("demo.stop_requests", "demo.about_requests", "/requests", "privacy_officer"),
        Stop("demo.stop_deadlines", "demo.about_deadlines", "/calendar", "staff"),
        Stop("demo.stop_cases", "demo.about_cases", "/cases", "staff"),
        Stop("demo.stop_complaints", "demo.about_complaints", "/complaints", "staff"),
        Stop("demo.stop_incidents", "demo.about_incidents", "/incidents", "privacy_officer"),
        Stop("demo.stop_inventory", "demo.about_inventory", "/inventory", "privacy_officer"),
        Stop("demo.stop_notice", "demo.about_notice", f"/notices/{new}"),
        Stop("demo.stop_shop", "demo.about_shop", "/demo/shop"),
        Stop("demo.stop_account", "demo.about_account", "/demo/account"),
        Stop("demo.stop_compare", "demo.about_compare", f"/notices/compare?old={old}&new={new}"),
        Stop("demo.stop_ledger", "demo.about_ledger", "/ledger?kind=decision", "auditor"),
        Stop("demo.stop_approvals", "demo.about_approvals", "/approvals", "approver"),
        Stop("demo.stop_decide", "demo.about_decide", "/decide"),
    )


class Customer(NamedTuple):
    """A customer who is signed in to the made-up shop, and the token that signs them in to the centre."""

    number: int
    about: str
    token: str


def routes(sign: Sign | None = None) -> Router:
    """Return the pages; ``sign`` is how the shop signs its customers in to the privacy centre."""

    @get("/account", sync_to_thread=True)
    def account() -> Template:
        """Show the account pages of some customers of the shop; each token is good for minutes, and once."""
        known = ((AGREES, "demo.person_agrees"), (WITHDREW, "demo.person_withdrew"))
        family = ((CHILD, "demo.account_child"), (GUARDIAN, "demo.account_guardian"))
        found = [
            Customer(number, about, sign(str(number), str(number)) if sign else "")
            for number, about in (*known, *family)
        ]
        headers = {"Cache-Control": "no-store"}
        return Template("demo/account.html", context={"customers": found}, headers=headers)

    return Router("/demo", route_handlers=[tour, account], include_in_schema=False, opt={"public": True})


@get(sync_to_thread=False)
def tour() -> Template:
    """Show what to look at first."""
    people = {
        "agrees": AGREES,
        "withdrew": WITHDREW,
        "former": FORMER_OWNER,
        "present": PRESENT_OWNER,
        "child": CHILD,
        "guardian": GUARDIAN,
    }
    return Template("demo/tour.html", context={"stops": stops(), "people": people})
