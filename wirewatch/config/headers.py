"""Headers that an operator sets: which may be, and where their values are. Pure.

No message repeats a header's name or value: in the wrong place, either may be the secret.
"""

import re
from collections.abc import Callable, Mapping

NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
SECRET = re.compile(r"auth|cookie|key|token|secret|pass|session|credential", re.IGNORECASE)
OURS = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "if-modified-since",
        "if-none-match",
        "range",
        "te",
        "transfer-encoding",
        "upgrade",
    )
)
"""What wirewatch itself must decide, or a request breaks."""


def plain(values: Mapping[str, str]) -> Mapping[str, str]:
    """Take headers whose values stand in the file, so must be no secrets."""
    for number, (name, value) in enumerate(values.items(), 1):
        _name(number, name)
        if SECRET.search(name):
            raise ValueError(
                f"header number {number} is one for a secret, which doesn't belong in this file: "
                "put it in an environment variable and name that with headers_env, or in a file "
                "and name that with headers_file"
            )
        if not value.strip() or not (value.isascii() and value.isprintable()):
            raise ValueError(f"header number {number}: the value is not a line of ASCII text")
    return {name: value.strip() for name, value in values.items()}


def read(source: Callable[[str], str], values: Mapping[str, str]) -> Mapping[str, str]:
    """Take headers that name where their values are, and read these from `source`."""
    found = {}
    for number, (name, place) in enumerate(values.items(), 1):
        _name(number, name)
        try:
            found[name] = source(place)
        except ValueError as error:
            raise ValueError(f"header number {number}: {error}") from None
    return found


def _name(number: int, name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError(f"header number {number}: no header has such a name")
    if name.lower() in OURS:
        raise ValueError(f"header number {number} is one that wirewatch sets itself: remove it")
