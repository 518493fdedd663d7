"""An application over a made-up law of a few rules, with everything that the page of the gate shows."""

from typing import Any

import msgspec
from litestar import Litestar

from shouxin.app.server import create_app
from shouxin.duties.library.service import Library
from shouxin.law.model import Books
from shouxin.law.register import Register
from shouxin.law.wording import Vocabulary
from tests.app.made_up import TOKEN, FakeTexts
from tests.engine.conftest import VOCABULARY, instrument, provision, words

DAY = "2025-06-03"
READING = {
    "id": "how-many",
    "question": words("How many are too many?"),
    "chosen": "ten",
    "alternatives": [
        {"id": "ten", "answer": words("More than ten.")},
        {"id": "five", "answer": words("More than five.")},
    ],
    "provisions": ["art_3"],
}
EXAMPLES = [
    {
        "name": "a gatherer with one and without two",
        "facts": {"act": "collect", "a.one": True, "a.three": False},
        "expect": {"effect": "prohibited", "by": ["art_1"]},
        "assume": "plain",
    },
    {
        "name": "it has two as well",
        "but": {"a.two": True},
        "expect": {"not_by": ["art_1"]},
        "assume": "plain",
    },
    {
        "name": "a person who was born late",
        "facts": {"act": "send", "p.born": "2015-01-01"},
        "expect": {"by": ["art_5"]},
        "assume": "plain",
        "as_of": DAY,
    },
]


def made_up_register(*, contested: bool = False) -> Register:
    """Return a register of two instruments: bans with and without exceptions, a duty, a permit, a reading."""
    reading = {**READING, "why": "both are held", "contested": True} if contested else READING
    ban: dict[str, Any] = {"acts": ["collect"], "when": "a.one", "require": "a.two", "unless": ["art_2"]}
    many = {"acts": ["collect"], "readings": {"how-many": "ten"}}
    few = {"acts": ["collect"], "readings": {"how-many": "five"}}
    wide = {"acts": ["collect"], "when": "NOT a.three AND (b.kind IN ('red', 'blue') OR NOT b.count >= 3)"}
    law = instrument(
        "old",
        "2015-01-01",
        {**provision("art_1", ban), "examples": EXAMPLES},
        provision("art_2", {"effect": "permit", "when": "a.three", "note": "only at night"}),
        provision(
            "art_3", {**many, "when": "b.kind = 'red' AND b.count > 10"}, {**few, "when": "b.count > 5"}
        ),
        provision("art_4", {**wide, "effect": "duty", "duty": "write-down"}),
        provision("art_5", {"acts": ["send"], "when": "p.child"}),
        provision("art_6", {"acts": ["send"], "when": "b.day < '2020-01-01'"}),
        readings=[reading],
    )
    later = instrument(
        "new", "2020-01-01", provision("art_1", {"acts": ["sleep"], "when": "p.born < '2000-01-01'"})
    )
    vocabulary = msgspec.convert(VOCABULARY, Vocabulary)
    books = Books(instruments=(law, later), categories=(), outside=(), vocabulary=vocabulary)
    return Register(books, "made up")


def served_law(
    *, token: str | None = TOKEN, contested: bool = False, chosen: dict[str, str] | None = None
) -> Litestar:
    """Return the application over the made-up law, under the readings an organisation chose."""
    hosts = ("testserver.local", "127.0.0.1")
    library = Library(made_up_register(contested=contested), FakeTexts(), chosen)
    return create_app(library, host_names=hosts, api_token=token)
