"""The broker of one machine: a private Apache Kafka on loopback, fetched, set up, run and stopped.

Only the address and the login leave this package: nothing else knows which Kafka it talks to.
"""

from wirewatch.local_kafka.access import client_file_in
from wirewatch.local_kafka.errors import BrokerError
from wirewatch.local_kafka.folder import address_in, cluster_of, running_at
from wirewatch.local_kafka.private_kafka import PrivateKafka

__all__ = [
    "BrokerError",
    "PrivateKafka",
    "address_in",
    "client_file_in",
    "cluster_of",
    "running_at",
]
