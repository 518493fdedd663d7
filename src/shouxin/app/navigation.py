"""Where everything is: the places of the console in groups, and where a page stands among them.

A duty says its places as ``Slice.entries``, each an address and the key of its phrase; this module says in
which group and order they are shown. A place that no group names is shown where the nearest address above it
is, and else under ``FALLBACK``.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("overview", "nav.group_overview", ("/", "/demo", "/welcome", "/search", "/handbook")),
    (
        "work",
        "nav.group_work",
        (
            "/work",
            "/requests",
            "/complaints",
            "/content-requests",
            "/incidents",
            "/cases",
            "/calendar",
            "/approvals",
            "/exports",
            "/deliveries",
        ),
    ),
    (
        "hold",
        "nav.group_hold",
        (
            "/inventory",
            "/parties",
            "/transfers",
            "/assessments",
            "/retention/runs",
            "/detect",
            "/protect",
        ),
    ),
    (
        "people",
        "nav.group_people",
        ("/notices", "/consents", "/widget", "/centre", "/complaint", "/content-request"),
    ),
    ("proof", "nav.group_proof", ("/posture", "/ledger", "/denials", "/inspections", "/inspection")),
    (
        "law",
        "nav.group_law",
        (
            "/law",
            "/law/search",
            "/law/coverage",
            "/law/readings",
            "/law/app-categories",
            "/decide",
            "/calculate",
            "/due",
            "/retention",
            "/procedures",
            "/glossary",
        ),
    ),
    ("settings", "nav.group_settings", ("/settings", "/operators", "/centre-keys", "/account")),
)
"""The groups: a name, the key of its phrase, the addresses in their order."""

FALLBACK = "work"
"""The group of a place that none names and none stands above: a new duty mostly brings work."""

PUBLIC = ("/law", "/law/search", "/complaint", "/content-request", "/decide", "/demo", "/welcome")
"""What a stranger finds at the top of a page, in this order; other public places are one step away."""

KEYS = {
    "h": "/",
    "w": "/work",
    "r": "/requests",
    "c": "/complaints",
    "i": "/incidents",
    "a": "/approvals",
    "v": "/inventory",
    "n": "/notices",
    "p": "/posture",
    "e": "/ledger",
    "l": "/law",
    "s": "/settings",
}
"""The keys that, after ``g``, lead to a place."""

Entry = tuple[str, str]
"""A place: an address and the key of its phrase."""


class Group(NamedTuple):
    """Places that belong together: the name, the key of its phrase, the places in order."""

    name: str
    key: str
    entries: tuple[Entry, ...]


class Place(NamedTuple):
    """Where a page stands: its group, and the place it is or lies below; None where nothing does."""

    group: Group | None
    entry: Entry | None


def grouped(entries: Sequence[Entry]) -> tuple[Group, ...]:
    """Return the groups that have places, each place once."""
    known = dict(reversed(entries))
    found: dict[str, list[str]] = {name: [] for name, _, _ in GROUPS}
    for address in dict(entries):
        found[_group(address)].append(address)
    return tuple(
        Group(name, key, tuple((one, known[one]) for one in sorted(found[name], key=_order(named))))
        for name, key, named in GROUPS
        if found[name]
    )


def stands(groups: Sequence[Group], path: str) -> Place:
    """Return where the page of an address stands: at a place, or below the nearest one above it."""
    best = Place(None, None)
    for group in groups:
        for entry in group.entries:
            if _within(path, entry[0]) and (best.entry is None or len(entry[0]) > len(best.entry[0])):
                best = Place(group, entry)
    return best


def public(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return what a stranger finds at the top of a page, and the rest."""
    known = {address: (address, key) for address, key in entries}
    first = tuple(known[address] for address in PUBLIC if address in known)
    return first, tuple(one for one in known.values() if one not in first and one[0] != "/")


def _group(address: str) -> str:
    named = ((name, one) for name, _, addresses in GROUPS for one in addresses if _within(address, one))
    return max(named, key=lambda found: len(found[1]), default=(FALLBACK, ""))[0]


def _order(named: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    return lambda address: (named.index(address) if address in named else len(named), address)


def _within(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))
