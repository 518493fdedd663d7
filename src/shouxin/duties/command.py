"""What the commands of every slice share: where they work, and how they speak.

Results go to standard output, as words or with ``--json`` as JSON; progress and remarks go to
standard error.
"""

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

import click
import msgspec

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.duties.mailing import WaysOut
    from shouxin.store import Store, StoreConfig
    from shouxin.store.keyring import KeyChoice
    from shouxin.store.ledger import Actor


class Workplace(Protocol):
    """What the command root hands to every command as ``click.Context.obj``."""

    @property
    def language(self) -> str:
        """Return the language of what is shown: "zh", "en" or "es"."""

    @property
    def data(self) -> Path:
        """Return the folder of the data."""

    @property
    def readings(self) -> Mapping[str, str]:
        """Return the answers that the organisation chose to open questions of the law, by reading."""

    @property
    def own_times(self) -> Mapping[str, str]:
        """Return the organisation's lengths for clocks without a figure, by citation."""

    @property
    def stores(self) -> Mapping[str, str]:
        """Return where the stores of the dataset maps are, by the names of the maps; never to be shown."""

    @property
    def matters_kept(self) -> int:
        """Return how many months the letters of ended matters are kept; 0 for good."""

    @property
    def packs_kept(self) -> int:
        """Return how many months packs of evidence are kept; 0 for good."""

    def own_stores(self, engine: "Engine") -> "tuple[Any, ...]":
        """Return what of the store itself, beside letters, retention runs go through."""

    @property
    def ways(self) -> "WaysOut":
        """Return how messages to people leave."""

    @property
    def store_config(self) -> "StoreConfig":
        """Return which store to use."""

    @property
    def keys(self) -> "KeyChoice":
        """Return where the key-encryption keys of the store are."""

    def called(self, word: str, *groups: str, language: str) -> str:
        """Return what the pages call a closed word, by the first group of labels that has it, or itself."""


class Called(Protocol):
    """What the pages call a closed word of the law files, in the language of the command."""

    def __call__(self, word: str, *groups: str) -> str:
        """Return it by the first group of labels that has the word; the word itself where none has."""


def workplace() -> Workplace:
    """Return where the current command works."""
    return cast("Workplace", click.get_current_context().find_root().obj)


def called_in(language: str) -> Called:
    """Return what the pages call closed words in a language."""
    return functools.partial(workplace().called, language=language)


@contextmanager
def opened_store() -> Iterator["Store"]:
    """Open the store of the current command, every table in it; errors as ``open_store`` and ``upgrade``.

    What the database refuses later is an error too: store-unreachable, value-unkeepable.
    """
    from shouxin.store import open_store
    from shouxin.store.migrate import upgrade
    from shouxin.store.refusals import REFUSALS, refusal

    try:
        with open_store(workplace().store_config, say) as store:
            upgrade(store.engine, say)
            yield store
    except REFUSALS as error:
        raise refusal(error) from None


def at_the_terminal() -> "Actor":
    """Return who works at the terminal, as the ledger keeps it: the number of the account."""
    from shouxin.store.ledger.entry import Actor

    return Actor(f"uid:{os.getuid()}", "cli")


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flag ``--json``, passed on as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON on standard output.")(command)


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--lang``, passed on as ``language``, with the workplace's as the default."""

    @click.option(
        "--lang", "language", type=click.Choice(["zh", "en", "es"]), help="Language of the words shown."
    )
    @functools.wraps(command)
    def with_language(*args: Any, language: str | None, **kwargs: Any) -> Any:
        return command(*args, language=language or workplace().language, **kwargs)

    return with_language


def say(text: str) -> None:
    """Say something about the work to the person at the terminal, on standard error."""
    click.echo(text, err=True)


@contextmanager
def output(path: Path) -> Iterator[BinaryIO]:
    """Give a file that only its owner reads; it takes its place whole at the end, or not at all.

    Raises ``InputError`` (file-unwritable).
    """
    from shouxin.protect.replace import replaced

    with replaced(path, code="file-unwritable") as file:
        yield file


def put_file(path: Path, content: bytes) -> None:
    """Write a whole file as ``output`` does, and say so."""
    with output(path) as file:
        file.write(content)
    say(f"written to {path}")


def put_json(value: object) -> None:
    """Write ``value`` to standard output as indented JSON in UTF-8."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def put_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows in columns, with wide (Chinese) characters counted as two; the last column is not padded."""
    from rich.cells import cell_len

    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        padded = (
            text + " " * (width - cell_len(text)) if column < len(line) - 1 else text
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        click.echo("  ".join(padded).rstrip())
