"""Under which names the page answers.

Against DNS rebinding: a web site can have its own name point to this machine, and would then be
allowed by browsers to read what is here. Its name is in `Host`, so names that we don't know get
nothing. An address of digits is nobody's name.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL = frozenset({"localhost"})


def is_known_host(host: str, names: Collection[str]) -> bool:
    """Say whether a `Host` header names this page: this machine, digits, or one of `names`."""
    try:
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        _ = parts.port  # raises if it is none
    except ValueError:
        return False
    if not name or parts.netloc != host or "@" in host:
        return False
    if name in LOCAL or name in names:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
