"""The public privacy centre of each service: what is done with people's information, and their say in it."""
