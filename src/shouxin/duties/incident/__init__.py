"""Incidents: what happened to whose information, what the law asks for, and who was told."""
