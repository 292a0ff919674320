"""What someone hands to a command: texts, files, JSON lines."""
