"""Filters of lists: kept under a name, and taken over by what leaves as a file."""
