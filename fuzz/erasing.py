"""Erase people from made-up databases by lot: ``python -m fuzz.erasing COUNT``.

Prints the smallest database found in which an erasure goes wrong, with what went wrong, and ends with 1.
"""

import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.connect.test_erasing import faults, on_sqlite
from tests.connect.worlds.draw import worlds
from tests.connect.worlds.world import World


def main() -> None:
    """Try as many databases as were asked for, and shrink the first that shows a fault."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    tried = 0
    with tempfile.TemporaryDirectory() as folder:

        @given(world=worlds(), person=st.integers(0, 1))
        @settings(
            max_examples=count,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            deadline=None,
            database=None,
        )
        def erase(world: World, person: int) -> None:
            nonlocal tried
            tried += 1
            with on_sqlite(Path(folder)) as url:
                found = faults(world, person, url)
                assert not found, "\n".join([f"erasing person {person}:", *map(str, found), str(world)])

        try:
            erase()
        except AssertionError as error:
            sys.stdout.write(f"{error}\n")
            sys.exit(1)
    sys.stdout.write(f"{tried} databases, no fault\n")


if __name__ == "__main__":
    main()
