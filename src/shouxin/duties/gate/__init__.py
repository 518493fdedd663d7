"""The gate: whether an act may be done, and by which article."""
