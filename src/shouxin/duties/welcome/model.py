"""The steps of the first hour, and how far each has come. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

Name = Literal["describe", "connect", "posture", "notice", "widget", "request"]

STEPS: tuple[Name, ...] = get_args(Name)
"""The steps, in the order in which they are taken."""

PROVISIONS: Mapping[Name, tuple[str, ...]] = {
    "describe": ("pipl:art_51__item_2", "pipl:art_17__para_1__item_2"),
    "connect": ("pipl:art_51__item_4", "pipl:art_47__para_1__cl_1"),
    "posture": ("pipl:art_51__item_1", "pipl:art_54"),
    "notice": ("pipl:art_17__para_1", "pipl:art_17__para_3"),
    "widget": ("pipl:art_14__para_1__cl_1", "pipl:art_15__para_1__cl_2"),
    "request": ("pipl:art_50__para_1__cl_1", "pipl:art_45__para_2"),
}
"""Why each step is one: the provisions that it answers to."""


class Seen(NamedTuple):
    """What there is: counts that other duties gave, and the services by name."""

    services: tuple[str, ...] = ()
    activities: int = 0
    maps: int = 0
    reached: int = 0
    shown: int = 0
    open: int = 0
    notices: int = 0
    lacking: int = 0
    answered: int = 0
    requests: int = 0
    finished: int = 0


class Step(NamedTuple):
    """A step: whether it is done, what shows it, and why it is one."""

    name: Name
    done: bool
    shown: Mapping[str, int]
    provisions: tuple[str, ...]


class Progress(NamedTuple):
    """How far an organisation has come."""

    services: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> Name | None:
        """Return the first step that is not done, None where all are."""
        return next((step.name for step in self.steps if not step.done), None)


def progress(seen: Seen) -> Progress:
    """Return how far one has come by what there is."""
    judged: dict[Name, tuple[bool, dict[str, int]]] = {
        "describe": (
            bool(seen.services and seen.activities),
            {"services": len(seen.services), "activities": seen.activities},
        ),
        "connect": (bool(seen.reached), {"maps": seen.maps, "reached": seen.reached}),
        "posture": (bool(seen.shown), {"shown": seen.shown, "open": seen.open}),
        "notice": (
            bool(seen.notices) and not seen.lacking,
            {"notices": seen.notices, "lacking": seen.lacking},
        ),
        "widget": (bool(seen.answered), {"answered": seen.answered}),
        "request": (bool(seen.finished), {"requests": seen.requests, "finished": seen.finished}),
    }
    steps = tuple(Step(name, *judged[name], PROVISIONS[name]) for name in STEPS)
    return Progress(seen.services, steps)
