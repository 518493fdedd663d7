"""What files, tables and databases hold, handed out piece by piece, and what could not be read."""
