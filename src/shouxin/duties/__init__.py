"""The privacy office: one folder for each duty."""
