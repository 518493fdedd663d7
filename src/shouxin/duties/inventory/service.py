"""The inventory for whoever asks: checked, judged by the engines, and read from the store.

Other duties reach the inventory through this module.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from shouxin.connect.categories import home
from shouxin.connect.checking import check as check_maps
from shouxin.connect.fides import Left
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory import checks, facts, taking
from shouxin.duties.inventory.acts import about as _about
from shouxin.duties.inventory.acts import acts as _acts
from shouxin.duties.inventory.checks import Finding, there
from shouxin.duties.inventory.diff import Change
from shouxin.duties.inventory.file import read, write
from shouxin.duties.inventory.keeping import keeping_of, records_of
from shouxin.duties.inventory.model import (
    Activity,
    Author,
    Officer,
    Organisation,
    Pages,
    Party,
    Recipient,
    Service,
)
from shouxin.duties.inventory.processing import span
from shouxin.duties.keeping import Keeping
from shouxin.engine.control import Controls, last_day
from shouxin.engine.decision import Effect
from shouxin.engine.expression import value
from shouxin.engine.facts import Reader
from shouxin.engine.gate import Gate
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError, StoreError
from shouxin.law.base import Shape
from shouxin.law.register import Register

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from shouxin.duties.inventory.stored import StoredInventory

__all__ = [
    "Activity",
    "Author",
    "Change",
    "Inventory",
    "Officer",
    "Organisation",
    "Pages",
    "Party",
    "Recipient",
    "Service",
    "facts_of",
    "facts_within",
    "keeping_of",
    "organisation_within",
    "put_within",
    "read",
    "span",
    "write",
]

_ASSESSMENT = "pipl:art_55"
_ASSESSED = "impact.assessed"
_BEYOND = "data.items_beyond"


class Follows(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What the gate makes of one act of an activity: the effect as far as the inventory tells, and by what.

    ``prohibited`` are the provisions that forbid it, ``waits`` those that may and wait for other facts,
    ``duties`` those that attach one.
    """

    act: str
    effect: Effect
    prohibited: tuple[str, ...]
    waits: tuple[str, ...]
    duties: tuple[str, ...]


