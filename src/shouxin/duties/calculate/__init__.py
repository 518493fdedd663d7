"""Thresholds and sanction ranges: counted facts in, exact answers out."""
