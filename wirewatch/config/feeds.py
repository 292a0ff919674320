"""Feeds: what their tables may hold, what must fit together, and how each becomes a `Feed`."""

import base64
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from connectors.polling.feed import FOLDER, INTERVAL, Feed, FeedKind
from wirewatch.config import headers, rules, secrets
from wirewatch.config.check import CheckedSection, Shape
from wirewatch.config.document import Section
from wirewatch.config.faults import LineFault
from wirewatch.config.files import Files
from wirewatch.config.find import find
from wirewatch.config.wording import found

SHORTEST, LONGEST = 30, 7 * 24 * 3600
"""Seconds between two polls: no outlet wants more, no reader less."""
HEADERS = ("headers", "headers_env", "headers_file")
PASSWORDS = ("password_env", "password_file")
USER_REMEDY = "write user = and password_env = (or password_file =)"
ONLY_HTTP = (*HEADERS, "user", *PASSWORDS)
IN_THE_OPEN = (
    "secrets don't belong in this file: put it in an environment variable and name that "
    "with password_env, or in a file and name that with password_file"
)


class WrittenFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it stands in the file: it only names where its secrets are."""

    id: str
    url: str
    source: str
    kind: FeedKind = FeedKind.FEED
    language: str | None = None
    country: str | None = None
    interval: int = INTERVAL
    tags: tuple[str, ...] = ()
    full_text: bool = False
    wire: bool = False
    paused: bool = False
    headers: Mapping[str, str] | None = None
    headers_env: Mapping[str, str] | None = None
    headers_file: Mapping[str, str] | None = None
    user: str | None = None
    password_env: str | None = None
    password_file: str | None = None


def feeds(
    sections: list[Section],
    *,
    folder: Path,
    environment: Mapping[str, str],
    files: Files,
    secret: bool = True,
) -> tuple[tuple[Feed, ...], tuple[LineFault, ...]]:
    """Return the feeds; a wire's relative path is in `folder`. Without `secret` none may be there.

    Feeds made without their secrets aren't for asking.
    """
    value, at = secrets.header_value, secrets.needed
    from_environment = at(partial(secrets.from_environment, environment, value), here=secret)
    from_file = at(partial(secrets.from_file, files, folder, value), here=secret)
    shape = Shape(
        kind=WrittenFeed,
        rules={
            "id": rules.slug,
            "url": partial(_address, folder),
            "source": rules.line_of_text,
            "language": rules.language,
            "country": rules.country,
            "tags": rules.tag,
            "full_text": _full_text,
            "headers": headers.plain,
            "headers_env": partial(headers.read, from_environment),
            "headers_file": partial(headers.read, from_file),
            "user": _user,
            "password_env": from_environment,
            "password_file": from_file,
        },
        refused={"password": IN_THE_OPEN},
    )
    all_found = find(sections, shape, _together)
    return tuple(_feed(table) for table in all_found.tables), all_found.problems


def _address(folder: Path, value: str) -> str:
    """Take an http or https address, or a folder, which becomes a `file:` address."""
    if value.startswith(FOLDER):
        return rules.file_address(value)
    if "://" in value or not value.strip():
        return rules.address_without_user(value, remedy=USER_REMEDY)
    try:
        return (folder / Path(value).expanduser()).resolve().as_uri()
    except (RuntimeError, ValueError, OSError):
        raise ValueError("neither a web address nor the path of a folder") from None


def _full_text(value: bool) -> bool:
    """Take the wish for full text, if what reads pages is installed."""
    if value and find_spec("trafilatura") is None:
        raise ValueError('needs the extra "fulltext": pip install "wirewatch[fulltext]"')
    return value


def _user(value: str) -> str:
    if value and value.isprintable() and ":" not in value:
        return value
    raise ValueError("not a user's name: it is of readable characters, and has no colon")


def _feed(table: Mapping[str, Any]) -> Feed:
    sent = {key: value for keys in HEADERS for key, value in (table.get(keys) or {}).items()}
    if user := table.get("user"):
        password = table.get("password_env") or table["password_file"]
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        sent["Authorization"] = f"Basic {token}"
    rest = {key: value for key, value in table.items() if key not in ONLY_HTTP}
    return Feed(**rest, headers=tuple(sent.items()))


def _together(feed: CheckedSection) -> Iterator[tuple[str, str]]:
    url = feed.values.get("url", "")
    local = url.startswith(FOLDER) or rules.is_loopback(url)
    shortest = 1 if local else SHORTEST
    interval = feed.values.get("interval", SHORTEST)
    if not shortest <= interval <= LONGEST:
        yield (
            "interval",
            (
                f"{found(interval)} is not between {shortest} and {LONGEST} seconds "
                f"(less than {SHORTEST} is for feeds on this very machine)"
            ),
        )
    if url.startswith(FOLDER):
        yield from _folder(feed)
    yield from _credentials(feed)


def _folder(feed: CheckedSection) -> Iterator[tuple[str, str]]:
    if feed.values.get("kind", FeedKind.FEED) is not FeedKind.WIRE:
        yield "url", f'{rules.NO_SCHEME} (a folder of wire files needs kind = "wire")'
        return
    for key in ONLY_HTTP:
        if key in feed.lines:
            yield key, "a folder has none: remove it"


def _credentials(feed: CheckedSection) -> Iterator[tuple[str, str]]:
    written = feed.lines
    if "user" in written and not any(key in written for key in PASSWORDS):
        yield "user", "a password is missing: name where it is with password_env or password_file"
    for key in PASSWORDS:
        if key in written and "user" not in written:
            yield key, "user is missing: whose password is it?"
    if all(key in written for key in PASSWORDS):
        yield "password_file", "password_env is there too: keep one of them"
    seen = {"authorization": "user"} if "user" in written else {}
    for key in HEADERS:
        for name in feed.values.get(key) or ():
            if name.lower() in seen:
                yield key, f"a header that {seen[name.lower()]} sets already: keep one of them"
            seen[name.lower()] = key
