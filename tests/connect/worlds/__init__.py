"""Databases whose every row is known, to judge those who find and erase a person in them."""
