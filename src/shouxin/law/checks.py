"""Checks of the law files against each other: ids, citations, articles, dates, deadlines.

Each check yields problems; ``everything`` raises the first, with the number of the others.
"""

import itertools
from collections.abc import Iterator

from shouxin.errors import LawError
from shouxin.law import citation
from shouxin.law.model import AppCategory, Books, Instrument, Need, Provision
from shouxin.law.procedure import Procedure
from shouxin.law.wording import Vocabulary
from shouxin.law.yamltext import Lines

Places = dict[str, tuple[str, Lines]]


def file_name(instrument: Instrument, stem: str, where: str) -> None:
    """Raise ``LawError`` where a file is not named after the instrument it holds."""
    if instrument.instrument != stem:
        raise LawError(
            "law-file-name",
            f'the file holds the instrument "{instrument.instrument}"',
            where=f"{where}, line 1",
            remedy=f'name the file "{instrument.instrument}.yaml"',
        )


def procedure_name(procedure: Procedure, stem: str, where: str) -> None:
    """Raise ``LawError`` where a file is not named after the procedure it holds."""
    if procedure.procedure != stem:
        raise LawError(
            "law-file-name",
            f'the file holds the procedure "{procedure.procedure}"',
            where=f"{where}, line 1",
            remedy=f'name the file "{procedure.procedure}.yaml"',
        )


def new_words(known: Vocabulary, part: Vocabulary, where: str, lines: Lines) -> None:
    """Raise ``LawError`` where a file of the vocabulary declares a word that stands in another already."""
    for kind in ("acts", "facts", "profiles", "records"):
        seen = {item.name for item in getattr(known, kind)}
        for index, item in enumerate(getattr(part, kind)):
            if item.name in seen:
                raise LawError(
                    "law-duplicate-id",
                    f'"{item.name}" is declared twice among the {kind}',
                    where=f"{where}, line {lines.get((kind, index), 1)}",
                    remedy="keep one of the two",
                )
            seen.add(item.name)


def _assumptions(books: Books) -> Iterator[LawError]:
    facts = {fact.name for fact in books.vocabulary.facts}
    profiles = {profile.name for profile in books.vocabulary.profiles}
    seen: set[tuple[str, str]] = set()
    for item in books.vocabulary.assumptions:
        known = item.fact in facts and item.profile in profiles and (item.profile, item.fact) not in seen
        seen.add((item.profile, item.fact))
        if not known:
            yield LawError(
                "law-assumption",
                f'the profile "{item.profile}" assumes "{item.fact}", which is not declared or assumed twice',
                where="vocabulary",
                remedy="mend the name, or take one of the two away",
            )


def everything(books: Books, places: Places) -> None:
    """Raise ``LawError`` for the first problem that ``problems`` finds, and say how many more there are."""
    found = list(problems(books, places))
    if found:
        first = found[0]
        if len(found) > 1:
            first.remedy += f" ({len(found) - 1} more problems after this one)"
        raise first


def problems(books: Books, places: Places) -> Iterator[LawError]:
    """Yield everything that is wrong between the files of ``books``."""
    index = {item.instrument: {p.id for p in item.everything} for item in books.instruments}
    outside = {item.id for item in books.outside}
    for instrument in books.instruments:
        yield from _ids(instrument, places)
        yield from _articles(instrument, places)
        yield from _dates(instrument, places)
        yield from _replaced(instrument, index, places)
        yield from _clocks(instrument, places)
        yield from _citations(instrument, index, outside, places)
        yield from _readings(instrument, index, places)
    yield from _categories(books, index, places)
    yield from _assumptions(books)


def _where(places: Places, instrument: str, *path: str | int) -> str:
    name, lines = places.get(instrument, (instrument, {}))
    line = lines.get(path)
    return f"{name}, line {line}" if line else name


def _numbered(instrument: Instrument) -> Iterator[tuple[str, int, Provision]]:
    for index, provision in enumerate(instrument.issuing_notice):
        yield "issuing_notice", index, provision
    for index, provision in enumerate(instrument.provisions):
        yield "provisions", index, provision


def _ids(instrument: Instrument, places: Places) -> Iterator[LawError]:
    seen: dict[str, str] = {}
    for part, index, provision in _numbered(instrument):
        where = _where(places, instrument.instrument, part, index)
        if provision.id in seen:
            yield LawError(
                "law-duplicate-id",
                f'the id "{provision.id}" stands already at {seen[provision.id]}',
                where=f"{where}, {provision.id}",
                remedy="give each provision an id of its own",
            )
        seen[provision.id] = where


def _articles(instrument: Instrument, places: Places) -> Iterator[LawError]:
    if not all(provision.id.startswith("art_") for provision in instrument.provisions):
        return
    held = {citation.article(provision.id) for provision in instrument.provisions}
    expected = {f"art_{number}" for number in range(1, instrument.articles + 1)}
    for missing in sorted(expected - held):
        yield LawError(
            "law-missing-article",
            f'no provision stands for "{missing}"',
            where=_where(places, instrument.instrument, "articles"),
            remedy="add the entry; a declaration is an entry too",
        )
    for extra in sorted(held - expected):
        yield LawError(
            "law-extra-article",
            f'"{extra}" lies outside the {instrument.articles} articles of the instrument',
            where=_where(places, instrument.instrument, "articles"),
            remedy="mend the id or the number of articles",
        )


