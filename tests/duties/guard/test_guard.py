"""The guard: it rules by the law on what is known, remembers little, and closes when it cannot see."""

import datetime
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from shouxin.duties.consent.model import How, Place, Standing, Transaction
from shouxin.duties.days import BEIJING
from shouxin.duties.gate.service import Decider
from shouxin.duties.guard.memory import Known, Memory
from shouxin.duties.guard.model import Act, Ground, Question, Ruled, Ruling
from shouxin.duties.guard.service import Guard
from shouxin.duties.notice.service import OfferedPurpose
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register
from shouxin.store.ledger import Actor

DECIDER = Decider(register())
PURPOSE = OfferedPurpose(key="tips", scope="1", categories=frozenset({"views"}))
FACTS: dict[str, Any] = {
    **DECIDER.gate.reader.profile("ordinary-company"),
    "data.personal": True,
    "data.sensitive": False,
    "data.user_information": False,
    "notice.given": True,
    "notice.complete": True,
    "notice.clear": True,
    "notice.true": True,
    "purpose.explicit": True,
    "purpose.related": True,
    "data.minimal": True,
    "method.least_impact": True,
}
ACT = Act("use", "shop", "tips", frozenset({"views"}))
YES = Transaction(
    number=7,
    person=1,
    action="give",
    purpose="tips",
    notice="a" * 64,
    scope="1",
    categories=frozenset({"views"}),
    how=How(gesture="button", refusable=True),
    at=datetime.datetime(2026, 3, 1, tzinfo=BEIJING),
    request="request-1",
)


def standing(one: Transaction) -> dict[Place, Standing]:
    """Return where somebody stands who gave one answer."""
    consent = one if one.action == "give" else None
    return {Place(one.purpose, one.channel): Standing(last=one, consent=consent)}


class World:
    """What a guard sees: people, the line, and what it writes down."""

    def __init__(
        self,
        facts: Mapping[str, Any] = FACTS,
        purpose: OfferedPurpose | None = PURPOSE,
        profile: str = "",
    ) -> None:
        self.people: dict[str, Known] = {}
        self.stands = True
        self.reads = 0
        self.down = False
        self.written: list[Ruling] = []
        self.memory = Memory(self.read)
        self.guard = Guard(
            DECIDER,
            lambda _service, _activity: Ground(facts, purpose, profile),
            self.memory,
            stands=lambda: self.stands,
            record=lambda ruled, _by: self.written.extend(one.ruling for one in ruled),
        )

    def read(self, _service: str, references: Sequence[str]) -> list[Known]:
        """Read of people, as the store would."""
        self.reads += 1
        if self.down:
            raise StoreError("store-unreachable", "the store does not answer")
        return [self.people.get(one, Known(0, {})) for one in references]

    def says(self, reference: str, one: Transaction) -> None:
        """Let a person answer."""
        number = int(reference.removeprefix("u-"))
        self.people[reference] = Known(number, standing(msgspec.structs.replace(one, person=number)))
        self.memory.forget([number])


def own(**facts: Any) -> dict[str, Any]:
    """Return the facts that the profile of an ordinary company does not have, and some stated otherwise."""
    usual = DECIDER.gate.reader.profile("ordinary-company")
    return {name: worth for name, worth in FACTS.items() if name not in usual} | facts


def test_a_profile_stands_for_what_nobody_states() -> None:
    """The ruling says what it takes from it; without a profile the same facts are missing."""
    assuming, plain = World(own(), profile="ordinary-company"), World(own())
    for world in (assuming, plain):
        world.says("u-1", YES)
    yes, no = assuming.guard.check("u-1", ACT), plain.guard.check("u-1", ACT)
    assert (yes.allowed, yes.effect) == (True, "permitted"), yes.why
    assert set() != {*yes.assumed} <= DECIDER.gate.reader.profile("ordinary-company").keys()
    assert (no.effect, no.assumed) == ("undetermined", ())
    assert no.missing
    assert not assuming.guard.check("u-2", ACT).allowed


