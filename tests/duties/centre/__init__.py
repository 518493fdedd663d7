"""Tests of the privacy centre."""
