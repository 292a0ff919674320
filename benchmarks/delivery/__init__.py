"""What deliver does, and how soon."""
