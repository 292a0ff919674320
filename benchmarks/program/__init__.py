"""The whole program: rate, latency, memory, and what a kill costs."""
