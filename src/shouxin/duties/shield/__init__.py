"""Finding and protecting personal information, as commands, API and page."""
