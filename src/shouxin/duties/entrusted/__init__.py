"""Requests that controllers hand over to us, in the form of OpenDSR."""
