"""The user's own stores: what they hold, whose it is, and how their tables hang together."""
