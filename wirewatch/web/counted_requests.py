"""Count requests by the view that answers, refused ones too; a path's ids are left out."""

from collections.abc import Callable, Sequence

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirewatch.web.security.guard import without_root

NO_VIEW = "none"
"""For a path at which nothing is."""

Count = Callable[[str, int], None]
"""Takes a view, as its path stands in the table of paths, and a status."""


class CountedRequests:
    """Counts each request once its answer begins."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[Route], root: str, count: Count) -> None:
        """Wrap an application with these paths, which may be asked for below `root`."""
        self._app = app
        self._routes = routes
        self._root = root
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._count(self._view(scope), message["status"])
            await send(message)

        await self._app(scope, receive, send_counted)

    def _view(self, scope: Scope) -> str:
        inner = without_root(scope, self._root)
        matching = (one.path for one in self._routes if one.matches(inner)[0] is not Match.NONE)
        return next(matching, NO_VIEW)