class Consequences(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What follows from an activity: act by act, and the controls that are asked of it."""

    service: str
    activity: str
    acts: tuple[Follows, ...]
    controls: tuple[str, ...]


class Calls(NamedTuple):
    """The cases of pipl art. 55 that an activity falls in, each an act and a provision, and those it may."""

    sure: tuple[tuple[str, str], ...]
    perhaps: tuple[tuple[str, str], ...]


class Declared(NamedTuple):
    """The facts that are declared of an activity, and the profile for those that nobody declares."""

    facts: Mapping[str, Any]
    profile: str = ""


class Inventory:
    """The law under the readings chosen, asked about inventories; ``engine`` is the store that holds one."""

    def __init__(
        self, register: Register, chosen: Mapping[str, str] | None = None, engine: "Engine | None" = None
    ) -> None:
        self.register = register
        self._decider = Decider(register, chosen)
        self._engine = engine

    @property
    def gate(self) -> Gate:
        """Return the gate."""
        return self._decider.gate

    @property
    def rules(self) -> RuleBase:
        """Return the rules with their facts."""
        return self.gate.rules

    @cached_property
    def controls(self) -> Controls:
        """Return every control."""
        return Controls(self.rules, Readings(self.register, self._decider.chosen))

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.rules)

    @property
    def store(self) -> "StoredInventory":
        """Return the stored inventory; raise ``StoreError`` (store-missing) where there is no store."""
        from shouxin.duties.inventory.stored import StoredInventory

        if self._engine is None:
            raise StoreError(
                "store-missing",
                "there is no store that could hold an organisation",
                remedy="start one with `shouxin serve`",
            )
        return StoredInventory(self._engine)

    def declared(self, service: str, activity: str) -> Declared:
        """Return what the store declares of an activity: what the guard reads.

        Raises ``InputError``: organisation-none, service-unknown, activity-unknown, fact-contradiction.
        """
        organisation = self.store.organisation()
        found = named(organisation, service, activity)
        return Declared(facts.of_activity(organisation, *found), organisation.profile)

    def covered(self, service: str, activity: str) -> frozenset[str]:
        """Return the categories of an activity in the store; errors as ``declared``."""
        _, found = named(self.store.organisation(), service, activity)
        return frozenset(found.categories or ())

    def told(
        self, organisation: Organisation, service: str, activity: str, as_of: date
    ) -> tuple[dict[str, object], Consequences]:
        """Return the facts of an activity in their types and what follows; errors as ``declared``."""
        found = named(organisation, service, activity)
        return self.known(organisation, *found), self.follows(organisation, *found, as_of)

    def take(
        self, text: bytes, where: str, system: str, author: Author, as_of: date, *, dry_run: bool = False
    ) -> tuple[tuple[Left, ...], tuple[Change, ...]]:
        """Take a map, ours or of Fides, into a system of the stored inventory.

        Returns what was left of it and what changes. Raises ``InputError``: map-unreadable, inventory-name,
        inventory-moved, and as ``check``.
        """
        found = taking.read(text, where=where)
        newest = self.store.versions()
        changed = taking.taken(self.store.organisation(), system, found.maps)
        self.check(changed, as_of)
        base = newest[0].number if newest else 0
        return found.left, self.store.load(changed, author, base=base, dry_run=dry_run)

    def known(
        self, organisation: Organisation, service: Service | None = None, activity: Activity | None = None
    ) -> dict[str, object]:
        """Return facts in their types, with what follows from them, of as much as is given.

        Raises ``InputError``: fact-unknown, fact-type, fact-contradiction.
        """
        declared = (
            facts.of_activity(organisation, service, activity)
            if service and activity
            else facts.of_service(organisation, service)
            if service
            else facts.of_organisation(organisation)
        )
        try:
            return self._reader.read({"act": self._any_act, **declared})[1]
        except InputError as error:
            where = f"service {service.name}" if service else "organisation"
            where += f", activity {activity.name}" if activity else ""
            raise InputError(
                error.code, error.what, where=error.where or where, remedy=error.remedy
            ) from None

    @cached_property
    def _any_act(self) -> str:
        return next(iter(self.rules.acts))

    def check(self, organisation: Organisation, as_of: date) -> None:
        """Raise ``InputError`` where something in the record cannot be used, and nothing is kept then.

        Codes: fact-unknown, fact-type, fact-contradiction, profile-unknown, clock-too-long, inventory-name,
        category-unknown, and those of ``connect.checking.check`` and ``Keeping.check``.
        """
        check_maps(organisation.maps)
        parties = {one.name for one in organisation.parties}
        for one in organisation.maps:
            there("party", [one.hand_off.party] if one.hand_off else [], parties, f"store {one.store}")
        if organisation.profile:
            self.gate.reader.profile(organisation.profile)
        self.known(organisation)
        for service in organisation.services:
            _names(organisation, service)
            self.known(organisation, service)
            for time in filter(None, (service.log_retention, service.transaction_retention)):
                last_day(as_of, time)
            for activity in service.activities:
                self.known(organisation, service, activity)
        if organisation.review:
            last_day(as_of, organisation.review)
        self.keeping(organisation, as_of).check(organisation.maps)

    def keeping(self, organisation: Organisation, as_of: date) -> Keeping:
        """Return how long the law has rows kept that the organisation's stores hold."""
        return keeping_of(organisation, self.rules, records_of(self.rules, self._decider.chosen), as_of)

    def findings(self, organisation: Organisation, as_of: date) -> tuple[Finding, ...]:
        """Return what is wrong or open, what is wrong first; the record must have passed ``check``."""
        found = [*checks.findings(organisation, as_of), *self._judged(organisation, as_of)]
        return tuple(sorted(found, key=lambda one: (one.state != "wrong", one.service, one.activity)))

    def follows(
        self, organisation: Organisation, service: Service, activity: Activity, as_of: date
    ) -> Consequences:
        """Return what the gate and the controls make of an activity."""
        known = self.known(organisation, service, activity)
        acts = tuple(self._follows(act, known, as_of) for act in _acts(known, activity))
        asked = dict.fromkeys(one.provision for one in self.controls.all if value(one.applies, known) is True)
        return Consequences(service=service.name, activity=activity.name, acts=acts, controls=tuple(asked))

    def assessment_cases(
        self, organisation: Organisation, service: Service, activity: Activity, as_of: date
    ) -> Calls:
        """Return why an activity needs an impact assessment, and why it may, by the rules of pipl art. 55.

        That the law applies to the processing at all is taken as given here, as the control takes it.
        """
        known = {**self.known(organisation, service, activity), _ASSESSED: False}
        rules = [
            one
            for one in self.rules.rules.values()
            if one.provision.startswith(f"{_ASSESSMENT}__item") and one.live(as_of)
        ]
        found = [
            (value(rule.own, {**_about(act, known), "act": act}), (act, rule.provision))
            for act in _acts(known, activity)
            for rule in rules
            if rule.about(act)
        ]
        return Calls(*(tuple(pair for worth, pair in found if worth is wanted) for wanted in (True, None)))

    def _judged(self, organisation: Organisation, as_of: date) -> Iterator[Finding]:
        assessing = [one for one in self.controls.all if one.provision == _ASSESSMENT]
        for service in organisation.services:
            for activity in service.activities:
                known = self.known(organisation, service, activity)
                place = (service.name, activity.name)
                items = known.get(_BEYOND)
                if isinstance(items, frozenset) and items:
                    about = ", ".join(sorted(items))
                    yield checks.finding("beyond_necessary", *place, about, self._lists(service))
                needed = activity.needs_assessment
                if needed is None:
                    needed = any(value(one.applies, known) is True for one in assessing)
                if needed and activity.assessed_on is None:
                    yield checks.finding("assessment_missing", *place)
                for act in _acts(known, activity):
                    made = self._follows(act, known, as_of)
                    if made.prohibited:
                        yield checks.finding("prohibited", *place, act, made.prohibited)

    def _follows(self, act: str, known: Mapping[str, object], as_of: date) -> Follows:
        outcome = self.gate.outcome_of(act, _about(act, known), as_of)
        return Follows(
            act=act,
            effect=outcome.effect,
            prohibited=self._cited(outcome.violations),
            waits=self._cited(outcome.open),
            duties=self._cited(outcome.duties),
        )

    def _cited(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.gate.cited(key).provision for key in keys))

    def _lists(self, service: Service) -> tuple[str, ...]:
        """Return the provisions with the lists of a service's categories."""
        return tuple(
            f"necessary-pi:{one.provision}"
            for one in self.register.books.categories
            if one.key in (service.categories or ())
        )


