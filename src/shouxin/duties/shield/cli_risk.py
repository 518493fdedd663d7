"""``shouxin risk``: what risk of re-identification is left in a table."""

from pathlib import Path
from typing import Any

import click

from shouxin.duties.command import json_option, language_option, put_json
from shouxin.errors import InputError

_TABLE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_TABLE)
@click.option("--quasi", required=True, metavar="A,B", help="Columns that others may know of a person.")
@click.option("--sensitive", default="", metavar="C,D", help="Columns that they would like to know.")
@click.option(
    "--threshold", type=float, default=0.2, show_default=True, help="Risk above which a row counts."
)
@click.option("--population", type=_TABLE, help="Table of everybody, with the same quasi-identifiers.")
@click.option(
    "--sampling", type=float, help="Share of everybody that the table holds, where they are not known."
)
@click.option(
    "--at-least", "least", type=int, default=1, show_default=True, help="End with 1 where k is smaller."
)
@language_option
@json_option
def risk(
    file: Path,
    quasi: str,
    sensitive: str,
    threshold: float,
    population: Path | None,
    sampling: float | None,
    least: int,
    language: str,
    as_json: bool,
) -> int:
    """Measure what risk is left in a table: k-anonymity, l-diversity, t-closeness, re-identification.

    CSV (its columns typed by what they hold) or Parquet.

    \b
    Example:
      shouxin risk shared.csv --quasi district,birth_year,sex --sensitive diagnosis --at-least 5
    """
    from shouxin.duties.shield import words
    from shouxin.protect.risk import measure

    found = measure(
        _table(file),
        _names(quasi),
        _names(sensitive),
        threshold=threshold,
        population=None if population is None else _table(population),
        sampling=sampling,
    )
    if as_json:
        put_json(found)
    else:
        click.echo("\n".join(words.risk(found, language)))
    return int(found.k < least)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _table(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    try:
        if path.suffix.lower() == ".parquet":
            return pyarrow.parquet.read_table(path)
        return pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
    except (pa.ArrowException, OSError):
        raise InputError(
            "protect-file-shape",
            "this is no table of CSV or Parquet",
            where=str(path),
            remedy="check the file; CSV must be UTF-8 with a header",
        ) from None
