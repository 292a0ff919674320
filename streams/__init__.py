"""What the news means: nouns, the stages that decide about them, and the contract on Kafka.

Everything at this level is pure: no clock, no file, no socket. Faust lives in `streams.worker`.
"""
