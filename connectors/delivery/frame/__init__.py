"""The words that stand around stories in what subscribers get, in their language."""
