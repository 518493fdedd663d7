"""Consents as a service uses them: withdrawal without a notice, standings, guardians, figures, bulks."""

import asyncio
import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import msgspec
import pytest
from sqlalchemy import Engine, text

from shouxin.duties.consent import guardians
from shouxin.duties.consent.api import read
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.kept import Recorded, Report, Teller
from shouxin.duties.consent.model import Given, How
from shouxin.duties.consent.service import Consents
from shouxin.duties.consent.views import Asked, Guardianship, Signal, Stand, Withdrawal
from shouxin.duties.days import today
from shouxin.duties.gate.service import Decider
from shouxin.duties.notice.model import Notice
from shouxin.duties.notice.service import Notices, Publisher
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register
from shouxin.protect.keys import Keys, MainKey
from shouxin.protect.wrapping import LocalWrapper
from shouxin.store.ledger import Writer
from shouxin.store.people import People
from tests.duties.notice.made_up import PURPOSES, notice, said

TELLER = Teller("key-1", "api")
HOW = How(gesture="button")
CHANNELS = {f"news {channel}" for one in PURPOSES for channel in one.get("channels", ())}


class Shop:
    """A service with consents in a store, and notices it can publish."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.people = People(LocalWrapper(Keys([MainKey("test", bytes(range(32)))])))
        self.consents = Consents(engine, self.people)
        self.notice = self.publish(notice())

    def publish(self, version: Notice) -> Notice:
        """Publish a version of the notice."""
        Notices(Decider(register()), "test", self.engine).publish(
            version, Publisher("operator:1", "cli", "a test"), today()
        )
        return version

    def answer(self, request: str, action: str = "give", **more: object) -> Given:
        """Return a report of an answer to the notice."""
        plain = {
            "person": "u-1",
            "action": action,
            "purpose": "tips",
            "notice": self.notice.address,
            "request": request,
            "how": {"gesture": "button"},
        }
        return msgspec.convert(plain | more, Given)

    def give(self, *given: Given) -> list[object]:
        """Take answers down."""
        return list(self.consents.record([Report(one, TELLER) for one in given]))

    def stands(self, person: str = "u-1") -> dict[str, Stand]:
        """Return where a person stands, by purpose and channel."""
        asked = Asked(service=self.notice.service, person=person, reason="a test")
        return {f"{one.purpose} {one.channel}".strip(): one for one in self.consents.standing(asked, TELLER)}

    def kinds(self) -> list[str]:
        """Return the kinds of the ledger's entries in their order."""
        with self.engine.connect() as connection:
            asked = text("select kind from shouxin.ledger_entry order by number")
            return list(connection.execute(asked).scalars())


@pytest.fixture
def shop(migrated: Engine) -> Shop:
    """Give a shop with a published notice."""
    return Shop(migrated)


def withdrawal(shop: Shop, request: str = "request-9", **more: object) -> Withdrawal:
    """Return a withdrawal by the shop's first customer."""
    plain = {"service": shop.notice.service, "person": "u-1", "how": HOW, "request": request}
    return Withdrawal(**{**plain, **more})  # type: ignore[arg-type]


def test_a_withdrawal_names_no_notice_and_ends_every_consent(shop: Shop) -> None:
    """The standing has the version; the call can be repeated and changes nothing more."""
    shop.give(
        shop.answer("request-1"),
        shop.answer("request-2", purpose="news", channel="mobile_phone", kinds=["separate"]),
    )
    made = shop.consents.withdraw(withdrawal(shop), TELLER)
    again = shop.consents.withdraw(withdrawal(shop), TELLER)
    assert [(one.purpose, one.channel, one.action) for one in made] == [
        ("news", "mobile_phone", "withdraw"),
        ("tips", "", "withdraw"),
    ]
    assert [one.new for one in (*made, *again)] == [True, True, False, False]
    assert {one.status for one in shop.stands().values()} == {"withdrawn"}


