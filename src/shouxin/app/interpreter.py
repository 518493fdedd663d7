"""How Python runs Shouxin: threads that change places soon, and a collector of garbage that looks seldom."""

import gc
import sys

TURN = 0.0005
"""Seconds that a thread runs on while another one waits for its turn.

A thread that talks to the database waits for its turn after every exchange. With the 5 ms of Python that
costs it more than the exchange itself, wherever another thread has something to compute.
"""

NEW = 10_000
"""New objects after which the collector looks for cycles; with Python's 700 that is a tenth of a bulk."""


def prepare() -> None:
    """Set both for this process."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(NEW)
