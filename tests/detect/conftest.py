"""Both engines for the tests: the native scanner where it was built, and numpy."""

from collections.abc import Iterator

import pytest

from shouxin.detect import identifiers

ENGINES = ("native", "numpy")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put one engine to work for the length of a test."""
    if request.param == "numpy":
        monkeypatch.setattr(identifiers, "_native", None)
    elif not identifiers.native_available():
        pytest.skip("the native scanner was not built")
    identifiers.tables.cache_clear()
    yield request.param
    identifiers.tables.cache_clear()
