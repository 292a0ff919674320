"""A cluster of Kafkas, and several workers: what is lost when some of them are."""
