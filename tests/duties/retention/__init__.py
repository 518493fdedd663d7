"""Retention runs."""