def test_one_purpose_can_be_withdrawn_and_the_other_stays(shop: Shop) -> None:
    """Withdrawal is as fine as consent."""
    shop.give(
        shop.answer("request-1"),
        shop.answer("request-2", purpose="news", channel="mobile_phone", kinds=["separate"]),
    )
    shop.consents.withdraw(withdrawal(shop, purposes=("tips",)), TELLER)
    assert {name: one.status for name, one in shop.stands().items()} == {
        "news mobile_phone": "given",
        "tips": "withdrawn",
    }


@pytest.mark.parametrize("purposes", [None, ("tips",), ("x'); drop table shouxin.person; --",)])
def test_what_was_never_given_cannot_be_withdrawn(shop: Shop, purposes: tuple[str, ...] | None) -> None:
    """Also not by somebody unknown, and nothing is put on record."""
    with pytest.raises(InputError) as caught:
        shop.consents.withdraw(withdrawal(shop, purposes=purposes), TELLER)
    assert caught.value.code == "consent-not-given"
    assert "consent.withdrawn" not in shop.kinds()


def test_every_reading_is_written_down_with_its_reason(shop: Shop) -> None:
    """Before anything is shown, also where there is nothing to show."""
    shop.stands("nobody")
    with shop.engine.connect() as connection:
        row = connection.execute(text("select * from shouxin.ledger_entry where kind = 'read'")).one()
    assert (row.who, row.why, row.what["found"]) == ("key-1", "a test", False)
    assert "nobody" not in str(row)


def test_a_version_that_changes_a_purpose_asks_those_who_consented(shop: Shop) -> None:
    """Who refused is not asked again for that, and an untouched purpose stays."""
    shop.give(
        shop.answer("request-1"),
        shop.answer("request-2", "refuse", person="u-2"),
        shop.answer("request-3", purpose="news", channel="mobile_phone", kinds=["separate"]),
    )
    changed = [
        {**one, "method": said("compared by people")} if one["key"] == "tips" else one for one in PURPOSES
    ]
    shop.publish(notice(purposes=changed))
    stands = shop.stands()
    assert {name: one.ask_again for name, one in stands.items()} == {"news mobile_phone": False, "tips": True}
    service = shop.notice.service
    assert shop.consents.asked_again(service, "tips", "to ask", TELLER) == ["u-1"]
    assert shop.consents.asked_again(service, "news", "to ask", TELLER) == []


def test_figures_count_days_and_people(shop: Shop) -> None:
    """Answers are counted by day, people by where they stand now."""
    shop.give(
        shop.answer("request-1"),
        shop.answer("request-2", "withdraw"),
        shop.answer("request-3", person="u-2"),
    )
    found = shop.consents.statistics(shop.notice.service, today(), today())
    assert {one.action: one.count for one in found.days} == {"give": 2, "withdraw": 1}
    assert {one.status: one.count for one in found.now} == {"given": 1, "withdrawn": 1}
    assert not shop.consents.statistics("another", today(), today()).now


def test_a_guardian_is_linked_answers_and_is_ended(shop: Shop) -> None:
    """Between the two the child cannot consent alone, afterwards it can."""
    service = shop.notice.service
    linked = Guardianship(
        service=service, child="u-1", guardian="g-1", verified_by="register, file 7", until=today()
    )
    shop.consents.change(lambda at, people: guardians.link(at, people, linked, TELLER))
    alone, stranger, together = shop.give(
        shop.answer("request-1"),
        shop.answer("request-2", guardian="g-2", kinds=["guardian"]),
        shop.answer("request-3", guardian="g-1", kinds=["guardian"]),
    )
    assert isinstance(alone, InputError)
    assert isinstance(stranger, InputError)
    assert not isinstance(together, InputError)
    of = (service, "u-1", "g-1")
    assert shop.consents.change(lambda at, people: guardians.end(at, people, of, "of age", TELLER)) == 1
    assert not isinstance(shop.give(shop.answer("request-4"))[0], InputError)
    assert [kind for kind in shop.kinds() if kind.startswith("guardian")] == [
        "guardian.linked",
        "guardian.ended",
    ]


