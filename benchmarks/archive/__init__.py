"""What the archive takes, and how fast it answers."""
