"""Requests to take content down that discloses a person's identity or privacy, or to stop messages."""
