"""The records: stories, tags, watches, alerts. Frozen, and free of any stage."""
