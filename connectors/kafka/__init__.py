"""The one door to kafka-python: make topics, produce, consume."""

from connectors.kafka.answering import kafka_answers
from connectors.kafka.consumer import Consumer, Received
from connectors.kafka.errors import KafkaError
from connectors.kafka.producer import Producer
from connectors.kafka.topics import compare_topics, delete_before, ensure_topics, topic_id

__all__ = [
    "Consumer",
    "KafkaError",
    "Producer",
    "Received",
    "compare_topics",
    "delete_before",
    "ensure_topics",
    "kafka_answers",
    "topic_id",
]
