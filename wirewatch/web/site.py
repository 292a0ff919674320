"""What every view works with."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request

from streams.matching.explain import Explanation
from streams.model.story import Story
from streams.model.verdict import Verdict
from wirewatch.config import Config
from wirewatch.web.security.access import Access
from wirewatch.web.security.forms import FormSigner
from wirewatch.web.security.limits import RateLimit


def _now() -> datetime:
    return datetime.now(UTC)


def _tries() -> RateLimit:
    return RateLimit(burst=10, each_second=0.1, clock=time.monotonic)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A page of one data folder. `config` is the configuration as it is now."""

    data: Path
    config: Callable[[], Config]
    access: Access
    forms: FormSigner
    keep: Callable[[Verdict], Awaitable[None]]
    """Keeps a verdict on Kafka. Raises `ConnectorError`, `ProgramError` or `TimeoutError`."""
    explain: Callable[[Story, str], Awaitable[tuple[Explanation, ...]]]
    """Holds a story that somebody wrote down against a watch. Raises `NotExplainedError`."""
    owner: str = ""
    """Who speaks unless they say another name: on a machine of one's own, who is logged in."""
    hosts: frozenset[str] = frozenset()
    """Names under which the page is reached, beside this machine's own and addresses of digits."""
    base: str = ""
    """The public address, empty if it is that where the server listens."""
    tries: RateLimit = field(default_factory=_tries)
    """How often a token may be tried, by address."""
    now: Callable[[], datetime] = field(default=_now)

    @property
    def root(self) -> str:
        """What goes before every path: the path of the public address."""
        return urlsplit(self.base).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by HTTPS alone."""
        return self.base.startswith("https://")


def site_of(request: Request) -> Site:
    """Return the site that a request is for."""
    site: Site = request.app.state.site
    return site
