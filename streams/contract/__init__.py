"""What flows on Kafka: topics, headers, encoding. One table for all who read or write it."""
