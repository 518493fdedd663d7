"""When time runs out, which days are working days, and what must be kept how long."""
