"""Whose an address is: its host and server, and who may know what was meant for one alone. Pure.

`at_home` is the one rule for all that is told to a server: a feed's secret headers and password,
and the validators that a server gave. Whatever an address is, none of these raises for it.
"""

from urllib.parse import urlsplit

from yarl import URL

WEB = frozenset({"http", "https"})


def of_the_web(url: str) -> bool:
    """Say whether an address is one of the web: nothing that runs, and no file."""
    try:
        return urlsplit(url).scheme in WEB
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of an address of the web, in small letters; nothing of any other."""
    return (urlsplit(url).hostname or "") if of_the_web(url) else ""


def server_of(url: str) -> str:
    """Return host and port as an address writes them, without a user; nothing of what is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


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
