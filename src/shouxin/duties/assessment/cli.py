"""``shouxin assess``: which activities need an impact assessment, what was weighed, who approved it."""

from pathlib import Path
from typing import BinaryIO

import click
import msgspec
import yaml

from shouxin.duties.assessment.file import read
from shouxin.duties.assessment.model import View
from shouxin.duties.assessment.place import deciding, open_assessments
from shouxin.duties.command import (
    at_the_terminal,
    json_option,
    language_option,
    put_file,
    put_json,
    put_table,
    say,
)
from shouxin.duties.days import today
from shouxin.store.ledger.entry import Actor

_number = click.argument("number", type=int, metavar="ASSESSMENT")
_as = click.option(
    "--as", "who", required=True, metavar="NAME", help="Your account; its password is asked for."
)
_reason = click.option("--reason", required=True, help="Why it is decided so.")
_version = click.option("--version", type=int, required=True, help="The version that was looked at.")


@click.group()
def assess() -> None:
    """Keep impact assessments (pipl arts. 55 and 56): begin, write, approve with four eyes, review.

    \b
    Example:
      shouxin assess list
    """


@assess.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every activity: whether it needs an assessment, why, and how its newest stands.

    \b
    Example:
      shouxin assess list --json
    """
    with open_assessments() as assessments:
        found = assessments.list(today())
    if as_json:
        put_json(found)
        return
    rows = (
        (
            one.service,
            one.activity,
            one.standing,
            str(one.number or "-"),
            ", ".join(dict.fromkeys(cause.case for cause in one.causes)),
        )
        for one in found
    )
    put_table(("SERVICE", "ACTIVITY", "STANDING", "NO", "WHY"), rows)


@assess.command()
@click.option("--service", required=True, help="A service of the inventory.")
@click.option("--activity", required=True, help="One of its activities.")
@language_option
@json_option
def begin(service: str, activity: str, language: str, as_json: bool) -> None:
    """Begin an assessment of an activity, prefilled from the inventory or after the former one.

    \b
    Example:
      shouxin assess begin --service shop --activity recommendations
    """
    with open_assessments() as assessments:
        _put(assessments.begin(service, activity, today(), at_the_terminal()), language, as_json=as_json)


@assess.command()
@_number
@click.option("--version", type=int, help="Which version.  [default: the newest]")
@language_option
@json_option
def show(number: int, version: int | None, language: str, as_json: bool) -> None:
    """Show an assessment: what it lacks, what has to be looked at, its versions and decisions.

    \b
    Example:
      shouxin assess show 1
    """
    with open_assessments() as assessments:
        _put(assessments.show(number, today(), version), language, as_json=as_json)


@assess.command()
@_number
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
def draft(number: int, out: Path) -> None:
    """Write the newest version as a YAML file, to be filled in and given to `assess write`.

    \b
    Example:
      shouxin assess draft 1 --out assessment.yaml
    """
    with open_assessments() as assessments:
        found = assessments.show(number, today())
    plain = {name: getattr(found.content, name) for name in found.content.__struct_fields__}
    text = yaml.safe_dump(msgspec.to_builtins(plain), allow_unicode=True, sort_keys=False, width=110)
    put_file(out, f"# assessment {number}, version {found.version}\n{text}".encode())


@assess.command()
@_number
@click.argument("file", type=click.File("rb"))
@click.option("--base", type=int, required=True, help="The version that was read.")
@language_option
@json_option
def write(number: int, file: BinaryIO, base: int, language: str, as_json: bool) -> None:
    """Write a new version from a YAML or JSON file (docs/assessments.md).

    \b
    Example:
      shouxin assess write 1 assessment.yaml --base 1
    """
    content = read(file.read(), where=file.name)
    with open_assessments() as assessments:
        _put(assessments.write(number, content, base, today(), at_the_terminal()), language, as_json=as_json)


@assess.command()
@_number
@_version
@_reason
@_as
@language_option
@json_option
def approve(number: int, version: int, reason: str, who: str, language: str, as_json: bool) -> None:
    """Approve a version that others wrote; the procedure moves on and the inventory hears of it.

    \b
    Example:
      shouxin assess approve 1 --version 2 --reason "the measures fit" --as "Made-up Name"
    """
    _decide((number, version), reason, who, language, as_json=as_json, give=True)


@assess.command()
@_number
@_version
@_reason
@_as
@language_option
@json_option
def refuse(number: int, version: int, reason: str, who: str, language: str, as_json: bool) -> None:
    """Give a version back with the reason.

    \b
    Example:
      shouxin assess refuse 1 --version 2 --reason "no measure against a leak" --as "Made-up Name"
    """
    _decide((number, version), reason, who, language, as_json=as_json, give=False)


@assess.command()
@click.argument("one", metavar="NUMBER.VERSION")
@click.argument("other", metavar="NUMBER.VERSION")
@json_option
def compare(one: str, other: str, as_json: bool) -> None:
    """Show what two versions have differently, also of two assessments.

    \b
    Example:
      shouxin assess compare 1.2 4.1
    """
    places = [_place(text) for text in (one, other)]
    with open_assessments() as assessments:
        found = assessments.compare(places[0], places[1], today())
    if as_json:
        put_json(found)
        return
    put_table(("FIELD", "BEFORE", "AFTER"), ((x.field, _plain(x.before), _plain(x.after)) for x in found))


def _decide(
    place: tuple[int, int], reason: str, who: str, language: str, *, as_json: bool, give: bool
) -> None:
    with deciding(who) as (assessments, by):
        found = assessments.decide(*place, by, reason, today(), Actor(by.id, "cli"), give=give)
    _put(found, language, as_json=as_json)


def _place(text: str) -> tuple[int, int]:
    number, _, version = text.partition(".")
    if not (number.isascii() and number.isdigit() and version.isascii() and version.isdigit()):
        raise click.BadParameter(f'"{text[:40]}" is not like 1.2, the number and the version')
    return int(number[:18]), int(version[:9])


def _plain(worth: object) -> str:
    return msgspec.json.encode(worth).decode()[:200]


def _put(found: View, language: str, *, as_json: bool) -> None:
    if as_json:
        put_json(found)
        return
    lines = [
        f"{found.number}.{found.version}  {found.scope.service} / {found.scope.activity}  {found.state}"
        + ("  stale" if found.stale else ""),
        *(f"  {one.provision}  {one.case}" for one in found.causes),
        "",
        *(
            f"  {one.label.text(language)}" + (f": {', '.join(one.about)}" if one.about else "")
            for one in found.hints
        ),
        "",
        *(
            f"  {found.number}.{one.number}  {one.at:%Y-%m-%d}  {one.who}  "
            + ("" if one.given is None else f"{'approved' if one.given else 'given back'}: {one.reason}")
            for one in found.versions
        ),
    ]
    click.echo("\n".join(line.rstrip() for line in lines))
    if found.lacking:
        say(f"lacking: {', '.join(found.lacking)}")
