"""Finding and protecting personal information, as commands."""
