"""``shouxin decide``, and the words that rules are written in: ``law facts | acts | profiles``."""

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from shouxin.duties.command import json_option, language_option, put_json, put_table, say, workplace
from shouxin.duties.days import day, today
from shouxin.duties.gate import acts as reading
from shouxin.duties.gate import words
from shouxin.duties.gate.service import Decider, FactView
from shouxin.errors import InputError
from shouxin.law.register import register

_FEW = 6
"""Values of a fact that a table of facts shows."""


@click.command()
@click.argument("given", nargs=-1, metavar="[FILE|-|JSON|FACT=VALUE...]")
@click.option("--as-of", help="Day of the law, YYYY-MM-DD.  [default: today in Beijing]")
@click.option("--assume", default="", help="Profile that fills in what you leave out: ordinary-company, …")
@click.option(
    "--explain", "explained", is_flag=True, help="Show the rules, the facts behind them, the exceptions."
)
@language_option
@json_option
def decide(
    given: tuple[str, ...], as_of: str | None, assume: str, explained: bool, language: str, as_json: bool
) -> None:
    """Say whether acts may be done, by which articles, and what is missing to say so.

    Acts come from a file or standard input as JSON or JSON lines, as one JSON object, or as FACT=VALUE
    words (a set: data.items=location,destination); what is piped in is read without a word. A fact
    that is left out is unknown, never assumed in silence. Ends with 1 unless every act is permitted.

    \b
    Example:
      shouxin decide act=collect data.sensitive=true consent.separate=false --assume ordinary-company
    """
    decider = Decider(register(), workplace().readings)
    on = _day(as_of)
    permitted = None
    for number, facts in enumerate(_acts(given or _piped(), decider), start=1):
        try:
            decision = decider.decide(facts, on, assume)
        except InputError as error:
            where = error.where or (f"act {number}" if number > 1 else "")
            raise InputError(error.code, error.what, where=where, remedy=error.remedy) from None
        reasons = decider.explain(facts, on, assume) if explained else ()
        permitted = permitted is not False and decision.effect == "permitted"
        if as_json:
            words.put_line(decision, reasons)
        else:
            click.echo("\n".join(words.decision(decision, reasons, language)))
    if permitted is None:
        raise _no_act()
    if not permitted:
        raise click.exceptions.Exit(1)


def _piped() -> tuple[str, ...]:
    """Return standard input where something is led into it; a person at a terminal is not waited for."""
    return () if sys.stdin.isatty() else ("-",)


def _no_act() -> InputError:
    return InputError(
        "act-missing",
        "no act is given",
        remedy="give a file, - for standard input, or act=collect data.sensitive=true",
    )


def _day(text: str | None) -> date:
    return day(text) if text else today()


def _acts(given: tuple[str, ...], decider: Decider) -> Iterator[dict[str, Any]]:
    if len(given) == 1 and given[0].lstrip().startswith("{"):
        yield from reading.from_lines(given[0].splitlines(), where="argument")
        return
    if given and all("=" in word for word in given):
        facts = {fact.name: fact for fact in decider.facts()}
        yield reading.from_words(given, facts)
        return
    if len(given) != 1:
        raise _no_act()
    try:
        with click.open_file(given[0], encoding="utf-8") as file:
            yield from reading.from_lines(file, where=given[0])
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(
            "file-unreadable",
            f"the file cannot be read: {what}",
            where=given[0],
            remedy="mend the path or the file",
        ) from None


@click.command()
@click.argument("name", required=False, default="")
@language_option
@json_option
def facts(name: str, language: str, as_json: bool) -> None:
    """List the facts that rules read, with the question asked when one is missing; or show one of them.

    \b
    Example:
      shouxin law facts data.items --lang zh
    """
    decider = Decider(register())
    found = decider.fact_views()
    if name:
        decider.gate.reader.fact(name)
        found = tuple(fact for fact in found if fact.name == name)
    if as_json:
        put_json(found)
        return
    put_table(
        ("FACT", "TYPE", "FROM", "QUESTION"),
        (
            (fact.name, _type(fact, language), fact.supplied_by, fact.question.text(language))
            for fact in found
        ),
    )
    if name:
        labels = found[0].value_labels
        for value in found[0].values:
            click.echo(f"  {value}  {labels[value].text(language) if value in labels else ''}".rstrip())


def _type(fact: FactView, language: str) -> str:
    """Return the type of a fact, or the values of an enum that has few."""
    if not fact.values:
        return fact.type
    if len(fact.values) > _FEW:
        return f"{fact.type} ({len(fact.values)})"
    labels = fact.value_labels
    return " | ".join(f"{v} {labels[v].text(language)}" if v in labels else v for v in fact.values)


@click.command()
@language_option
@json_option
def acts(language: str, as_json: bool) -> None:
    """List the acts that one can ask about.

    \b
    Example:
      shouxin law acts
    """
    found = Decider(register()).acts()
    if as_json:
        put_json(found)
    else:
        put_table(("ACT", "MEANING"), ((act.name, act.label.text(language)) for act in found))


@click.command()
@language_option
@json_option
def profiles(language: str, as_json: bool) -> None:
    """List the profiles of assumptions, each assumption with its reason.

    \b
    Example:
      shouxin law profiles
    """
    found = Decider(register()).profiles()
    if as_json:
        put_json(found)
        return
    for view in found:
        click.echo(f"{view.profile.name}  {view.profile.label.text(language)}")
        for item in view.assumptions:
            click.echo(f"  {item.fact} = {str(item.value).lower()}  {item.why.text(language)}")


@click.command()
@click.option("--accepted", is_flag=True, help="Show also what the law files account for, with the reason.")
@json_option
def check(accepted: bool, as_json: bool) -> None:
    """Look at the rules without any case, on every day on which they change.

    Finds rules that never hold, exceptions that never matter, rules implied by others, facts that nobody
    reads or supplies, conflicts between instruments without a declared priority, gaps and overlaps over
    the commencement dates, procedures in which a case gets stuck. A rule accounts for a finding with
    `beside` and a note in the law file.
    Ends with 1 where something is found that no rule accounts for.

    \b
    Example:
      shouxin law check
    """
    found = Decider(register(), workplace().readings).check()
    left = [item for item in found if not item.accepted]
    if as_json:
        put_json(found)
    else:
        shown = found if accepted else left
        head = ("FOUND", "AT", "FILE", "WHAT", "ACCEPTED")[: 5 if accepted else 4]
        rows = ((i.kind, i.provision, f"{i.file}:{i.line}", i.detail, i.accepted) for i in shown)
        put_table(head, (row[: len(head)] for row in rows))
        say(f"{len(left)} found; {len(found) - len(left)} more that the law files account for")
    if left:
        raise click.exceptions.Exit(1)


VOCABULARY_COMMANDS = (facts, acts, profiles, check)
"""The commands that ``shouxin law`` has for the words of rules."""
