"""The notice that follows from an account: the items that the procedure's step asks for, in words. Pure."""

from functools import cache
from pathlib import Path

import msgspec
import yaml

from shouxin.connect.categories import categories, home
from shouxin.duties.incident.model import LANGUAGES, Account, Draft, InWords, Item, Party
from shouxin.law.base import Shape, Words
from shouxin.law.procedure import Needed, Step

_FILE = Path(__file__).parent / "notice.yaml"
_TOLD = {"cause", "possible_harm", "remedies", "advice", "contact"}
"""Items that the account has a text for; they bear the names of the procedure's records."""


class Phrases(Shape, frozen=True, kw_only=True):
    """What stands around the items."""

    title: dict[Party, Words]
    opening: Words
    occurred: dict[str, Words]
    kinds: dict[str, Words]
    people: Words
    join: Words
    colon: Words


@cache
def _phrases() -> Phrases:
    return msgspec.convert(yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), Phrases)


def draft(
    party: Party, step: Step, items: tuple[Needed, ...], account: Account, processor: str, service: str
) -> Draft:
    """Return the notice to a party; ``items`` are the records that the law's notice consists of.

    It is written in Chinese, and in another language where every text of the account is translated.
    """
    made = tuple(_item(needed, step, account) for needed in items)
    told = {"what": account.what} | {name: getattr(account, name) for name in sorted(_TOLD)}
    spoken = [code for code in LANGUAGES if all(text.written(code) for text in told.values())]
    languages = ["zh", *(code for code in spoken if code != "zh")]
    texts = {code: _whole(party, made, account, processor, service, code) for code in languages}
    lacking = [one.name for one in made if not one.text.get("zh", "").strip()]
    if not account.what.written("zh"):
        lacking.insert(0, "what")
    return Draft(
        party=party,
        step=step.name,
        items=made,
        texts=texts,
        lacking=tuple(lacking),
        untranslated=tuple(code for code in LANGUAGES if code not in spoken and code != "zh"),
    )


def _item(needed: Needed, step: Step, account: Account) -> Item:
    if needed.name in _TOLD:
        told: InWords = getattr(account, needed.name)
        text = {code: told.text(code) for code in LANGUAGES}
    elif needed.name == "categories":
        keys = dict.fromkeys(home(key) for key in account.categories)
        text = {code: _joined([categories()[key].label for key in keys], code) for code in LANGUAGES}
    else:
        text = {}
    return Item(
        name=needed.name, label=needed.what, provisions=needed.provisions or step.provisions, text=text
    )


def _whole(
    party: Party, items: tuple[Item, ...], account: Account, processor: str, service: str, language: str
) -> str:
    """Return a notice as it goes out."""
    said = _phrases()
    opening = said.opening.text(language).format(
        processor=processor,
        service=service,
        occurred=said.occurred["possibly" if account.possible else "surely"].text(language),
        kinds=_joined([said.kinds[kind] for kind in account.kinds], language),
        known=account.known_on.isoformat(),
        happened=account.happened_on.isoformat(),
        what=account.what.text(language),
    )
    lines = [said.title[party].text(language), "", opening[:1].upper() + opening[1:]]
    if account.people is not None and party != "individual":
        lines.append(said.people.text(language).format(count=f"{account.people:,}"))
    colon = said.colon.text(language)
    lines += [
        "",
        *(f"{_capital(one.label.text(language))}{colon}{one.text.get(language, '')}" for one in items),
    ]
    return "\n".join(lines) + "\n"


def _joined(found: list[Words], language: str) -> str:
    return _phrases().join.text(language).join(one.text(language) for one in found)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
