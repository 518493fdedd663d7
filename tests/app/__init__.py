"""Tests of the shell: command line, settings, server, API and pages."""
