"""The consent widget."""