def test_what_is_stated_stands_before_the_profile() -> None:
    """A fact of the inventory, or of the very act, that is otherwise than the profile has it forbids."""
    world = World(own(**{"method.deceptive": True}), profile="ordinary-company")
    act_only = World(own(), profile="ordinary-company")
    for one in (world, act_only):
        one.says("u-1", YES)
    stated = world.guard.check("u-1", ACT)
    asked = act_only.guard.check("u-1", ACT, {"method.deceptive": True})
    for ruling in (stated, asked):
        assert ruling.effect == "prohibited"
        assert "method.deceptive" not in ruling.assumed


def rules(ruling: Ruling) -> set[str]:
    """Return the provisions that forbid an act."""
    return {one.provision for one in ruling.violations}


def test_who_agreed_is_served_and_who_did_not_is_not() -> None:
    """The same act for two people; the denial names the basis that is missing."""
    world = World()
    world.says("u-1", YES)
    yes, no = (world.guard.check(who, ACT) for who in ("u-1", "u-2"))
    assert (yes.allowed, yes.effect) == (True, "permitted"), yes.why
    assert (no.allowed, no.effect) == (False, "prohibited")
    assert any(one.startswith("pipl:art_13") for one in rules(no))
    assert "pipl:art_13" in no.why


@pytest.mark.parametrize(
    ("act", "provision"),
    [
        (ACT._replace(categories=frozenset({"views", "heart"})), "pipl:art_14__para_2"),
        (ACT._replace(recipient="insurer"), "pipl:art_14__para_2"),
    ],
)
def test_consent_reaches_as_far_as_it_was_given(act: Act, provision: str) -> None:
    """Another category or recipient is not covered."""
    world = World()
    world.says("u-1", YES)
    assert provision in rules(world.guard.check("u-1", act))


def test_a_withdrawal_counts_at_once() -> None:
    """What was remembered is forgotten with the message."""
    world = World()
    world.says("u-1", YES)
    assert world.guard.check("u-1", ACT).allowed
    withdrawn = msgspec.structs.replace(YES, action="withdraw")
    world.people["u-1"] = Known(1, {Place("tips"): Standing(last=withdrawn, consent=YES)})
    world.memory.forget([1])
    assert "pipl:art_15__para_1__cl_1" in rules(world.guard.check("u-1", ACT))


def test_what_is_not_known_is_named_and_not_assumed() -> None:
    """An act whose facts do not settle it does not go ahead."""
    world = World({**FACTS, "data.minimal": None})
    world.says("u-1", YES)
    ruling = world.guard.check("u-1", ACT)
    assert (ruling.allowed, ruling.effect) == (False, "undetermined")
    assert "data.minimal" in ruling.missing
    assert "data.minimal" in ruling.why


def test_denials_are_always_written_down_and_permits_by_sample() -> None:
    """Each denial has an id of its own; nothing is written about a permit unless asked."""
    world = World()
    world.says("u-1", YES)
    rulings = [world.guard.check(who, ACT) for who in ("u-1", "u-2", "u-2")]
    assert [one.decision != "" for one in rulings] == [False, True, True]
    assert world.written == rulings[1:]
    assert rulings[1].decision != rulings[2].decision


def test_a_denial_names_the_facts_it_rests_on_and_who_supplies_them() -> None:
    """A developer sees what was refused, or what nobody knows."""
    world = World()
    world.says("u-1", YES)
    withdrawn = world.guard.check("u-1", ACT._replace(recipient="insurer"))
    unknown = World({**FACTS, "data.minimal": None})
    unknown.says("u-1", YES)
    asked = unknown.guard.check("u-1", ACT)
    assert ("consent.covers_act", "false", "consent") in {
        (one.fact, one.value, one.supplied_by) for one in withdrawn.because
    }
    assert [(one.fact, one.value) for one in asked.because] == [("data.minimal", "unknown")]


