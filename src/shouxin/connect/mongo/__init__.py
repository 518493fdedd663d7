"""Stores of documents: MongoDB."""
