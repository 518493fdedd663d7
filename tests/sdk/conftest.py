"""A guard as applications hold it, over people that a test makes up."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from shouxin.sdk import Guard
from tests.duties.guard.test_guard import YES, World


@pytest.fixture
def world() -> World:
    """Give a world in which one person agreed."""
    made = World()
    made.says("u-1", YES)
    return made


@pytest.fixture
def guard(world: World) -> Iterator[Guard]:
    """Give a guard on that world."""
    with Guard("shop", lambda: nullcontext(world.guard)) as made:
        yield made
