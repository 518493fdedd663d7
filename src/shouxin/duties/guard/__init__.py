"""Whether something may be done with a person's information, now."""
