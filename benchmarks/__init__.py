"""What the README claims, measured. Each script runs alone: `python -m benchmarks.program.work`."""
