"""The acts that an activity consists of, and what is known of each. Pure."""

from collections.abc import Iterator, Mapping

from shouxin.duties.inventory.model import Activity


def acts(known: Mapping[str, object], activity: Activity) -> Iterator[str]:
    """Yield the acts that an activity consists of, as far as its fields tell."""
    yield "collect"
    if activity.systems:
        yield "store"
    yield "use"
    for fact, act in (
        ("processing.entrusted", "entrust"),
        ("processing.provided", "provide"),
        ("processing.published", "disclose"),
        ("processing.abroad", "transfer_abroad"),
        ("service.automated_decisions", "decide_automatically"),
        ("service.automated_push", "recommend"),
    ):
        if known.get(fact) is True:
            yield act


def about(act: str, known: Mapping[str, object]) -> Mapping[str, object]:
    """Return what is known of an act: a decision or recommendation of these is an automated one."""
    if act in ("decide_automatically", "recommend"):
        return {**known, "decision.automated": True}
    return known
