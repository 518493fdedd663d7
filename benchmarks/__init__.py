"""Benchmarks: ``python -m benchmarks`` measures and prints one table."""