def _dates(instrument: Instrument, places: Places) -> Iterator[LawError]:
    named = ("adopted", "promulgated", "effective", "repealed")
    given = [(name, getattr(instrument, name)) for name in named if getattr(instrument, name)]
    for (early, first), (late, second) in itertools.pairwise(given):
        if first > second:
            yield LawError(
                "law-dates",
                f"{early} ({first}) is later than {late} ({second})",
                where=_where(places, instrument.instrument, late),
                remedy="mend one of the two dates",
            )


def _replaced(instrument: Instrument, index: dict[str, set[str]], places: Places) -> Iterator[LawError]:
    for position, name in enumerate(instrument.replaces):
        if name not in index or name == instrument.instrument:
            yield LawError(
                "law-citation",
                f'the instrument "{name}" that it replaces is not in the register',
                where=_where(places, instrument.instrument, "replaces", position),
                remedy="mend the id, or leave it out",
            )


def _clocks(instrument: Instrument, places: Places) -> Iterator[LawError]:
    for part, index, provision in _numbered(instrument):
        if provision.deadline and "clock" not in provision.mechanism:
            yield LawError(
                "law-deadline-without-clock",
                "a deadline is given and the mechanism names no clock",
                where=f"{_where(places, instrument.instrument, part, index)}, {provision.id}",
                remedy="add clock to the mechanism",
            )


def _citations(
    instrument: Instrument, index: dict[str, set[str]], outside: set[str], places: Places
) -> Iterator[LawError]:
    for part, number, provision in _numbered(instrument):
        for field in ("sanctioned_by", "refers_to"):
            for position, text in enumerate(getattr(provision, field)):
                cited = citation.parse(text, instrument.instrument)
                known = cited.instrument in outside or (
                    cited.instrument in index
                    and (not cited.eid or _exists(cited.eid, index[cited.instrument]))
                )
                if not known:
                    where = _where(places, instrument.instrument, part, number, field, position)
                    yield LawError(
                        "law-citation",
                        f'the citation "{text}" leads nowhere',
                        where=f"{where}, {provision.id}",
                        remedy="mend the id, or name the instrument in tables/outside.yaml",
                    )


def _readings(instrument: Instrument, index: dict[str, set[str]], places: Places) -> Iterator[LawError]:
    seen: set[str] = set()
    for number, reading in enumerate(instrument.readings):
        where = _where(places, instrument.instrument, "readings", number)
        if reading.id in seen:
            yield LawError(
                "law-duplicate-id",
                f'two readings have the id "{reading.id}"',
                where=f"{where}, {reading.id}",
                remedy="rename one of them",
            )
        seen.add(reading.id)
    concerned = [
        *((("readings", i), item.id, item.provisions) for i, item in enumerate(instrument.readings)),
        *((("notes", i), "note", item.provisions) for i, item in enumerate(instrument.notes)),
    ]
    for path, name, provisions in concerned:
        for eid in provisions:
            if not _exists(eid, index[instrument.instrument]):
                yield LawError(
                    "law-citation",
                    f'the provision "{eid}" does not exist',
                    where=f"{_where(places, instrument.instrument, *path)}, {name}",
                    remedy="mend the id",
                )


def _categories(books: Books, index: dict[str, set[str]], places: Places) -> Iterator[LawError]:
    numbers = [category.number for category in books.categories]
    if numbers != list(range(1, len(numbers) + 1)):
        yield LawError(
            "law-categories",
            "the app categories are not numbered from 1 without a gap",
            where=_where(places, "app-categories"),
            remedy="restore the missing number",
        )
    for position, category in enumerate(books.categories):
        where = _where(places, "app-categories", position)
        if category.provision not in index.get("necessary-pi", set()):
            yield LawError(
                "law-citation",
                f'the provision "{category.provision}" does not exist',
                where=where,
                remedy="mend the id",
            )
        yield from _items(category, books, where)
    keys = [[category.key for category in books.categories]]
    for several in (*keys, *([item.key for item in category.necessary] for category in books.categories)):
        for key in {key for key in several if several.count(key) > 1}:
            yield LawError(
                "law-duplicate-id",
                f'"{key}" stands twice among the app categories or in one list of them',
                where=_where(places, "app-categories"),
                remedy="keep one of the two",
            )


def _items(category: AppCategory, books: Books, where: str) -> Iterator[LawError]:
    """Yield what is wrong with the conditions of a list: readings and items that do not exist."""
    keys = {item.key for item in category.necessary}
    answers = {
        reading.id: {option.id for option in reading.alternatives}
        for home in books.instruments
        for reading in home.readings
        if home.instrument == "necessary-pi"
    }
    for item in category.necessary:
        needs = (*item.answers.values(), Need(one_of=item.one_of))
        if item.reading and item.answers.keys() != answers.get(item.reading):
            what = f'the item "{item.key}" does not answer the reading "{item.reading}" in all its ways'
        elif not all(keys.issuperset(need.one_of) for need in needs):
            what = f'the item "{item.key}" is one of items that the list does not have'
        else:
            continue
        yield LawError("law-categories", what, where=where, remedy="mend the name")


def _exists(eid: str, ids: set[str]) -> bool:
    return eid in ids or any(citation.within(known, eid) for known in ids)
