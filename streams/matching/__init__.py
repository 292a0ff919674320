"""From tagged stories to matches: which watches a story fits, and why."""
