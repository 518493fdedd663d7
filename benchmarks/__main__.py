"""Run benchmarks and print one table: all of them, or those named by their subject."""

import click

from benchmarks import (
    audit,
    cases,
    consent,
    detect,
    gate,
    guard,
    law,
    ledger,
    pages,
    posture,
    protect,
    rights,
    spark,
    tasks,
)
from benchmarks.measure import Row
from shouxin.duties.command import put_table

SUBJECTS = {
    "law": law,
    "gate": gate,
    "audit": audit,
    "spark": spark,
    "cases": cases,
    "consent": consent,
    "guard": guard,
    "ledger": ledger,
    "rights": rights,
    "posture": posture,
    "pages": pages,
    "tasks": tasks,
    "detect": detect,
    "protect": protect,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(SUBJECTS)))
def main(names: tuple[str, ...]) -> None:
    """Measure the subjects named, or all, and print what was found beside the goals.

    \b
    Example:
      python -m benchmarks guard consent
    """
    rows: list[Row] = [row for name in names or SUBJECTS for row in SUBJECTS[name].rows()]
    put_table(("MEASURED", "FIGURE", "GOAL", "AGAINST"), rows)


if __name__ == "__main__":
    main()
