"""Secrets, from the environment or from files. No message repeats one.

Nor does a message repeat the name of the variable or file: people put the secret itself there.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from wirewatch.config import rules
from wirewatch.config.files import Files, NotAFileError, UnreadableError

WORD = re.compile(r"[A-Za-z0-9._:=-]{1,200}")
FEWEST, MOST = 24, 64
"""Bytes of a signing secret, as the Standard Webhooks rules ask."""
SHORTEST_TOKEN = 16
FILE_LIMIT = 4096
Take = Callable[[str], str]
"""Takes a secret's text and gives the secret, or raises `ValueError` with what it should be."""


def refused(name: str) -> str:
    """Return what is said to whoever writes a secret itself where its place should be named."""
    return (
        "secrets don't belong in this file: put it in an environment variable and name that "
        f"with {name}_env, or in a file and name that with {name}_file"
    )


NOT_READ = "(not read)"
"""Stands in a secret's place where nobody needs it."""


def needed(take: Take, *, here: bool) -> Take:
    """Return `take`, or, where a secret isn't needed `here`, what is as well without it."""

    def take_if_there(name: str) -> str:
        try:
            return take(name)
        except ValueError:
            return NOT_READ

    return take if here else take_if_there


def from_environment(environment: Mapping[str, str], take: Take, name: str) -> str:
    """Read the secret out of an environment variable."""
    if name not in environment:
        raise ValueError("no environment variable of this name is set")
    return take(environment[name])


def from_file(files: Files, folder: Path, take: Take, name: str) -> str:
    """Read the secret out of a file; a relative path is in the configuration folder."""
    try:
        data = files.read(folder / Path(name).expanduser(), FILE_LIMIT)
    except NotAFileError:
        raise ValueError("what it names is not a file") from None
    except UnreadableError as error:
        why = str(error).removeprefix("can't be read: ")
        raise ValueError(f"the file can't be read: {why}") from None
    except (RuntimeError, ValueError):
        raise ValueError("the file can't be read as text") from None
    if data is None:
        raise ValueError("the file can't be read: No such file or directory")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise ValueError("the file can't be read as text") from None
    return take(text)


def signing_secret(text: str) -> str:
    """Take a secret that signs webhooks."""
    secret = text.strip()
    try:
        size = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if FEWEST <= size <= MOST:
        return secret
    raise ValueError(
        f"what it names holds no signing secret: that is whsec_ and the base64 of {FEWEST} to "
        f"{MOST} random bytes, as `openssl rand -base64 32` makes them"
    )


def web_address(text: str) -> str:
    """Take an address that is a secret itself."""
    try:
        address = rules.address(text.strip())
    except ValueError:
        raise ValueError("what it names holds no http or https address") from None
    try:
        return rules.address_without_user(address, remedy="remove them, the path is the secret")
    except ValueError as error:
        raise ValueError(f"what it names: {error}") from None


def word(text: str) -> str:
    """Take a secret that stands in an address: a token, the name of a topic."""
    secret = text.strip()
    if WORD.fullmatch(secret):
        return secret
    raise ValueError("what it names holds no token: letters, digits and -_.:= only")


def header_value(text: str) -> str:
    """Take what goes into a header: a token, a password."""
    secret = text.strip()
    if secret and secret.isprintable():
        return secret
    raise ValueError("what it names is empty, or more than a line of text")


def page_token(text: str) -> str:
    """Take the token that people give to see the page: not so short that it can be guessed."""
    secret = text.strip()
    if len(secret) >= SHORTEST_TOKEN and secret.isascii() and secret.isprintable():
        return secret
    raise ValueError(
        f"what it names holds no token: that is one line of at least {SHORTEST_TOKEN} letters and"
        " digits, such as `openssl rand -hex 16` makes"
    )
