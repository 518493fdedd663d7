"""Databases reached by SQLAlchemy: one person's rows found, read and changed by whole statements."""
