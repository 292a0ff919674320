"""The outside world: feeds in, subscribers out. It knows records, not what they mean."""
