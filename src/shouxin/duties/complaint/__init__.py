"""Complaints and reports from users and the public."""
