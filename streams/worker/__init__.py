"""The Faust app: the stages on Kafka. The only code that knows Faust."""
