"""Every list of the console as a file."""
