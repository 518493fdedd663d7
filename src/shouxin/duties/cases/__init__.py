"""Cases: procedures that run, their deadlines, and what is due when."""