def test_many_acts_are_ruled_together_as_they_are_alone() -> None:
    """People are read in one go, in any order, with strangers and the same person twice."""
    world, alone = World(), World()
    for one in (world, alone):
        one.says("u-1", YES)
        one.says("u-3", msgspec.structs.replace(YES, action="refuse"))
    people = ["u-3", "u-1", "u-2", "u-1"]
    together = world.guard.rule([Question(person, ACT) for person in people])
    assert world.reads == 1
    assert [one.ruling for one in together] == [
        msgspec.structs.replace(alone.guard.check(person, ACT), decision="") for person in people
    ]


def test_a_ground_that_changed_while_it_was_read_is_not_kept() -> None:
    """What a notice published meanwhile changes must not be missed for ever."""
    world = World()
    world.says("u-1", YES)
    grounds = iter([FACTS, {**FACTS, "data.minimal": False}])

    def read(_service: str, _activity: str) -> Ground:
        facts = next(grounds)
        if facts is FACTS:
            world.guard.forget()
        return Ground(facts, PURPOSE)

    world.guard = Guard(DECIDER, read, world.memory)
    assert [world.guard.check("u-1", ACT).allowed for _ in range(3)] == [True, False, False]


def test_a_ledger_that_cannot_be_written_changes_no_answer() -> None:
    """The denial stands, and bears no id under which nothing would be found."""

    def stopped(_ruled: Sequence[Ruled], _by: Actor) -> None:
        raise StoreError("ledger-stopped", "the writer of the ledger does not run")

    world = World()
    guard = Guard(DECIDER, lambda _service, _activity: Ground(FACTS, PURPOSE), world.memory, record=stopped)
    ruling = guard.check("u-2", ACT)
    assert (ruling.allowed, ruling.decision) == (False, "")


def test_permits_are_recorded_by_the_share_that_was_asked_for() -> None:
    """All of them where the share is one."""
    world = World()
    world.says("u-1", YES)
    told: list[tuple[Ruled, Actor]] = []
    guard = Guard(
        DECIDER,
        lambda _service, _activity: Ground(FACTS, PURPOSE),
        world.memory,
        record=lambda ruled, by: told.extend((one, by) for one in ruled),
        sample=1,
    )
    ruling = guard.check("u-1", ACT, by=Actor("key:7", "api"))
    assert (ruling.allowed, len(ruling.decision)) == (True, 32)
    assert [(one.ruling, by) for one, by in told] == [(ruling, Actor("key:7", "api"))]


def test_while_the_line_is_down_nothing_remembered_counts() -> None:
    """Everything is read anew, and nothing is kept for later."""
    world = World()
    world.says("u-1", YES)
    world.guard.check("u-1", ACT)
    world.stands, world.reads = False, 0
    assert [world.guard.check("u-1", ACT).allowed for _ in range(3)] == [True] * 3
    assert world.reads == 3


def test_when_the_store_cannot_be_asked_the_answer_is_no() -> None:
    """It fails closed, and says why."""
    world = World()
    world.says("u-1", YES)
    world.guard.check("u-1", ACT)
    world.stands, world.down = False, True
    ruling = world.guard.check("u-1", ACT)
    assert (ruling.allowed, ruling.blind) == (False, True)
    assert "store" in ruling.why


def test_a_caller_cannot_say_what_others_know() -> None:
    """Consent is what the person said, not what the application claims."""
    world = World()
    with pytest.raises(InputError) as caught:
        world.guard.check("u-1", ACT, {"consent.given": True})
    assert caught.value.code == "guard-facts"


def test_an_activity_on_another_basis_needs_no_consent() -> None:
    """What a contract needs goes ahead whether or not somebody consented to anything."""
    world = World({**FACTS, "basis.contract": True}, None)
    assert world.guard.check("u-9", ACT).allowed


