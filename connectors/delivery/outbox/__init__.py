"""What waits for subscribers, in one SQLite file."""
