"""The office over which filters are kept."""

from tests.duties.overview.conftest import bureau

__all__ = ["bureau"]
