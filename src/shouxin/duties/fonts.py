"""Fonts of this machine that hold Chinese and may be set into a document."""

from functools import cache

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)
"""Fonts that hold Chinese and may be set into a document, as Debian has them, the best first."""


@cache
def font() -> str:
    """Return the font of this machine that holds Chinese; empty where there is none."""
    import typst

    known = typst.Fonts().families()
    return next((family for family in FAMILIES if family in known), "")
