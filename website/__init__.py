"""The documentation as a site of static pages, built without a network: ``python -m website``."""
