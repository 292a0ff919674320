"""One line each about the service itself, from what gives rise to it to who is told."""
