"""How services run: configuration in force, log, child processes, an end in order."""
