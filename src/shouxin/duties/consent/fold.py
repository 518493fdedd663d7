"""From a history to where a person stands: which answers are taken, and what follows from each. Pure."""

import datetime
from collections.abc import Iterable

from shouxin.duties.consent.model import Acting, Given, Kind, Place, Standing, Transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.notice.service import Offered, OfferedPurpose
from shouxin.errors import InputError

SKEW = datetime.timedelta(seconds=60)
"""How far the clock of a service may be ahead of ours."""


def folded(history: Iterable[Transaction]) -> dict[Place, Standing]:
    """Return where a person stands on each purpose, by a history in its order."""
    standings: dict[Place, Standing] = {}
    for one in history:
        place = Place(one.purpose, one.channel)
        standings[place] = after(standings.get(place), one)
    return standings


def after(standing: Standing | None, one: Transaction) -> Standing:
    """Return where a purpose stands behind one more transaction."""
    before = standing.consent if standing else None
    return Standing(last=one, consent=one if one.action == "give" else before)


def taken(
    given: Given,
    acting: Acting,
    offered: Offered,
    standing: Standing | None,
    now: datetime.datetime,
    *,
    number: int = 0,
    source: str = "",
) -> Transaction | None:
    """Return the transaction that a report becomes under a number, or None where it changes nothing.

    What comes from a ``source`` is imported, and may be older than the publication here: it was shown by
    another system then.

    Raises ``InputError``, and each error names the provision behind it where there is one: consent-notice,
    consent-purpose, consent-channel, consent-scope, consent-time, consent-order, consent-moved-on,
    consent-not-given, consent-form, consent-preticked, consent-not-guardian.
    """
    purpose = _purpose(given, offered)
    at = _moment(given, offered, standing, now, imported=bool(source))
    if given.after is not None and given.after != (standing.last.number if standing else 0):
        raise InputError(
            "consent-moved-on",
            "another answer to this purpose came in between",
            remedy="show the person where the purpose stands now, and ask again",
        )
    if given.action == "withdraw" and (standing is None or standing.consent is None):
        raise nothing_given(given.purpose)
    if standing and given.action == standing.last.action and given.action != "give":
        return None
    _acting(given, acting)
    if given.action == "give":
        _form(given, purpose)
    return Transaction(
        number=number,
        person=acting.person,
        action=given.action,
        purpose=given.purpose,
        channel=given.channel,
        notice=given.notice,
        scope=purpose.scope,
        kinds=given.kinds,
        categories=_within(given.categories, purpose.categories, "categories"),
        recipients=_within(given.recipients, purpose.recipients, "recipients"),
        how=given.how,
        informed=offered.complete,
        at=at,
        until=given.until,
        guardian=acting.guardian,
        evidence=given.evidence,
        request=given.request,
        source=source,
    )


def nothing_given(purpose: str) -> InputError:
    """Return the refusal to withdraw what was never given."""
    return InputError(
        "consent-not-given",
        f'nothing was agreed to for "{purpose}", so nothing can be withdrawn',
        where=purpose,
        remedy='report the action "refuse" to keep that the person does not want it',
    )


def no_guardian() -> InputError:
    """Return the refusal of an answer by somebody who is not the guardian."""
    return InputError(
        "consent-not-guardian",
        "who answered is not on record as a guardian of this person",
        where="pipl:art_31__para_1",
        remedy="verify the guardian first: shouxin consent guardian --help",
    )


def _purpose(given: Given, offered: Offered) -> OfferedPurpose:
    purpose = offered.purposes.get(given.purpose)
    if purpose is None:
        raise InputError(
            "consent-purpose",
            f'this version of the notice has no purpose "{given.purpose}"',
            where=given.notice[:12],
            remedy=f"it has: {', '.join(sorted(offered.purposes)) or 'none that rests on consent'}",
        )
    if given.channel not in (purpose.channels or ("",)):
        known = f"it has: {', '.join(purpose.channels)}" if purpose.channels else "leave the channel out"
        raise InputError(
            "consent-channel",
            f'"{given.purpose}" has no channel "{given.channel}"',
            where=given.purpose,
            remedy=known,
        )
    return purpose


