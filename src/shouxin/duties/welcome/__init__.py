"""The first hour of an organisation, step by step."""
