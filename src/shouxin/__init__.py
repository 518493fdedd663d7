"""Shouxin 守信: personal-information protection for network services under Chinese law."""

__version__ = "0.1.0"
