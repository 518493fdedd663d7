"""A made-up tea shop in PostgreSQL, built to be hard to erase a person from."""
