"""What a policy did with each type of information, what that leaves of it in law, and why it was done."""

from collections.abc import Mapping
from typing import Literal

from shouxin.law.base import Shape, Words
from shouxin.protect.policy import REVERSIBLE, Any, Keep, Pseudonym
from shouxin.protect.policy_file import Rules
from shouxin.protect.types import info

Leaves = Literal["kept", "linked", "reversible", "irreversible"]
"""Whether a value stands as it was, can be followed or turned back with a key, or not by its own means."""

STATEMENT = Words(
    zh="可还原的仍是个人信息；去标识化不是匿名化（pipl:art_4、pipl:art_73）",
    en="what can be reversed is still personal information; de-identified is not anonymised "
    "(pipl:art_4, pipl:art_73)",
    es="lo que puede revertirse sigue siendo información personal; desidentificar no es anonimizar "
    "(pipl:art_4, pipl:art_73)",
)

_MEASURE = "pipl:art_51__item_3"
_SENSITIVE = "pipl:art_28__para_2"
_UNDER_14 = "pipl:art_31__para_2"
_STILL_PERSONAL = "pipl:art_4__para_1"
_NOT_ANONYMOUS = "pipl:art_73__item_3"


class Applied(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the policy did with one type, by which of its words, and which provisions speak to it.

    ``category`` and ``level`` are where the policy's profile puts the type, empty where it says nothing.
    """

    type: str
    label: Words
    values: int
    action: str
    because: str
    leaves: Leaves
    reversible: bool
    category: str
    level: str
    cites: tuple[str, ...]


def applied(rules: Rules, changes: Mapping[str, int]) -> tuple[Applied, ...]:
    """Return what was done to each type, by the policy."""
    return tuple(_applied(rules, kind, count) for kind, count in sorted(changes.items()))


def still_personal(done: tuple[Applied, ...]) -> bool:
    """Tell whether an action used leaves personal information by itself: kept, linked or reversible."""
    return any(item.leaves != "irreversible" for item in done)


def _applied(rules: Rules, kind: str, values: int) -> Applied:
    action, because = rules.action(kind)
    standing = rules.profile.types.get(kind)
    leaves = _leaves(action)
    label = info(kind).label
    return Applied(
        type=kind,
        label=Words(zh=label.zh, en=label.en, es=label.es),
        values=values,
        action=str(type(action).__struct_config__.tag),
        because=because,
        leaves=leaves,
        reversible=leaves == "reversible",
        category=standing.category if standing else "",
        level=standing.level if standing else "",
        cites=_cites(leaves, standing.category if standing else "", standing.level if standing else ""),
    )


def _leaves(action: Any) -> Leaves:
    if isinstance(action, Keep):
        return "kept"
    if isinstance(action, Pseudonym):
        return "linked"
    return "reversible" if isinstance(action, REVERSIBLE) else "irreversible"


def _cites(leaves: Leaves, category: str, level: str) -> tuple[str, ...]:
    """Return the provisions: what makes it sensitive, what asks for the measure, what it remains."""
    of_type = [_SENSITIVE] if level == "sensitive" else []
    of_type += [_UNDER_14] if category == "under_14" else []
    of_action = {
        "kept": [_STILL_PERSONAL],
        "linked": [_MEASURE, _NOT_ANONYMOUS],
        "reversible": [_MEASURE, _NOT_ANONYMOUS],
        "irreversible": [_MEASURE],
    }
    return tuple(of_type + of_action[leaves])
