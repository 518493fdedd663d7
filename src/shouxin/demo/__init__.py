"""A made-up shop and its privacy office, for those who want to see the system at work."""
