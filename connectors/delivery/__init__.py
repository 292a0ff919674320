"""From the outbox to the receivers: what is due, what is moot, when to try again."""
