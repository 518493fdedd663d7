"""The start page and the work queue."""
