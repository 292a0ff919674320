"""The token that a Kafka with OAUTHBEARER wants to see: from a file, or from a command.

It is asked for again before it ends. What it is never reaches a log or an error.
"""

import base64
import binascii
import json
import re
import shlex
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

COMMAND_SECONDS: Final = 15.0
RENEWED_AFTER: Final = 0.8
"""The share of a token's life after which it is asked for again, as Kafka's own client does."""
UNDATED_SECONDS: Final = 60.0
"""How long a token is used of which can't be read when it ends."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What RFC 6750 calls a bearer token."""


class TokenError(OSError):
    """There is no token. The message names where it should come from, and why there is none.

    An `OSError`, since both Kafka clients take that for a connection that failed, and try again.
    """


class TokenSource:
    """A token that is good now, from whatever reads one. For all threads."""

    def __init__(self, read: Callable[[], str], clock: Callable[[], float] = time.time) -> None:
        """`read` returns a token, or raises `TokenError`; `clock` tells seconds since 1970."""
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew = self._end = 0.0

    def __call__(self) -> str:
        """Return a token. Raises `TokenError` if there is none, and the last one has ended."""
        with self._lock:
            now = self._clock()
            if now >= self._renew:
                self._ask(now)
            return self._token

    def _ask(self, now: float) -> None:
        try:
            token = self._read()
        except TokenError as error:
            if now >= self._end:
                raise
            log.warning("kafka_token_not_renewed", error=str(error), ends_in=round(self._end - now))
            self._renew = min(self._end, now + (self._end - now) / 4)
            return
        ends = ends_at(token)
        # One that has ended already is shown all the same: Kafka says best what is wrong with it.
        self._end = ends or now + UNDATED_SECONDS
        self._renew = now + max(0.0, self._end - now) * RENEWED_AFTER
        self._token = token


def from_file(path: Path) -> TokenSource:
    """Return the source of a token that something else writes into a file."""

    def read() -> str:
        try:
            return _token(path.read_text("utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise TokenError(f"can't read the token for Kafka from {path}: {why}") from None

    return TokenSource(read)


def from_command(command: str, folder: Path) -> TokenSource:
    """Return the source of a token that a command prints, run in `folder` without a shell.

    Raises `ValueError` for a command that can't be one.
    """
    words = shlex.split(command)
    if not words:
        raise ValueError("it is empty")

    def read() -> str:
        # Of what it says to its standard error nothing is told on: it may be a secret.
        name = words[0]
        try:
            done = subprocess.run(
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TokenError(
                f"{name}, which prints the token for Kafka, took over {COMMAND_SECONDS:.0f} s"
            ) from None
        except OSError as error:
            raise TokenError(
                f"can't run {name}, which prints the token for Kafka: {error.strerror}"
            ) from None
        if done.returncode:
            raise TokenError(
                f"{name}, which prints the token for Kafka, failed with {done.returncode}: "
                "run it by hand to see why"
            )
        return _token(done.stdout.decode("utf-8", "replace"), name)

    return TokenSource(read)


def _token(text: str, place: str) -> str:
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise TokenError(
            f"{place} gives no token for Kafka: that is one word of letters, digits and ._~+/-="
        )
    return token


def ends_at(token: str) -> float | None:
    """Return when a token ends, in seconds since 1970, if it is a JWT that says so.

    Nothing is verified: that is Kafka's part.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return None
    ends = claims.get("exp") if isinstance(claims, dict) else None
    return float(ends) if isinstance(ends, int | float) and not isinstance(ends, bool) else None
