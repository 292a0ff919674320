"""The one error root of the connectors. Messages name the thing, the cause and what to do."""


class ConnectorError(Exception):
    """Something outside wirewatch did not work."""
