"""Messages of the outbox on their way: by e-mail and to a webhook, at least once."""
