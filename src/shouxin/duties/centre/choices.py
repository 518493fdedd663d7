"""What a person may choose: every purpose that rests on consent, and the answers to it."""

from collections.abc import Sequence

from shouxin.duties.centre.model import Choice, Whose
from shouxin.duties.consent.kept import Recorded, Report
from shouxin.duties.consent.model import Action, Given, How, Kind
from shouxin.duties.consent.service import Consents, Teller
from shouxin.duties.consent.views import Asked, Stand, Taken, Withdrawal, taken
from shouxin.duties.notice.model import Notice, Purpose
from shouxin.duties.notice.service import Published
from shouxin.errors import InputError

TELLER = Teller("public", "console")
"""Who answers at the centre, as the ledger calls people who act for themselves."""

PLACE, WHY = "privacy centre", "the person looks at their own choices at the privacy centre"


def choices(published: Published, notice: Notice, stands: Sequence[Stand]) -> tuple[Choice, ...]:
    """Return every purpose that rests on consent, by channel, and where the person stands."""
    known = {(one.purpose, one.channel): one for one in stands}
    return tuple(
        _choice(published, purpose, channel, known.get((purpose.key, channel)))
        for purpose in notice.purposes
        if purpose.by_consent
        for channel in purpose.channels or ("",)
    )


def earlier(notice: Notice | None, stands: Sequence[Stand]) -> tuple[Stand, ...]:
    """Return consents that stand and that the notice in force no longer offers: they can be taken back."""
    return tuple(one for one in _unoffered(notice, stands) if one.status == "given")


def past(notice: Notice | None, stands: Sequence[Stand]) -> tuple[Stand, ...]:
    """Return other answers to what the notice in force no longer offers."""
    return tuple(one for one in _unoffered(notice, stands) if one.status not in ("given", "none"))


def standing(consents: Consents, whose: Whose) -> list[Stand]:
    """Return where a person stands on every purpose; the reading is written down."""
    asked = Asked(service=whose.service, person=whose.reference, reason=WHY)
    return consents.standing(asked, TELLER)


def answer(
    consents: Consents, whose: Whose, choice: Choice, action: Action, notice: str, said: tuple[str, str]
) -> Taken:
    """Take an answer down; ``said`` is the name of the form, so that it counts once, and the language.

    Raises ``InputError``: centre-child, centre-written, and those of consent.
    """
    request, language = said
    how = How(gesture="button", place=PLACE, language=language, refusable=True)
    if action == "withdraw":
        return withdraw(consents, whose, (choice.purpose.key,), choice.channel, said)[0]
    kinds: set[Kind] = {"guardian"} if whose.guardian else set()
    if action == "give":
        _may_give(whose, choice)
        kinds |= {"separate"} if "separate" in choice.forms else set()
    given = Given(
        person=whose.reference,
        action=action,
        purpose=choice.purpose.key,
        channel=choice.channel,
        notice=notice,
        how=how,
        request=request,
        kinds=frozenset(kinds),
        guardian=whose.guardian,
        after=choice.after,
    )
    (outcome,) = consents.record([Report(given, TELLER)])
    if isinstance(outcome, Recorded):
        return taken(outcome.transaction, new=outcome.new)
    raise outcome


def withdraw(
    consents: Consents,
    whose: Whose,
    purposes: tuple[str, ...] | None,
    channel: str | None,
    said: tuple[str, str],
) -> list[Taken]:
    """Take consent back to purposes, or to all of them; raise ``InputError`` (consent-not-given)."""
    request, language = said
    asked = Withdrawal(
        service=whose.service,
        person=whose.reference,
        how=How(gesture="button", place=PLACE, language=language, refusable=True),
        request=request,
        purposes=purposes,
        channel=channel,
        guardian=whose.guardian,
    )
    return consents.withdraw(asked, TELLER)


def _may_give(whose: Whose, choice: Choice) -> None:
    if whose.alone:
        raise InputError(
            "centre-child",
            "consent of a child under 14 is given by a parent or another guardian",
            where="pipl:art_31__para_1",
            remedy="ask a guardian to sign in and to answer; refusing and withdrawing needs nobody else",
        )
    if "written" in choice.forms:
        raise InputError(
            "centre-written",
            "the law asks for consent in writing here, which a page cannot take",
            where="pipl:art_14__para_1__cl_2",
            remedy="ask the service for the form to sign",
        )


def _unoffered(notice: Notice | None, stands: Sequence[Stand]) -> list[Stand]:
    offered = {
        (one.key, channel)
        for one in (notice.purposes if notice else ())
        if one.by_consent
        for channel in one.channels or ("",)
    }
    return [one for one in stands if (one.purpose, one.channel) not in offered]


def _choice(published: Published, purpose: Purpose, channel: str, stand: Stand | None) -> Choice:
    forms = frozenset(form.kind for form in published.forms if form.purpose == purpose.key)
    return Choice(purpose, channel, stand, forms, stand is not None and stand.status in ("given", "expired"))