def _moment(
    given: Given, offered: Offered, standing: Standing | None, now: datetime.datetime, *, imported: bool
) -> datetime.datetime:
    at = now if given.at is None else given.at
    if at.tzinfo is None:
        raise InputError(
            "consent-time",
            "the time has no zone",
            where="at",
            remedy="write it like 2026-01-31T09:30:00+08:00",
        )
    if at > now + SKEW:
        raise InputError(
            "consent-time", "the answer lies in the future", where="at", remedy="set the clock of the service"
        )
    if not imported and at < offered.published - SKEW:
        raise InputError(
            "consent-time",
            "the answer is older than the version of the notice it answers",
            where="at",
            remedy="name the version that was shown then",
        )
    if given.action == "give" and offered.superseded is not None and at > offered.superseded:
        raise InputError(
            "consent-notice",
            "this version of the notice was superseded before the answer",
            where=given.notice[:12],
            remedy="show the version in force, and ask again",
        )
    if standing is not None and at < standing.last.at:
        raise InputError(
            "consent-order",
            "a later answer to this purpose is on record already",
            where="at",
            remedy="answers are reported in their order; an older history is imported",
        )
    if given.until is not None and given.until < at.astimezone(BEIJING).date():
        raise InputError(
            "consent-time", "the consent would end before it begins", where="until", remedy="give a later day"
        )
    return min(at, now).astimezone(datetime.UTC)


def _acting(given: Given, acting: Acting) -> None:
    """Refuse an answer by somebody who may not give it. A child may refuse and withdraw for itself."""
    by_guardian = acting.guardian is not None
    if by_guardian and acting.guardian not in acting.guardians:
        raise no_guardian()
    if given.action == "give" and acting.guardians and not by_guardian:
        raise InputError(
            "consent-not-guardian",
            "the person is on record as a child, for whom a guardian answers",
            where="pipl:art_31__para_1",
            remedy="ask the guardian, and report the guardian's answer",
        )
    if ("guardian" in given.kinds) is not by_guardian:
        raise InputError(
            "consent-form",
            'the kind "guardian" and the guardian go together, and one is missing',
            where="kinds",
            remedy="give both, or neither",
        )


def _form(given: Given, purpose: OfferedPurpose) -> None:
    if given.how.preticked:
        raise InputError(
            "consent-preticked",
            "a box that was ticked before the person acted is no consent",
            where="pipl:art_14__para_1__cl_1",
            remedy="ask with nothing chosen",
        )
    lacking: set[Kind] = set(purpose.kinds - given.kinds)
    if lacking:
        raise InputError(
            "consent-form",
            f'"{purpose.key}" needs consent of this kind: {", ".join(sorted(lacking))}',
            where="pipl:art_14__para_1__cl_2",
            remedy="ask in that form, and name it in `kinds`",
        )
    if "separate" in given.kinds and set(given.how.asked_with) - {given.purpose}:
        raise InputError(
            "consent-form",
            "one gesture answered several purposes, so this is no separate consent",
            where="pipl:art_14__para_1__cl_2",
            remedy="ask for this purpose by itself",
        )
    if "written" in given.kinds and not given.evidence:
        raise InputError(
            "consent-form",
            "written consent needs its evidence",
            where="evidence",
            remedy="give the digest or the file number of what was signed",
        )


def _within(chosen: frozenset[str] | None, offered: frozenset[str], what: str) -> frozenset[str]:
    if chosen is None:
        return offered
    if chosen - offered:
        raise InputError(
            "consent-scope",
            f"the notice does not name these {what}: {', '.join(sorted(chosen - offered))[:200]}",
            where=what,
            remedy=f"it names: {', '.join(sorted(offered))[:400] or 'none'}",
        )
    return chosen
