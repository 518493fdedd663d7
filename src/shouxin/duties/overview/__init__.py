"""The start page and the work queue: where we stand, what is due, what is wrong, and who does what next."""
