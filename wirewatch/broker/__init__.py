"""The broker of one machine: a private Apache Kafka on loopback, fetched, set up, run and stopped.

Only the address leaves this package: nothing else knows which Kafka it talks to.
"""

from wirewatch.broker.errors import BrokerError
from wirewatch.broker.folder import cluster_of, running_at
from wirewatch.broker.private_kafka import PrivateKafka

__all__ = ["BrokerError", "PrivateKafka", "cluster_of", "running_at"]
