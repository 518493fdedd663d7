"""Statute texts in a real store: kept once, found by provision, compared, forgotten."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

import shouxin
from shouxin.duties.library import tables
from shouxin.duties.library.service import Library
from shouxin.duties.library.texts import StoredTexts
from shouxin.errors import InputError, StoreError
from shouxin.law.register import register

TEXT = """微博客信息服务管理规定

第一条 为了示例，制定本规定。

第二条 第一款的样例。

第二款的样例。

第三款的样例。

第三条 样例第三条。

第四条 样例第四条第一款。

样例第四条第二款。
"""

SOURCE = Path(shouxin.__file__).parent
ALL_TABLES: Any = [
    import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)).metadata
    for path in sorted(SOURCE.rglob("*.py"))
    if "\nmetadata = MetaData(" in path.read_text(encoding="utf-8")
]
"""What every module says of its tables: a new one is compared without a word here."""


@pytest.fixture
def library(migrated: Engine) -> Library:
    """Return the library over an empty store."""
    return Library(register(), StoredTexts(migrated))


def take_in(library: Library, text: str, name: str = "sample.txt") -> int:
    """Import a text that holds one statute and return its version."""
    (found,) = library.import_file(text.encode(), name=name, encoding=None, dry_run=False).instruments
    assert found.version is not None
    return found.version


def test_an_imported_text_stands_beside_its_provisions(library: Library) -> None:
    """A provision shows the words of its unit, with the file they came from."""
    take_in(library, TEXT)
    (view,) = library.show("microblog:art_1")
    (text,) = view.texts
    assert (text.eid, text.number, text.language, text.source_name) == ("art_1", "第一条", "zh", "sample.txt")
    assert "为了示例" in text.text


def test_the_same_text_is_kept_once(library: Library) -> None:
    """Importing a file again changes nothing and says that it was there."""
    first = library.import_file(TEXT.encode(), name="a.txt", encoding=None, dry_run=False).instruments[0]
    again = library.import_file(TEXT.encode(), name="b.txt", encoding=None, dry_run=False).instruments[0]
    assert (first.stored, again.stored, first.version) == (True, False, again.version)
    assert len(library.versions()) == 1


def test_imports_at_the_same_time_keep_one(migrated: Engine) -> None:
    """Eight imports of one file leave one version, and each is told which."""
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: take_in(Library(register(), StoredTexts(migrated)), TEXT), range(8)),
        )
    assert len(set(found)) == 1
    assert len(StoredTexts(migrated).versions()) == 1


def test_a_dry_run_keeps_nothing(library: Library) -> None:
    """The report is the same, and the store stays empty."""
    (report,) = library.import_file(TEXT.encode(), name="a.txt", encoding=None, dry_run=True).instruments
    assert (report.instrument, report.version, report.stored) == ("microblog", None, False)
    assert library.versions() == ()


def test_a_file_that_cannot_be_read_keeps_nothing(library: Library, migrated: Engine) -> None:
    """An import is whole or it is not there."""
    with pytest.raises(InputError):
        library.import_file(b"\xff\xfe\x00", name="bad", encoding=None, dry_run=False)
    with migrated.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.statute_unit)).scalar_one() == 0


def test_a_kept_text_comes_back_as_it_was_read(library: Library) -> None:
    """Units, their order and the asides survive the store."""
    from shouxin.duties.library import imports

    ((read, _),) = imports.read(register(), TEXT.encode(), name="x", encoding=None)
    assert library.texts is not None
    kept = library.texts.statute(take_in(library, TEXT))
    assert [(unit.eid, unit.text) for unit in kept.units] == [(unit.eid, unit.text) for unit in read.units]
    assert (kept.title, kept.asides, kept.articles) == (read.title, read.asides, read.articles)


def test_a_comparison_names_what_needs_another_look(library: Library) -> None:
    """A changed article brings its provisions up for review, an unchanged one does not."""
    old = take_in(library, TEXT)
    new = take_in(library, TEXT.replace("样例第三条", "改动后的第三条"))
    report = library.diff(old, new)
    kinds = {change.old: change.kind for change in report.changes}
    assert (kinds["art_3"], kinds["art_1"], report.instrument) == ("changed", "same", "microblog")
    assert report.review
    assert all(item.startswith("microblog:art_3") for item in report.review)


def test_the_newest_text_is_shown(library: Library) -> None:
    """A later version takes the place of the earlier one beside the provisions."""
    take_in(library, TEXT)
    newer = take_in(library, TEXT.replace("为了示例", "为了新的示例"))
    (view,) = library.show("microblog:art_1")
    assert [text.version for text in view.texts] == [newer]


def test_a_text_can_be_forgotten(library: Library) -> None:
    """Its units go with it, and a second time there is nothing to forget."""
    version = take_in(library, TEXT)
    library.forget(version)
    assert library.versions() == ()
    with pytest.raises(InputError, match="no text is kept"):
        library.forget(version)


def test_akoma_ntoso_holds_the_kept_text(library: Library) -> None:
    """The export shows the imported words instead of the summaries."""
    take_in(library, TEXT)
    assert "为了示例，制定本规定。" in library.export("akn", "microblog", "zh").content


def test_without_a_store_keeping_is_refused() -> None:
    """The register works without a store; keeping a text does not, and says so."""
    library = Library(register())
    assert library.show("pipl:art_1")
    with pytest.raises(StoreError, match="no store"):
        library.import_file(TEXT.encode(), name="a", encoding=None, dry_run=False)


def test_tables_and_migrations_agree(migrated: Engine) -> None:
    """The tables that the code names are those that the migrations made."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with migrated.connect() as connection:
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == "shouxin",
        }
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, ALL_TABLES)
    assert [item for item in found if "alembic" not in str(item)] == []
