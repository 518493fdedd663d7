"""Which items of the law a notice lacks, and which form the consent to each of its purposes needs. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import yaml

from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.model import Notice, Purpose
from shouxin.engine.decision import Cited
from shouxin.engine.expression import value
from shouxin.engine.parser import parse
from shouxin.law.base import Shape, Words
from shouxin.law.wording import FactType

_FILE = Path(__file__).with_name("items.yaml")
_PROFILE = "ordinary-company"
"""What is taken for granted about a service that does not say otherwise; see `shouxin law facts`."""

_Kind = Literal["separate", "written"]
_ASKED: tuple[_Kind, ...] = ("separate", "written")
_SOUND = {
    **{f"consent.{one}": True for one in ("given", "informed", "voluntary", "explicit", "covers_act")},
    **{
        f"notice.{one}": True
        for one in ("given", "complete", "clear", "true", "recipient", "rules_published")
    },
    **{f"notice.{one}": True for one in ("sensitive_necessity", "sensitive_effect")},
    "transfer.rights_notice": True,
    "consent.withdrawn": False,
}
"""Everything but the form of a consent, as it should be."""

_BESIDE_CONSENT = (
    *("contract", "staff_management", "statutory_duty", "public_health_emergency", "urgent_protection"),
    *("news_in_public_interest", "other_law"),
)
"""The bases of pipl art. 13 para. 1 that are facts by themselves."""


class Item(Shape, frozen=True, kw_only=True):
    """Something a notice must tell; see ``items.yaml``."""

    provision: str
    item: str
    each: Literal["notice", "purpose", "sensitive", "recipient", "abroad"]
    field: str
    shows: str
    when: str = ""
    what: Words


class Lack(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An item that a notice does not tell: which, by which provision, of which purpose and recipient."""

    provision: str
    item: str
    what: Words
    purpose: str = ""
    recipient: str = ""


class Form(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A form that the consent to a purpose needs, and the provisions that say so."""

    purpose: str
    kind: Literal["separate", "written"]
    provisions: tuple[str, ...]


class _Spot(NamedTuple):
    """What an item is asked of."""

    thing: Any
    purpose: str = ""
    recipient: str = ""


@cache
def items() -> tuple[Item, ...]:
    """Return every item, in the order of the file."""
    plain = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(plain, tuple[Item, ...])


def lacks(notice: Notice, decider: Decider, facts: Mapping[str, Any]) -> tuple[Lack, ...]:
    """Return what a notice does not tell; ``facts`` are those known of the organisation and the service.

    An item that depends on a fact is asked for unless the fact is known to make it needless.
    """
    return tuple(
        Lack(provision=item.provision, item=item.item, what=item.what, purpose=purpose, recipient=recipient)
        for item, purpose, recipient, text in asked(notice, decider, facts)
        if not text
    )


def asked(
    notice: Notice, decider: Decider, facts: Mapping[str, Any]
) -> Iterator[tuple[Item, str, str, object]]:
    """Yield every item that is asked for, with its purpose, its recipient, and the text that tells it."""
    types = {one.name: FactType(type=one.type, values=one.values) for one in decider.facts()}
    for item in items():
        if not item.when or value(parse(item.when, types), facts) is not False:
            for spot in _spots(notice, item.each):
                yield item, spot.purpose, spot.recipient, _told(spot.thing, item.field)


def forms(notice: Notice, decider: Decider, facts: Mapping[str, Any], on: date) -> tuple[Form, ...]:
    """Return which forms the gate asks of the consent to each purpose that rests on consent.

    Whether a guardian answers depends on the person, so it is none of them. Raises ``InputError`` for facts
    that cannot be used.
    """
    alike: dict[bytes, tuple[tuple[_Kind, tuple[str, ...]], ...]] = {}
    found: list[Form] = []
    for one in notice.purposes:
        if one.by_consent:
            stated = _bases(one) | purpose_facts(one)
            same = msgspec.json.encode(stated, order="deterministic")
            if same not in alike:
                alike[same] = tuple(_forms(stated, decider, facts, on))
            found += [Form(purpose=one.key, kind=kind, provisions=cited) for kind, cited in alike[same]]
    return tuple(found)


def purpose_facts(purpose: Purpose) -> dict[str, Any]:
    """Return the facts that follow from the fields of a purpose, and those it states.

    What its fields say is so stands, whatever it states.
    """
    provided = [one for one in purpose.recipients if one.kind == "processor"]
    follows = {
        "data.personal": True,
        "data.sensitive": purpose.uses_sensitive,
        "processing.provided": bool(provided),
        "processing.abroad": any(one.abroad for one in purpose.recipients),
    }
    return {**follows, **purpose.facts, **{name: True for name, holds in follows.items() if holds}}


def _bases(purpose: Purpose) -> dict[str, Any]:
    """Return on which bases a purpose rests beside consent: its own, not those of others of the service."""
    return {f"basis.{one}": one in purpose.basis for one in _BESIDE_CONSENT}


def _forms(
    stated: Mapping[str, Any], decider: Decider, facts: Mapping[str, Any], on: date
) -> Iterator[tuple[_Kind, tuple[str, ...]]]:
    known = {"subject.minor_u14": False, **facts, **stated, **_SOUND}
    acts = ["collect", "use"]
    acts += ["provide"] if known["processing.provided"] else []
    acts += ["transfer_abroad"] if known["processing.abroad"] else []
    for kind in _ASKED:
        others = {f"consent.{one}": True for one in _ASKED if one != kind}
        cited = dict.fromkeys(
            provision
            for act in acts
            for provision in _against(decider, {"act": act, **known, **others}, f"consent.{kind}", on)
        )
        if cited:
            yield kind, tuple(cited)


def _against(decider: Decider, facts: Mapping[str, Any], fact: str, on: date) -> Sequence[str]:
    """Return the provisions that stand against an act for want of a fact alone."""
    without, having = (_violations(decider, {**facts, fact: worth}, on) for worth in (False, True))
    return [one.provision for one in without if one not in having]


def _violations(decider: Decider, facts: Mapping[str, Any], on: date) -> tuple[Cited, ...]:
    """Return what forbids an act, as ``Decider.decide`` does without looking for what it would not use."""
    gate = decider.gate
    act, given = gate.reader.read(facts, on)
    assumed = {
        name: worth for name, worth in gate.reader.profile(_PROFILE).items() if given.get(name) is None
    }
    known = gate.reader.derived({**assumed, **given}, on)
    outcome = gate.outcome_of(act, known, on)
    holding = outcome.violations
    if outcome.effect == "undetermined" and gate.missing(act, known, outcome, on).holds:
        holding = outcome.open
    return tuple(gate.cited(rule) for rule in holding)


def _spots(notice: Notice, each: str) -> Iterator[_Spot]:
    if each == "notice":
        yield _Spot(notice)
        return
    if each == "purpose" and not notice.purposes:
        yield _Spot(Purpose(key=""))  # a notice that names no purpose tells none of what belongs to one
    for purpose in notice.purposes:
        if each == "purpose" or (each == "sensitive" and purpose.uses_sensitive):
            yield _Spot(purpose, purpose.key)
        for one in purpose.recipients:
            if (each == "recipient" and one.kind == "processor") or (each == "abroad" and one.abroad):
                yield _Spot(one, purpose.key, one.key)


def _told(thing: Any, field: str) -> object:
    """Return what stands in a field; nothing where the way there ends before."""
    head, _, rest = field.partition(".")
    found = attrgetter(head)(thing)
    return found if not rest or found is None else _told(found, rest)
