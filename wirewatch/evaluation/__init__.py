"""Hold the tagger against labelled stories: `wirewatch eval`."""
