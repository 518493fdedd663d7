"""Who may do what: operators, sessions, keys, roles, approvals."""
