"""Where the organisation stands, control by control, and what shows it."""