class TestMessages:
    """A commercial message is permitted by channel (npc-decision art. 7)."""

    ACT = Act("send_message", "shop", "news", channel="mobile_phone")

    def world(self, *answers: Transaction) -> World:
        """Return a world in which one person gave some answers."""
        world = World({**FACTS, "message.commercial": True, "message.requested": False}, None)
        standings = {Place(one.purpose, one.channel): Standing(last=one, consent=one) for one in answers}
        world.people["u-1"] = Known(1, standings)
        return world

    def test_a_refused_channel_is_closed(self) -> None:
        """The decision forbids it."""
        no = msgspec.structs.replace(YES, purpose="news", channel="mobile_phone", action="refuse")
        assert any("npc-decision:art_7" in one for one in rules(self.world(no).guard.check("u-1", self.ACT)))

    def test_another_channel_says_nothing_of_this_one(self) -> None:
        """Yes to e-mail is no yes to text messages; the twin that is asked by e-mail is not forbidden."""
        yes = msgspec.structs.replace(YES, purpose="news", channel="personal_email")
        guard = self.world(yes).guard
        by_mail = rules(guard.check("u-1", self.ACT._replace(channel="personal_email")))
        by_text = rules(guard.check("u-1", self.ACT))
        assert any("npc-decision:art_7" in one for one in by_text - by_mail)


class TestMemory:
    """Little is kept, once where it is alike, and never what changed meanwhile."""

    def test_people_who_answered_alike_share_what_is_kept(self) -> None:
        """However many they are."""
        world = World()
        for number in range(1, 50):
            world.says(
                f"u-{number}", msgspec.structs.replace(YES, number=number, request=f"request-{number}")
            )
        found = world.memory.learn([("shop", f"u-{number}") for number in range(1, 50)])
        assert len({id(one.standings) for one in found}) == 1
        assert world.reads == 1
        assert len(world.memory) == 49

    def test_the_oldest_give_way(self) -> None:
        """No more than the most are kept."""
        memory = Memory(lambda _service, people: [Known(int(one), standing(YES)) for one in people], most=3)
        for number in range(1, 6):
            memory.learn([("shop", str(number))])
        assert [memory.recall(("shop", str(number))) is not None for number in range(1, 6)] == [
            *(False, False),
            *(True, True, True),
        ]

    def test_what_changed_while_it_was_read_is_not_kept(self) -> None:
        """The message may come between reading and keeping."""
        memories: list[Memory] = []

        def read(_service: str, _references: Sequence[str]) -> list[Known]:
            memories[0].forget([1])
            return [Known(1, standing(YES))]

        memories.append(Memory(read))
        memories[0].learn([("shop", "u-1")])
        assert memories[0].recall(("shop", "u-1")) is None

    def test_strangers_are_not_kept(self) -> None:
        """Who asks for made-up people does not fill the memory."""
        memory = Memory(lambda _service, people: [Known(0, {}) for _ in people])
        memory.learn([("shop", "nobody")])
        assert not len(memory)


@pytest.mark.parametrize("call", [lambda guard: guard.check("u-1", ACT._replace(act="fly"))])
def test_an_unknown_act_is_an_error(call: Callable[[Guard], object]) -> None:
    """A misspelt act is no permitted one."""
    with pytest.raises(InputError):
        call(World().guard)


def test_what_is_shared_by_people_does_not_grow_without_end() -> None:
    """Of ever new answers no more is kept than of people."""
    numbers = itertools.count(1)

    def read(_service: str, references: Sequence[str]) -> list[Known]:
        return [
            Known(number, standing(msgspec.structs.replace(YES, scope=f"{number}")))
            for number, _ in zip(numbers, references, strict=False)
        ]

    memory = Memory(read, most=5)
    for number in range(100):
        memory.learn([("shop", f"u-{number}")])
    assert len(memory) == 5
    assert len(memory._alike) <= 5
    assert len(memory._bare) <= 5
