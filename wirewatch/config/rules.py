"""What a single value must look like beyond its type. Pure: a value in, the value to keep out.

A rule raises `ValueError` that says what is wrong and what is allowed. An address is
never repeated: it may carry a token.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from iso3166 import countries, countries_by_alpha2

from wirewatch.config.wording import shown

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TAG_LENGTH = 64
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
NO_SCHEME = "the address must begin with http:// or https://"
PREFIX = re.compile(r"[A-Za-z0-9._-]{0,64}")
LONGEST_WINDOW = 30 * 24
"""Hours: Kafka keeps stories for no longer."""
LONGEST_SECONDS = 60
LONGEST_PAUSE = 3_600
LONGEST_KEPT = 36_500
LEAST_GB, MOST_GB = 0.01, 100_000.0
COUNTRIES = frozenset(countries_by_alpha2)
"""ISO 3166-1 alpha-2, and XK for Kosovo."""


def slug(value: str) -> str:
    """Take an id: it becomes part of keys, file names and links."""
    if SLUG.fullmatch(value):
        return value
    raise ValueError(
        f"{shown(value)} is not an id: use up to 64 letters, digits, dots, dashes and underscores, "
        "a letter or digit first"
    )


def line_of_text(value: str) -> str:
    """Take a name for people: something to read, on one line."""
    if value.strip() and value.isprintable():
        return value.strip()
    raise ValueError(f"{shown(value)} is not a line of readable text")


def language(value: str) -> str:
    """Take a language tag."""
    if LANGUAGE.fullmatch(value):
        return value
    raise ValueError(f"{shown(value)} is not a language tag: write it like en, km or zh-Hans")


def country(value: str) -> str:
    """Take a country code in any case."""
    code = value.strip().upper()
    if code in COUNTRIES:
        return code
    # People try names, three letters, and the UK's own habit.
    known = countries.get("GB" if code == "UK" else code, None)
    hint = f"; did you mean {shown(known.alpha2)}?" if known else ""
    raise ValueError(f"{shown(value)} is not an ISO 3166-1 alpha-2 country code, such as KH{hint}")


def tag(value: str) -> str:
    """Take a tag for people to sort by: a short line of text."""
    if len(value) <= TAG_LENGTH:
        return line_of_text(value)
    raise ValueError(f"{shown(value)} is longer than {TAG_LENGTH} characters")


def pair(value: str) -> str:
    """Take a pair of countries such as KH-US; gives it with the codes in order."""
    codes = value.split("-")
    if len(codes) != 2:
        raise ValueError(f"{shown(value)} is not a pair: write it like KH-US")
    first, second = sorted(map(country, codes))
    if first == second:
        raise ValueError(f"{first} twice: a pair is two countries")
    return f"{first}-{second}"


def word(value: str) -> str:
    """Take a word or phrase to look for; it may go on where it ends in a star."""
    bare = value.removesuffix("*")
    if bare.strip() and bare.isprintable() and "*" not in bare:
        return value.strip()
    raise ValueError(f"{shown(value)} is not a word: write letters, and * only at the end")


def window(value: int) -> int:
    """Take the hours an alert stays open."""
    if 1 <= value <= LONGEST_WINDOW:
        return value
    raise ValueError(f"{value} is not between 1 and {LONGEST_WINDOW} hours")


def seconds(value: float) -> float:
    """Take how long something may take."""
    if 0 < value <= LONGEST_SECONDS:
        return value
    raise ValueError(f"{value:g} is not between 0 and {LONGEST_SECONDS} seconds")


def pause(value: float) -> float:
    """Take the seconds between two times; 0 for never."""
    if value == 0 or 1 <= value <= LONGEST_PAUSE:
        return value
    raise ValueError(f"{value:g} is neither 0 nor between 1 and {LONGEST_PAUSE} seconds")


def keep_days(value: int) -> int:
    """Take for how many days something is kept; 0 for no end."""
    if 0 <= value <= LONGEST_KEPT:
        return value
    raise ValueError(f"{value} is not between 0 (no end) and {LONGEST_KEPT} days")


def keep_gb(value: float) -> float:
    """Take how many gigabytes may be filled; 0 for no end."""
    if value == 0 or LEAST_GB <= value <= MOST_GB:
        return value
    raise ValueError(f"{value:g} is neither 0 (no end) nor between {LEAST_GB:g} and {MOST_GB:g} GB")


def address(value: str) -> str:
    """Take an http or https address."""
    parts = _split(value)
    if parts is None or not value.isprintable() or " " in value:
        raise ValueError("not a valid address (an odd character, bracket or port)")
    if parts.scheme not in ("http", "https"):
        raise ValueError(NO_SCHEME)
    if not parts.hostname:
        raise ValueError("the address has no host: write https://HOST/PATH")
    return value


def address_without_user(value: str, *, remedy: str) -> str:
    """Take an http or https address that carries no user and password.

    `remedy` is where they belong in its place.
    """
    if "@" in urlsplit(address(value)).netloc:
        raise _user_in_address(remedy)
    return value


def _user_in_address(remedy: str) -> ValueError:
    return ValueError(f"a user or password doesn't belong in an address: {remedy}")


def public_base(value: str) -> str:
    """Take the address that paths are put after: without a query, which would swallow them."""
    parts = urlsplit(address_without_user(value, remedy="people open links without one: remove it"))
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise ValueError(f"{shown(value)} has a ? or #: write it up to the path")
    if not value.isascii():
        raise ValueError(f"{shown(value)}: write the host in its xn-- form, and % for other signs")
    return value


def public_links(value: str) -> str:
    """Take the address of signed links: each stands for a login, so others must not read it."""
    if public_base(value).startswith("http:") and not is_loopback(value):
        raise ValueError(
            f"{shown(value)} begins with http: whoever reads a link on its way could use it, and"
            " mail programs take one-click links by https alone: put a proxy with TLS before it"
            " and write https://"
        )
    return value


def file_address(value: str) -> str:
    """Take the address of a folder on this machine."""
    parts = _split(value)
    if parts is None or parts.netloc or not parts.path.startswith("/") or parts.query:
        raise ValueError("not the address of a folder: write file:///PATH")
    return value


def host_and_port(
    value: str, *, remedy: str = "remove them", example: str = "127.0.0.1:8080"
) -> str:
    """Take the HOST:PORT of a server; `remedy` is where a user and password belong."""
    parts = _split(f"//{value}")
    if "@" in value:
        raise _user_in_address(remedy)
    if parts is None or not parts.hostname or not parts.port or parts.netloc != value:
        raise ValueError(f"{shown(value)} is not HOST:PORT, such as {example}")
    return value


def kafka_addresses(value: str) -> str:
    """Take Kafka's HOST:PORT, or several with commas between."""
    remedy = "write them into the file that kafka.client_file names"
    kafka = "kafka.example.org:9092"
    return ",".join(
        host_and_port(one.strip(), remedy=remedy, example=kafka) for one in value.split(",")
    )


