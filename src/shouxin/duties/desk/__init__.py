"""Matters that people bring without an account: a number, a secret word, sealed letters, a case."""
