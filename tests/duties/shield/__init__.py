"""Tests of finding and taking out personal information in files and databases."""
