"""Rules in the law files: what makes a gate provision run, and the examples that show it.

The conditions are text in the language of ``docs/conditions.md``; ``engine`` reads and runs them.
"""

from typing import Annotated, Any, Literal

import msgspec

from shouxin.law.base import Name, Shape, Text

ActRef = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Gate(Shape, frozen=True, kw_only=True):
    """One rule of a provision about an act before it happens.

    ``acts`` names acts, or the group ``personal``; none means every act of the instrument's scope.
    The rule takes effect where ``when`` holds and ``require`` does not; a ``permit`` takes effect
    where both hold. ``prohibit`` forbids the act, ``duty`` attaches the duty named in ``duty``, and
    ``permit`` grants a basis or an exception that other rules name in ``unless``. ``unless`` lists the
    provisions whose permits defeat this rule, ``overrides`` the provisions (or whole instruments)
    that this permit defeats. ``readings`` maps a reading to the answer under which the rule stands.
    ``beside`` names provisions (or whole instruments) that this rule stands beside although they seem
    to contradict, repeat or miss each other; ``note`` says why both stand.
    """

    acts: tuple[ActRef, ...] = ()
    when: str = ""
    require: str = ""
    effect: Literal["prohibit", "duty", "permit"] = "prohibit"
    duty: str = ""
    unless: tuple[Text, ...] = ()
    overrides: tuple[Text, ...] = ()
    beside: tuple[Text, ...] = ()
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        """Tie the duty's name and the overrides to the effects that have them, and reasons to ``beside``."""
        if (self.effect == "duty") != bool(self.duty):
            raise ValueError("a rule with `effect: duty` names its `duty`, and no other rule has one")
        if self.overrides and self.effect != "permit":
            raise ValueError("only a rule with `effect: permit` overrides others")
        if self.beside and not self.note:
            raise ValueError("a rule that stands `beside` another says why in its `note`")


class Expect(Shape, frozen=True, kw_only=True):
    """What an example shows: the effect, the provisions that bring it about, and those that do not."""

    effect: Literal["permitted", "prohibited", "undetermined", "contested", ""] = ""
    by: tuple[Text, ...] = ()
    not_by: tuple[Text, ...] = ()


class Example(Shape, frozen=True, kw_only=True):
    """A case that a lawyer can read, executed as a test.

    ``facts`` are the case, ``act`` among them. A twin gives ``but`` instead: the facts of the example
    before it with these changed. ``assume`` names the profile that fills in everything else.
    ``readings`` are answers that an organisation has chosen; without it the register's stand.
    """

    name: Text
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    but: dict[str, Any] = msgspec.field(default_factory=dict)
    assume: str = "ordinary-company"
    as_of: str = ""
    readings: dict[str, Name] = msgspec.field(default_factory=dict)
    expect: Expect

    def __post_init__(self) -> None:
        """Refuse an example that is a case and a twin at once, or neither."""
        if bool(self.facts) == bool(self.but):
            raise ValueError("an example gives `facts`, or `but` to change those of the example before it")


class ScopeUnder(Shape, frozen=True, kw_only=True):
    """The condition of a scope under other answers than those the register chose."""

    readings: Annotated[dict[str, Name], msgspec.Meta(min_length=1)]
    when: Text


class Scope(Shape, frozen=True, kw_only=True):
    """Where a whole instrument applies: a condition added to each of its rules, and its sources.

    ``under`` holds other conditions: the first whose ``readings`` are all chosen stands instead of ``when``.
    """

    acts: tuple[ActRef, ...] = ()
    when: str = ""
    under: tuple[ScopeUnder, ...] = ()
    provisions: tuple[Text, ...]
