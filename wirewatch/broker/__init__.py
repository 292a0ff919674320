"""The broker of one machine: a private Apache Kafka on loopback, fetched, set up, run and stopped.

Only the address and the login leave this package: nothing else knows which Kafka it talks to.
"""

from wirewatch.broker.access import client_file_in
from wirewatch.broker.errors import BrokerError
from wirewatch.broker.folder import address_in, cluster_of, running_at
from wirewatch.broker.private_kafka import PrivateKafka

__all__ = [
    "BrokerError",
    "PrivateKafka",
    "address_in",
    "client_file_in",
    "cluster_of",
    "running_at",
]
