"""Tests of cases and deadlines."""