@pytest.mark.parametrize("change", [{"guardian": "u-1"}, {"until": datetime.date(2020, 1, 1)}])
def test_nobody_is_their_own_guardian_or_one_that_is_over(shop: Shop, change: dict[str, object]) -> None:
    """Both are refused, and nobody is put on record."""
    plain = {"service": "shop", "child": "u-1", "guardian": "g-1", "verified_by": "x", "until": today()}
    asked = Guardianship(**{**plain, **change})  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        shop.consents.change(lambda at, people: guardians.link(at, people, asked, TELLER))
    assert caught.value.code == "guardian-unfit"


def test_of_many_lines_the_sound_ones_are_kept_and_the_others_listed(shop: Shop) -> None:
    """By their lines, in order, with nothing lost between."""
    sound = [msgspec.json.encode(shop.answer(f"request-{n}", person=f"u-{n}")) for n in range(5)]
    body = b"\n".join((*sound, b"{", b"", b'{"person": 1}', b'"\xff"', sound[0], b"[" * 5000))
    found = shop.consents.many(read(body), TELLER)
    assert (found.recorded, found.repeated) == (5, 1)
    assert [(one.line, one.code) for one in found.refused] == [
        (line, "consent-line") for line in (6, 8, 9, 11)
    ]


@pytest.fixture
def intake(shop: Shop) -> Iterator[Intake]:
    """Give the intake of single answers."""
    assert shop.consents.kept
    with Writer(shop.engine) as writer:
        yield Intake(shop.consents.kept, writer)


def test_single_answers_share_transactions_and_each_gets_its_own_outcome(shop: Shop, intake: Intake) -> None:
    """Refusals and repetitions among them come back to whom they belong."""
    given = [shop.answer(f"request-{n}", person=f"u-{n}") for n in range(600)]
    given[7] = shop.answer("request-7", "withdraw", person="u-7")
    with ThreadPoolExecutor(8) as pool:
        futures = list(pool.map(lambda one: intake.take(Report(one, TELLER)), [*given, given[3]]))
    assert isinstance(futures[7].exception(), InputError)
    assert futures[3].result().transaction == futures[600].result().transaction
    numbers = {one.result().transaction.number for n, one in enumerate(futures) if n != 7}
    assert len(numbers) == 599
    assert shop.kinds().count("consent.given") == 599


def test_who_goes_away_keeps_nobody_else_waiting(shop: Shop, intake: Intake) -> None:
    """A caller that was cut off has an answer on record, and the others hear of theirs."""
    given = [shop.answer(f"request-{number}", person=f"u-{number}") for number in range(5)]

    async def asked() -> list[object]:
        waiting = [asyncio.ensure_future(intake.taken(Report(one, TELLER))) for one in given]
        await asyncio.sleep(0)
        waiting[1].cancel()
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    outcomes = asyncio.run(asked())
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert all(isinstance(one, Recorded) for one in (*outcomes[:1], *outcomes[2:]))
    assert not any(
        one.new for one in shop.consents.record([Report(given[0], TELLER)]) if isinstance(one, Recorded)
    )


def test_a_bulk_waits_for_people_whom_somebody_else_is_making(shop: Shop) -> None:
    """In its turn, and not before with others in hand; everybody is there once."""
    lines = [(number, shop.answer(f"request-{number}", person=f"u-{number}")) for number in range(9)]
    with ThreadPoolExecutor(1) as pool, shop.engine.connect() as connection:
        shop.people.make(connection, shop.notice.service, ["u-5"])
        made = pool.submit(shop.consents.many, lines, TELLER)
        with pytest.raises(TimeoutError):
            made.result(1.5)
        connection.commit()
        assert made.result(20).recorded == 9
    with shop.engine.connect() as connection:
        assert connection.execute(text("select count(*) from shouxin.person")).scalar_one() == 9


