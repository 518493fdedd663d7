"""Stores that hold rows but answer no joins: one person's rows found, read and changed in Python."""
