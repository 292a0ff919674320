"""Does it run unattended? Half an hour of `wirewatch run` on feeds that change, with faults."""
