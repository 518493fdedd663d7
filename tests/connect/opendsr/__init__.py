"""Requests handed to entrusted parties."""
