"""Imported statute texts in the store: kept once, found by the provision they are the text of."""

import datetime
import hashlib
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shouxin.duties.library.model import UnitText, Version
from shouxin.duties.library.tables import statute_unit, statute_version
from shouxin.errors import InputError
from shouxin.law.text.model import Aside, Matched, Placed, Statute, Unit


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an import beside its units, so that nothing read is lost."""

    articles: int
    asides: tuple[Aside, ...]
    unplaced: tuple[str, ...]
    missing: tuple[str, ...]
    remarks: tuple[str, ...]
    placed: tuple[Placed, ...]
    adopted: datetime.date | None
    promulgated: datetime.date | None
    effective: datetime.date | None


class StoredTexts:
    """The statute texts of one store; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ready(self) -> bool:
        """Tell whether the store has been migrated far enough to hold texts."""
        with self._engine.connect() as connection:
            found = connection.execute(select(func.to_regclass(f"{statute_unit.schema}.{statute_unit.name}")))
            return found.scalar_one() is not None

    def save(self, read: Iterable[tuple[Statute, Matched]], source_name: str) -> list[tuple[int, bool]]:
        """Keep all of ``read`` or, where anything fails, nothing.

        Returns for each its version number and whether it was new; the same text is kept once.
        """
        with self._engine.begin() as connection:
            return [_save(connection, statute, matched, source_name) for statute, matched in read]

    def versions(self, instrument: str | None = None) -> tuple[Version, ...]:
        """Return the kept versions, newest first; with ``instrument`` only its own."""
        query = select(statute_version).order_by(
            statute_version.c.imported_at.desc(), statute_version.c.id.desc()
        )
        if instrument is not None:
            query = query.where(statute_version.c.instrument == instrument)
        with self._engine.connect() as connection:
            return tuple(_version(row) for row in connection.execute(query))

    def units(self, instrument: str, eids: tuple[str, ...]) -> tuple[UnitText, ...]:
        """Return, for the newest version of each language, the text of each of ``eids`` that it has."""
        newest: dict[str, Version] = {}
        for version in self.versions(instrument):
            newest.setdefault(version.language, version)
        languages = sorted(newest, key=lambda language: ("zh", "en", "es").index(language))
        return tuple(text for language in languages for text in self._units(newest[language], eids))

    def statute(self, version: int) -> Statute:
        """Return a kept version as it was read; raise ``InputError`` (text-unknown)."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(statute_version).where(statute_version.c.id == version)
            ).one_or_none()
            if row is None:
                raise _unknown(version)
            query = (
                select(statute_unit)
                .where(statute_unit.c.version_id == version)
                .order_by(statute_unit.c.ordinal)
            )
            units = connection.execute(query).all()
        report = msgspec.convert(row.report, _Report)
        return Statute(
            title=row.title,
            language=row.language,
            articles=report.articles,
            units=tuple(Unit(u.eid, u.kind, u.number, u.heading, u.text, u.ordinal) for u in units),
            asides=report.asides,
            unplaced=report.unplaced,
            missing=report.missing,
            remarks=report.remarks,
            adopted=report.adopted,
            promulgated=report.promulgated,
            effective=report.effective,
        )

    def version(self, number: int) -> Version:
        """Return what is known of one kept version; raise ``InputError`` (text-unknown)."""
        found = [version for version in self.versions() if version.id == number]
        if not found:
            raise _unknown(number)
        return found[0]

    def remove(self, version: int) -> None:
        """Take one version and its units out of the store; raise ``InputError`` (text-unknown)."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(statute_version).where(statute_version.c.id == version))
            if gone.rowcount == 0:
                raise _unknown(version)

    def _units(self, version: Version, eids: tuple[str, ...]) -> list[UnitText]:
        with self._engine.connect() as connection:
            query = select(statute_version.c.report).where(statute_version.c.id == version.id)
            report = msgspec.convert(connection.execute(query).scalar_one(), _Report)
            placed = {item.id: item for item in report.placed}
            wanted = {eid: placed[eid] for eid in eids if eid in placed}
            found = select(statute_unit).where(
                statute_unit.c.version_id == version.id,
                statute_unit.c.eid.in_({item.eid for item in wanted.values()}),
            )
            units = {row.eid: row for row in connection.execute(found)}
        return [
            UnitText(
                version=version.id,
                language=version.language,
                source_name=version.source_name,
                eid=eid,
                number=units[item.eid].number,
                heading=units[item.eid].heading,
                text=units[item.eid].text,
                enclosing=item.how == "enclosing",
            )
            for eid, item in wanted.items()
            if item.eid in units
        ]


def digest(statute: Statute) -> str:
    """Return the SHA-256 (hex) of the language and the units of a statute: the same text, the same digest."""
    parts = [statute.language, statute.title]
    parts += [f"{unit.eid}\t{unit.number}\t{unit.heading}\t{unit.text}" for unit in statute.units]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _save(connection: Connection, statute: Statute, matched: Matched, source_name: str) -> tuple[int, bool]:
    fingerprint = digest(statute)
    report = _Report(
        articles=statute.articles,
        asides=statute.asides,
        unplaced=statute.unplaced,
        missing=statute.missing,
        remarks=statute.remarks,
        placed=matched.placed,
        adopted=statute.adopted,
        promulgated=statute.promulgated,
        effective=statute.effective,
    )
    added = upsert(statute_version).values(
        instrument=matched.instrument,
        language=statute.language,
        title=statute.title,
        digest=fingerprint,
        source_name=source_name,
        report=msgspec.to_builtins(report),
    )
    new = added.on_conflict_do_nothing(index_elements=["digest"]).returning(statute_version.c.id)
    number = connection.execute(new).scalar_one_or_none()
    if number is None:
        known = select(statute_version.c.id).where(statute_version.c.digest == fingerprint)
        return connection.execute(known).scalar_one(), False
    rows = [
        {
            "version_id": number,
            "ordinal": ordinal,
            "eid": unit.eid,
            "kind": unit.kind,
            "number": unit.number,
            "heading": unit.heading,
            "text": unit.text,
        }
        for ordinal, unit in enumerate(statute.units)
    ]
    if rows:
        connection.execute(insert(statute_unit), rows)
    return number, True


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(
        id=row.id,
        instrument=row.instrument,
        language=row.language,
        title=row.title,
        digest=row.digest,
        source_name=row.source_name,
        imported_at=row.imported_at,
    )


def _unknown(version: int) -> InputError:
    return InputError(
        "text-unknown",
        f"no text is kept as version {version}",
        remedy="`shouxin law texts` lists what is kept",
    )
