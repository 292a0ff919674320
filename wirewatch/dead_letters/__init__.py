"""Dead letters: what couldn't be processed, looked at, put back on its topic, or deleted."""
