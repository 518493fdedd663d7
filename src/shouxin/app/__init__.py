"""The shell that puts the slices together: server, command root, languages, settings."""
