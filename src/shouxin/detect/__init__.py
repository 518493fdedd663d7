"""Finding personal information in text and tables; usable alone."""

from shouxin.detect.finding import Finding

__all__ = ["Finding"]
