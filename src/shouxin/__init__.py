"""Shouxin 守信: personal-information protection for network services under Chinese law."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shouxin.sdk import decide

__version__ = "0.1.0"
__all__ = ["__version__", "decide"]


def __getattr__(name: str) -> Any:
    """Import the SDK when it is first asked for, so that ``import shouxin`` costs nothing."""
    if name == "decide":
        return importlib.import_module("shouxin.sdk").decide
    raise AttributeError(f"module 'shouxin' has no attribute {name!r}")
