"""Entrusted parties that take requests in the form of OpenDSR, formerly OpenGDPR."""
