"""Feeds and wire files: read whole, unharmed by what is broken or hostile."""
