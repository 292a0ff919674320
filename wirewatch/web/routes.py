"""All paths of the page, in one table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from wirewatch.web.views import (
    alert,
    alert_actions,
    alerts,
    alerts_live,
    api,
    backtests,
    login,
    missed,
    pairs,
    sources,
    stories,
    story,
    stream,
    watches,
)

Handler = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class View:
    """A path and what answers there. One with a `label` is in the navigation.

    A handler that is a plain function runs in a thread of its own, so that it may read the archive.
    """

    path: str
    handler: Handler
    methods: tuple[str, ...] = ("GET",)
    label: str = ""


ROUTES = (
    View(path="/", handler=alerts.home),
    View(path="/alerts", handler=alerts.show, label="Alerts"),
    View(path="/alerts/live", handler=alerts_live.stream),
    View(path="/alerts/{alert}", handler=alert.show),
    View(path="/alerts/{alert}/judge", handler=alert_actions.judge, methods=("POST",)),
    View(path="/alerts/{alert}/mute", handler=alert_actions.mute, methods=("POST",)),
    View(path="/stories", handler=stories.show, label="Stories"),
    View(path="/stories/{story}", handler=story.show),
    View(path="/stories/{story}/missed", handler=story.missed, methods=("POST",)),
    View(path="/missed", handler=missed.ask),
    View(path="/missed", handler=missed.tell, methods=("POST",)),
    View(path="/pairs", handler=pairs.show, label="Pairs"),
    View(path="/pairs/{pair}", handler=pairs.one),
    View(path="/sources", handler=sources.show, label="Sources"),
    View(path="/sources/{feed}", handler=sources.one),
    View(path="/watches", handler=watches.show, label="Watches"),
    View(path="/watches/{watch}", handler=watches.one),
    View(path="/backtests", handler=backtests.ask),
    View(path="/backtests", handler=backtests.start, methods=("POST",)),
    View(path="/backtests/{backtest}", handler=backtests.show),
    View(path="/backtests/{backtest}/live", handler=backtests.live),
    View(path="/backtests/{backtest}/stop", handler=backtests.stop, methods=("POST",)),
    View(path="/stream", handler=stream.stream),
    View(path="/api/alerts", handler=api.alerts),
    View(path="/api/alerts/{alert}", handler=api.alert),
    View(path="/api/stories", handler=api.stories),
    View(path="/api/openapi.json", handler=api.openapi),
    View(path="/login", handler=login.ask),
    View(path="/login", handler=login.enter, methods=("POST",)),
)
