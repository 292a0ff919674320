"""Who may know what was meant for one server alone. Pure.

The one rule for all that is told to a server: a feed's secret headers and password, and the
validators that a server gave.
"""

from yarl import URL


def at_home(address: URL, home: URL) -> bool:
    """Say whether an address may know what is meant for `home`.

    It may if scheme, host and port are the same, or if it is the same host by https where home
    is http, both at their usual ports. Another port is another server, and http can be read.
    """
    if not address.host or address.host != home.host:
        return False
    if (address.scheme, address.port) == (home.scheme, home.port):
        return True
    upgraded = (home.scheme, address.scheme) == ("http", "https")
    return upgraded and home.is_default_port() and address.is_default_port()
