"""A pack as people read it: one HTML page and a PDF, without anything that has to be fetched."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from shouxin.duties import fonts
from shouxin.duties.days import BEIJING
from shouxin.duties.inspection.contents import words
from shouxin.duties.inspection.model import Item, Pack, Source
from shouxin.duties.posture.service import STATES

_SOURCE = Path(__file__).parent / "templates" / "report.typ"
_TAGS = {"zh": "zh-CN", "en": "en", "es": "es"}


def page(pack: Pack, pictures: Mapping[str, str], code: str) -> bytes:
    """Return the report as HTML, in a language."""
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    source = files("shouxin.duties.inspection").joinpath("templates/report.html").read_text("utf-8")
    told = environment.from_string(source).render(
        pack=pack,
        w=words()[code],
        code=code,
        tag=_TAGS[code],
        pictures={name: Markup(drawing) for name, drawing in pictures.items()},  # noqa: S704  # drawn here
        facts=facts(pack, code),
        parts=_parts(pack),
        states=STATES,
        local=lambda moment: moment.astimezone(BEIJING),
    )
    return told.encode()


def pdf(pack: Pack, pictures: Mapping[str, str], code: str) -> bytes:
    """Return the report as a PDF; call it only where ``font()`` names one."""
    import typst

    said, on = words()[code], pack.asked.until
    shown = {
        "w": said,
        "fonts": [fonts.font()],
        "language": code,
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "title": said[pack.asked.kind],
        "name": pack.asked.name,
        "facts": facts(pack, code),
        "counts": [{"state": said[state], "count": pack.counts[state]} for state in STATES],
        "pictures": list(pictures.values()),
        "parts": [
            {"title": title[code], "items": [_row(one, code) for _, one in listed]}
            for title, listed in _parts(pack)
        ],
        "checklist": [
            {
                "title": one.title[code],
                "provisions": one.provisions,
                "items": [_short(pack.items[at], code) for at in one.items],
            }
            for one in pack.checklist
            if one.items
        ],
        "figures": [[one.kind, str(one.count)] for one in pack.figures],
    }
    made = typst.compile(str(_SOURCE), sys_inputs={"pack": msgspec.json.encode(shown).decode()})
    assert isinstance(made, bytes)
    return made


def _parts(pack: Pack) -> list[tuple[dict[str, str], list[tuple[int, Item]]]]:
    """Return the items by instrument, each with its position, by which the checklist leads to it."""
    listed: dict[str, list[tuple[int, Item]]] = {name: [] for name in pack.instruments}
    for at, one in enumerate(pack.items):
        listed[one.instrument].append((at, one))
    return [(title, listed[name]) for name, title in pack.instruments.items()]


def facts(pack: Pack, code: str) -> list[tuple[str, str]]:
    """Return what stands at the head of the report."""
    said, asked = words()[code], pack.asked
    at = pack.approved_at
    given = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""
    covered = said["covered"].format(n=f"{pack.entries:,}")
    listed = [
        (said["organisation"], pack.organisation),
        (said["for"], asked.authority),
        (said["basis"], asked.basis),
        (said["days"], f"{asked.since.isoformat()} – {asked.until.isoformat()}"),
        (said["service"], ", ".join(asked.services) or said["all"]),
        (said["asked"], _who(pack.asker, pack.asked_by)),
        (
            said["approved"],
            " · ".join(part for part in (_who(pack.approver, pack.approved_by), given) if part),
        ),
        (said["ledger"], f"{pack.ledger} ({covered})" if pack.entries else ""),
        (said["law"], pack.law_version[:16]),
    ]
    return [(name, value) for name, value in listed if value]


def _who(name: str, account: str) -> str:
    """Return somebody who acted: by name, with the account that the ledger knows."""
    return f"{name} ({account})" if name else account


def _row(one: Item, code: str) -> dict[str, Any]:
    said = words()[code]
    return {
        "provision": one.provision,
        "service": one.service,
        "demand": one.summary[code],
        "state": said[one.state],
        "key": one.state,
        "sources": [_source(source, said) for source in one.sources],
        "lacking": [lacking[code] for lacking in one.lacking],
    }


def _short(one: Item, code: str) -> dict[str, str]:
    return {
        "provision": one.provision,
        "service": one.service,
        "state": words()[code][one.state],
        "key": one.state,
    }


def _source(one: Source, said: Mapping[str, str]) -> str:
    """Return one line about what shows an element."""
    parts = [one.element, one.kind, one.reference, one.on.isoformat()]
    if one.until:
        parts.append(f"{said['until']} {one.until.isoformat()}")
    if not one.shown:
        parts.append(said["absent"])
    if one.reference:
        parts.append(said["unproved"] if one.entry is None else said["entry"].format(n=one.entry))
    return " · ".join(part for part in parts if part)
