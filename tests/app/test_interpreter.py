"""How Python runs Shouxin."""

import gc
import sys

from shouxin.app.interpreter import NEW, TURN, prepare


def test_a_process_hands_over_soon_and_collects_seldom() -> None:
    """Threads that talk to the database get their turn in less than Python's 5 ms; the collector runs."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    try:
        prepare()
        assert 0 < sys.getswitchinterval() <= TURN < 0.005
        assert gc.isenabled()
        assert gc.get_threshold()[0] == NEW
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
