"""Stores of keys and values: Redis."""
