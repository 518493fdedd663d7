"""Run every benchmark and print one table."""

from benchmarks import gate, law
from benchmarks.measure import Row
from shouxin.duties.command import put_table

SUBJECTS = (law, gate)


def main() -> None:
    """Measure and print."""
    rows: list[Row] = [row for subject in SUBJECTS for row in subject.rows()]
    put_table(("MEASURED", "FIGURE", "GOAL", "AGAINST"), rows)


if __name__ == "__main__":
    main()
