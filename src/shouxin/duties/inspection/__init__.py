"""Inspection packs: evidence for a named inspection, which a stranger can check offline."""
