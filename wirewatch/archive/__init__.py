"""Stories and alerts to search and look up: a SQLite file, filled from Kafka."""