def listen(value: str) -> str:
    """Take the HOST:PORT to listen at, or several with commas between."""
    return ",".join(host_and_port(one.strip()) for one in value.split(","))


def mail_host(value: str) -> str:
    """Take the name or address of a mail server's machine."""
    if "@" in value:
        raise _user_in_address("write mail.user = and mail.password_env = (or password_file =)")
    parts = _split(f"//{value}")
    if parts is None or not parts.hostname or parts.netloc != value or parts.port is not None:
        raise ValueError(f"{shown(value)} is no host, such as mail.example.org")
    return value.strip("[]")


def port(value: int) -> int:
    """Take the number of a port."""
    if 1 <= value <= 65535:
        return value
    raise ValueError(f"{value} is not between 1 and 65535")


def mail_address(value: str) -> str:
    """Take one mail address, without a name."""
    if MAIL_ADDRESS.fullmatch(value) and ".." not in value and len(value) <= 254:
        return value
    if ":" in value:  # what follows may be a password
        raise ValueError("that is no mail address, such as desk@example.org: it has a colon")
    raise ValueError(f"{shown(value)} is no mail address, such as desk@example.org")


def prefix(value: str) -> str:
    """Take what goes before the names of Kafka topics and groups."""
    if PREFIX.fullmatch(value):
        return value
    raise ValueError(
        f"{shown(value)} can't begin a Kafka topic: use letters, digits, dots, dashes, underscores"
    )


def folder_in(base: Path, value: Path) -> Path:
    """Take a folder: relative ones are in `base`."""
    try:
        return (base / value.expanduser()).resolve()
    except (RuntimeError, ValueError, OSError) as error:
        raise ValueError(f"{shown(str(value))} can't be a folder: {error}") from error


def is_loopback(value: str) -> bool:
    """Tell whether an address stays on this machine."""
    parts = _split(value)
    host = parts.hostname if parts else None
    if not host or host == "localhost":
        return host == "localhost"
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # Raises if it is no port.
    except ValueError:
        return None
    return parts
