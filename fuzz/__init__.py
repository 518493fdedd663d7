"""Fuzzing of what is compiled; see README.md."""
