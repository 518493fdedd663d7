"""What the widget asks under a notice, and the answers it sends. Pure."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from shouxin.duties.consent.model import Gesture, Key
from shouxin.duties.notice.model import Notice, Purpose, Said
from shouxin.duties.notice.service import Address, Offered, OfferedPurpose
from shouxin.law.base import Shape

LANGUAGES = ("zh", "en", "es")
SUBJECT = re.compile(r"^[0-9a-f]{32}$")
"""A number that the widget drew in the browser: 128 random bits."""

ANONYMOUS = "widget:"
"""What stands before such a number where it is the reference of a person."""


class Ask(Shape, frozen=True, kw_only=True):
    """One thing that is asked: a purpose, or one channel of it.

    ``scope`` and ``recipients`` decide whether an earlier consent still covers it (pipl art. 14 para. 2);
    ``separate`` is asked on a step of its own, ``push`` is refused by the signal Sec-GPC. ``texts`` are, by
    language, what for, with which information, who gets it, how long, and what refusing means.
    """

    purpose: str = msgspec.field(name="k")
    channel: str = msgspec.field(name="c", default="")
    scope: str = msgspec.field(name="s")
    recipients: tuple[str, ...] = msgspec.field(name="r", default=())
    separate: int = msgspec.field(name="f", default=0)
    push: int = msgspec.field(name="g", default=0)
    texts: dict[str, tuple[str, ...]] = msgspec.field(name="t")


class Choice(Shape, frozen=True, kw_only=True):
    """One answer: to agree, to refuse, or to take a consent back.

    ``asked_with`` are the other purposes that the same gesture answered; ``separate`` tells that it was asked
    by itself, which the law's separate consent needs.
    """

    purpose: Key
    channel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    action: Literal["give", "refuse", "withdraw"]
    gesture: Gesture
    separate: bool = False
    asked_with: Annotated[tuple[Key, ...], msgspec.Meta(max_length=200)] = ()


class Answers(Shape, frozen=True, kw_only=True):
    """What the widget sends: the version of the notice that was shown, who answers, and the answers.

    ``subject`` is the number that the widget drew, or the token by which the service vouches for somebody.
    """

    notice: Address
    subject: Annotated[str, msgspec.Meta(min_length=32, max_length=4000)]
    request: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    language: Literal["zh", "en", "es"] = "zh"
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=1, max_length=200)]


class Line(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What became of one answer: its number in the history of consents, or the code of what refused it."""

    purpose: str
    channel: str
    action: Literal["give", "refuse", "withdraw"]
    number: int = 0
    at: datetime.datetime | None = None
    problem: str = ""


class Receipt(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The receipt of the answers that were sent together."""

    service: str
    notice: str
    answers: tuple[Line, ...]


class Integrity(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """The script as it is served now: its address below the server, its hash, its size packed in bytes."""

    service: str
    notice: str
    path: str
    integrity: str
    size: int
    packed: int


def asks(notice: Notice, offered: Offered, words: Mapping[str, dict[str, str]]) -> tuple[Ask, ...]:
    """Return what is asked under a notice: everything that rests on consent and can be given with a button.

    What needs a signature or a guardian's answer cannot be had here and is left out; ``words`` are those of
    ``words.yaml`` by language.
    """
    return tuple(
        Ask(
            purpose=one.key,
            channel=channel,
            scope=form.scope,
            recipients=tuple(sorted(form.recipients)),
            separate=int("separate" in form.kinds),
            push=int(one.automated is not None),
            texts={code: _texts(one, channel, code, words[code]) for code in LANGUAGES},
        )
        for one, form in _offered(notice, offered)
        for channel in one.channels or ("",)
    )


def _offered(notice: Notice, offered: Offered) -> Iterator[tuple[Purpose, OfferedPurpose]]:
    for one in notice.purposes:
        form = offered.purposes.get(one.key)
        if form and "written" not in form.kinds and one.facts.get("subject.minor_u14") is not True:
            yield one, form


def _texts(one: Purpose, channel: str, code: str, words: dict[str, str]) -> tuple[str, ...]:
    """Return the lines about a purpose in one language, empty ones where the notice says nothing."""
    title = _said(one.purpose, code) or one.key
    if channel:
        title += words["channel"].format(channel=words.get(f"channel_{channel}", channel))
    sensitive = one.sensitive
    why = [_said(sensitive.necessity, code), _said(sensitive.effect, code)] if sensitive else []
    comma = words["comma"]
    return (
        title,
        comma.join(category.name.text(code) for category in one.categories),
        comma.join(recipient.name.text(code) for recipient in one.recipients),
        _said(one.keeping, code),
        _said(one.refusal, code),
        comma.join(filter(None, why)),
    )


def _said(said: Said | None, code: str) -> str:
    return said.text(code) if said else ""


def origin_allowed(origin: str, own: str, named: Sequence[str]) -> bool:
    """Tell whether answers may come from an origin: our own, or one that the inventory names."""
    return bool(origin) and origin.lower() in {own.lower(), *(one.lower().rstrip("/") for one in named)}