def organisation_within(connection: "Connection") -> Organisation:
    """Return the stored organisation as a transaction sees it; raise ``InputError`` (organisation-none)."""
    from shouxin.duties.inventory import stored

    return stored.organisation(connection)


def facts_within(connection: "Connection", service: str) -> dict[str, Any]:
    """Return the facts of a service and the organisation in the store; none where nothing is recorded."""
    try:
        organisation = organisation_within(connection)
    except InputError as error:
        if error.code != "organisation-none":
            raise
        return {}
    return facts_of(organisation, service)


def facts_of(organisation: Organisation, service: str) -> dict[str, Any]:
    """Return the facts of a service, or where there is no such service those of the organisation."""
    own = next((one for one in organisation.services if one.name == service), None)
    return facts.of_service(organisation, own) if own else facts.of_organisation(organisation)


def put_within(
    connection: "Connection", given: Organisation, author: Author, *, dry_run: bool = False
) -> tuple[Change, ...]:
    """Make an inventory that passed ``check`` the newest version, within a transaction of another duty."""
    from shouxin.duties.inventory import stored

    return stored.put(connection, given, author, dry_run=dry_run)


def named(organisation: Organisation, service: str, activity: str) -> tuple[Service, Activity]:
    """Return a service and one of its activities; raise service-unknown, activity-unknown."""
    found: Service = one("service", service, organisation.services)
    return found, one("activity", activity, found.activities)


def one(kind: str, name: str, known: Iterable[Any]) -> Any:
    """Return what bears a name; raise ``InputError`` (service-unknown, activity-unknown, inventory-name)."""
    found = {item.name: item for item in known}
    if name not in found:
        raise InputError(
            _UNKNOWN.get(kind, "inventory-name"),
            f'there is no {kind} "{name[:80]}" here',
            remedy=f"those there are: {', '.join(sorted(found))[:400] or 'none'}",
        )
    return found[name]


_UNKNOWN = {"service": "service-unknown", "activity": "activity-unknown"}


def _names(organisation: Organisation, service: Service) -> None:
    """Refuse names that nothing bears: of parties, systems, categories."""
    parties = {one.name for one in organisation.parties}
    systems = {one.name for one in organisation.systems}
    for sdk in service.sdks or ():
        where = f"service {service.name}, SDK {sdk.name}"
        there("party", [sdk.party] if sdk.party else [], parties, where)
        for key in sdk.categories or ():
            home(key, where=where)
    for activity in service.activities:
        where = f"service {service.name}, activity {activity.name[:80]}"
        there("party", [one.party for one in activity.recipients or ()], parties, where)
        there("system", activity.systems or (), systems, where)
        received = [key for one in activity.recipients or () for key in one.categories]
        for key in (*(activity.categories or ()), *received):
            home(key, where=where)
