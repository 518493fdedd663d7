"""Consent for whoever asks: where people stand, by the answers in the store."""

from shouxin.duties.consent.kept import SUBJECT, standings

__all__ = ["SUBJECT", "standings"]
