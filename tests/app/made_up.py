"""A library with made-up statute texts, and the application that serves it."""

import datetime
from typing import Any

from litestar import Litestar
from sqlalchemy.exc import OperationalError

from shouxin.app.server import create_app
from shouxin.duties.library.model import UnitText, Version
from shouxin.duties.library.service import Library
from shouxin.errors import InputError
from shouxin.law.register import register
from shouxin.law.text.model import Statute, Unit

TOKEN = "a-token-for-tests-only"
TITLES = {"zh": "中华人民共和国个人信息保护法", "en": "A Law Made Up for Tests"}
BODIES = {
    "zh": "这一段文字专为测试而写，并非任何法律的原文。\n它有两个自然段。",
    "en": "This paragraph was written for tests and is the text of no law.",
}


class FakeTexts:
    """Two kept versions of one instrument, in memory; what is saved is counted and forgotten."""

    def __init__(self) -> None:
        self.saved: list[str] = []

    def versions(self, instrument: str | None = None) -> tuple[Version, ...]:
        """Return the two versions, or none of another instrument."""
        return () if instrument not in (None, "pipl") else tuple(self.version(number) for number in (2, 1))

    def version(self, number: int) -> Version:
        """Return one of the two."""
        if number not in (1, 2):
            raise InputError("text-unknown", f"there is no text {number}", remedy="list them")
        language = ("zh", "en")[number - 1]
        return Version(
            id=number,
            instrument="pipl",
            language=language,
            title=TITLES[language],
            digest=f"{number:064x}",
            source_name=f"made-up-{language}.txt",
            imported_at=datetime.datetime(2025, 1, number, tzinfo=datetime.UTC),
        )

    def units(self, instrument: str, eids: tuple[str, ...]) -> tuple[UnitText, ...]:
        """Return made-up text for art. 29 of PIPL in both languages, and for no other unit."""
        return tuple(
            UnitText(
                version=number,
                language=language,
                source_name=f"made-up-{language}.txt",
                eid=eid,
                number={"zh": "第二十九条", "en": "Article 29"}[language],
                heading="",
                text=BODIES[language],
                enclosing=language == "en",
            )
            for number, language in ((1, "zh"), (2, "en"))
            for eid in eids
            if instrument == "pipl" and eid == "art_29"
        )

    def statute(self, version: int) -> Statute:
        """Return a version as a statute of one article."""
        language = self.version(version).language
        units = (Unit("art_29", "article", "第二十九条", "", f"{BODIES['zh']}{version}", 0),)
        return Statute(title=TITLES["zh"], language=language, articles=1, units=units, asides=(), unplaced=())

    def save(self, read: Any, source_name: str) -> list[tuple[int, bool]]:
        """Take note of the name and say that everything was new."""
        self.saved.append(source_name)
        return [(3 + index, True) for index, _ in enumerate(read)]

    def remove(self, version: int) -> None:
        """Take nothing out."""


class FallenTexts(FakeTexts):
    """A store that has stopped answering."""

    def versions(self, instrument: str | None = None) -> tuple[Version, ...]:
        """Fail as a database driver does."""
        raise OperationalError("SELECT 1", None, ConnectionError("server closed the connection"))


def served(texts: FakeTexts | None = None, *, token: str | None = TOKEN) -> Litestar:
    """Return the application over the real register and made-up texts."""
    hosts = ("testserver.local", "127.0.0.1", "localhost")
    return create_app(Library(register(), texts or FakeTexts()), host_names=hosts, api_token=token)
