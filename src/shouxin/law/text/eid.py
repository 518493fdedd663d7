"""Small questions about eIds: what a register id names, what lies under what."""

import re

_CLAUSE = re.compile(r"__cl_\d+$")


def unit_of(provision: str) -> str:
    """Return the unit of text that a register id names: the id without its clause."""
    return _CLAUSE.sub("", provision)


def top(eid: str) -> str:
    """Return the article, point of a section, or notice in which a unit lies."""
    parts = eid.split("__")
    if parts[0].startswith("sec_") and len(parts) > 1 and parts[1].startswith(("point_", "intro")):
        return "__".join(parts[:2])
    return parts[0]


def under(eid: str, above: str) -> bool:
    """Say whether ``eid`` is ``above`` or lies under it."""
    return eid == above or eid.startswith(above + "__")


def parent(eid: str) -> str:
    """Return the eId one step up, or an empty string."""
    return eid.rpartition("__")[0]


def respelled(eid: str) -> str:
    """Return the other spelling of a place in an article's first paragraph: with ``para_1`` or without."""
    parts = eid.split("__")
    if len(parts) > 1 and parts[1] == "para_1":
        return "__".join([parts[0], *parts[2:]])
    return "__".join([parts[0], "para_1", *parts[1:]])
