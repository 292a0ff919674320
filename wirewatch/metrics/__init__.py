"""What Prometheus is told of each service, on a port of its own, and whether it is well."""