def test_of_two_opposite_answers_at_once_the_later_one_stands_in_both_processes(shop: Shop) -> None:
    """Each follows from all before it: history, standing and ledger tell the same order."""
    other = Consents(shop.engine, shop.people)
    shop.give(shop.answer("request-0"))

    def answers(who: Consents, action: str, name: str) -> None:
        for n in range(20):
            who.record([Report(shop.answer(f"request-{name}-{n}", action), TELLER)])

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(answers, shop.consents, "give", "a"),
            pool.submit(answers, other, "withdraw", "b"),
        ]
        for job in jobs:
            job.result()
    with shop.engine.connect() as connection:
        actions = list(
            connection.execute(
                text("select action from shouxin.consent_transaction order by number")
            ).scalars()
        )
    assert not any(one == next_ == "withdraw" for one, next_ in pairwise(actions))
    kinds = [kind for kind in shop.kinds() if kind.startswith("consent")]
    words = {"consent.given": "give", "consent.withdrawn": "withdraw"}
    assert [words[kind] for kind in kinds] == actions


def test_an_answer_after_the_state_that_was_seen_is_refused_where_another_came_between(shop: Shop) -> None:
    """The second of two who saw the same state is told."""
    first = shop.give(shop.answer("request-1"))[0]
    number = first.transaction.number  # type: ignore[attr-defined]
    one, two = shop.give(
        shop.answer("request-2", "withdraw", after=number), shop.answer("request-3", "give", after=number)
    )
    assert not isinstance(one, InputError)
    assert isinstance(two, InputError)
    assert two.code == "consent-moved-on"


def test_without_a_writer_or_a_store_it_says_so(shop: Shop) -> None:
    """Nothing waits for ever."""
    assert shop.consents.kept
    stopped = Intake(shop.consents.kept, Writer(shop.engine)).take(Report(shop.answer("request-1"), TELLER))
    assert isinstance(stopped.exception(), StoreError)
    with pytest.raises(StoreError):
        Consents(None, None).record([])


@pytest.mark.parametrize(("header", "said"), [("1", True), ("0", False), (None, False), (" 1", False)])
def test_only_the_exact_signal_is_a_refusal(shop: Shop, header: str | None, said: bool) -> None:
    """Sec-GPC says no with "1"; everything else says nothing."""
    asked = Signal(service=shop.notice.service, person="u-1", request="request-1", purposes=("news", "tips"))
    made = [shop.consents.signalled(header, asked, TELLER) for _ in range(2)]
    assert [one.new for one in made[0]] == ([True] * len(made[0]) if said else [])
    assert not any(one.new for one in made[1])
    stands = shop.stands()
    assert ({one.status for one in stands.values()} == {"refused"}) is said
    assert set(stands) == ({"tips", *CHANNELS} if said else set())


def test_a_signal_covers_no_purpose_that_the_notice_does_not_have(shop: Shop) -> None:
    """The service named one wrongly, and hears so; the other is not taken down either."""
    purposes = ("tips", "other")
    asked = Signal(service=shop.notice.service, person="u-1", request="request-1", purposes=purposes)
    with pytest.raises(InputError) as caught:
        shop.consents.signalled("1", asked, TELLER)
    assert caught.value.code == "consent-purpose"
    assert not shop.stands()


def test_an_operator_looks_so_many_persons_up_in_an_hour(shop: Shop) -> None:
    """One more is refused with how long to wait, and written down; others and keys look on."""
    shop.give(shop.answer("request-1"))
    few = Consents(shop.engine, shop.people, 2)
    asked = Asked(service=shop.notice.service, person="u-1", reason="a test")
    one, other = (Teller(f"operator:{number}", "console") for number in (1, 2))
    few.standing(asked, one)
    few.history(msgspec.structs.replace(asked, person="nobody"), one)
    for _ in range(2):
        with pytest.raises(InputError) as refused:
            few.shown(asked, one)
        assert refused.value.code == "consent-searches"
        assert refused.value.remedy.startswith("wait 60 minutes")
    assert all(few.standing(asked, who) for who in (other, TELLER, TELLER, TELLER))
    with shop.engine.begin() as connection:
        outcomes = "select outcome from shouxin.ledger_entry where kind = 'read' and who = 'operator:1'"
        found = list(connection.execute(text(f"{outcomes} order by number")).scalars())
        assert found == ["done", "done", "refused", "refused"]
        connection.execute(text("alter table shouxin.ledger_entry disable trigger user"))
        connection.execute(text("update shouxin.ledger_entry set at = at - interval '61 minutes'"))
    assert few.standing(asked, one)
