"""Shouxin 守信: personal-information protection for network services under Chinese law."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shouxin.sdk import check, decide

__version__ = "0.1.0"
__all__ = ["__version__", "check", "decide"]


def __getattr__(name: str) -> Any:
    """Import the SDK when it is first asked for, so that ``import shouxin`` costs nothing."""
    if name in ("check", "decide"):
        return getattr(importlib.import_module("shouxin.sdk"), name)
    raise AttributeError(f"module 'shouxin' has no attribute {name!r}")
