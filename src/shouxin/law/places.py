"""Where things stand in the law files: read again only when asked, since loading forgets the lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from shouxin.law.cache import FOLDER
from shouxin.law.yamltext import Lines, parse


class Place(NamedTuple):
    """A law file, by its folder and name, and a line (from 1)."""

    file: str
    line: int


def places(folder: Path = FOLDER) -> dict[str, Place]:
    """Return where each instrument, provision, rule, act, fact and assumption of ``folder`` stands.

    The keys are instruments, citations, the keys of rules ("pipl:art_29__cl_1#2"), the names of acts and
    facts, and "profile fact" for assumptions. Raises ``LawError`` (law-yaml) for a file that is broken.
    """
    found: dict[str, Place] = {}
    for part, named in (("instruments", _instrument), ("vocabulary", _vocabulary)):
        for path in sorted((folder / part).glob("*.yaml")):
            name = f"{part}/{path.name}"
            plain, lines = parse(path.read_text(encoding="utf-8"), where=name)
            found.update((key, Place(name, line)) for key, line in named(plain, lines))
    return found


def _instrument(plain: dict[str, Any], lines: Lines) -> Iterator[tuple[str, int]]:
    home = plain["instrument"]
    yield home, lines["instrument",]
    for part in ("issuing_notice", "provisions"):
        for index, provision in enumerate(plain.get(part, ())):
            key = f"{home}:{provision['id']}"
            yield key, lines[part, index]
            for number, _ in enumerate(provision.get("gate", ())[1:], start=2):
                yield f"{key}#{number}", lines[part, index, "gate", number - 1]


def _vocabulary(plain: dict[str, Any], lines: Lines) -> Iterator[tuple[str, int]]:
    for part in ("acts", "facts"):
        for index, item in enumerate(plain.get(part, ())):
            yield item["name"], lines[part, index]
    for index, item in enumerate(plain.get("assumptions", ())):
        yield f"{item['profile']} {item['fact']}", lines["assumptions", index]
