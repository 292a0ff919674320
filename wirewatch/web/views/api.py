"""The archive for programs: JSON, read only. `openapi.json` describes it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wirewatch.archive import queries, story_search
from wirewatch.archive.known_names import require_there
from wirewatch.archive.rows import AlertDetail, AlertQuery, AlertRow, StoryQuery, StoryRow
from wirewatch.web.questions import query_of, require_names
from wirewatch.web.site import site_of
from wirewatch.web.views.stream import StreamQuery


class AlertPage(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts, those opened last first. `next` is the `cursor` to go on with, empty at the end."""

    alerts: list[AlertRow]
    next: str


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Stories, newest first. `next` is the `cursor` to go on with, empty at the end."""

    stories: list[StoryRow]
    next: str


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer: `detail` has the cause and what helps."""

    status: int
    title: str
    detail: str


class ApiOperation(NamedTuple):
    """A path of the interface: what it answers, and what it can be asked."""

    path: str
    summary: str
    answer: type[msgspec.Struct] | None
    asked: type[msgspec.Struct] | None = None


OPERATIONS = (
    ApiOperation("/api/alerts", "Alerts, those opened last first", AlertPage, AlertQuery),
    ApiOperation("/api/alerts/{alert}", "All that is known of an alert", AlertDetail),
    ApiOperation("/api/stories", "Stories, newest first", StoryPage, StoryQuery),
    ApiOperation(
        "/stream", "Events of alerts as they come (server-sent events)", None, StreamQuery
    ),
)
_TYPES: Mapping[str, str] = MappingProxyType({"limit": "integer", "shadow": "boolean"})


def alerts(request: Request) -> Response:
    """Return alerts."""
    site = site_of(request)
    query = query_of(AlertQuery, request.query_params, site.now())
    require_there(site.data, site.config(), watch=query.watch)
    with queries.reading(site.data) as db:
        rows = queries.alerts(db, query, site.now())
    return _json(AlertPage(alerts=rows, next=_next(rows, query.limit)))


def alert(request: Request) -> Response:
    """Return an alert."""
    require_names(request.query_params, ())
    site = site_of(request)
    with queries.reading(site.data) as db:
        return _json(queries.alert(db, request.path_params["alert"], site.now()))


def stories(request: Request) -> Response:
    """Return stories."""
    site = site_of(request)
    query = query_of(StoryQuery, request.query_params, site.now())
    require_there(site.data, site.config(), watch=query.watch, topic=query.topic)
    with queries.reading(site.data) as db:
        rows = story_search.stories(db, query)
    return _json(StoryPage(stories=rows, next=_next(rows, query.limit)))


async def openapi(request: Request) -> Response:
    """Return the description of the interface."""
    site = site_of(request)
    return Response(_described(site.base or site.root or "/"), media_type="application/json")


@lru_cache(maxsize=4)
def _described(address: str) -> bytes:
    answers = [one.answer for one in OPERATIONS if one.answer is not None]
    _, schemas = msgspec.json.schema_components(
        [*answers, ProblemDetails], ref_template="#/components/schemas/{name}"
    )
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "wirewatch",
                "version": version("wirewatch"),
                "description": "The archive of stories and alerts, read only.",
            },
            "servers": [{"url": address}],
            "paths": {one.path: {"get": _operation(one)} for one in OPERATIONS},
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
            "security": [{}, {"token": []}],
        }
    )


def _operation(one: ApiOperation) -> dict[str, Any]:
    names = () if one.asked is None else one.asked.__struct_fields__
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "schema": {"type": _TYPES.get(name, "string")}}
        for name in names
    ]
    if "{alert}" in one.path:
        schema = {"type": "string"}
        parameters.append({"name": "alert", "in": "path", "required": True, "schema": schema})
    content = (
        {"text/event-stream": {"schema": {"type": "string"}}}
        if one.answer is None
        else {"application/json": {"schema": _reference(one.answer)}}
    )
    problem = {"application/problem+json": {"schema": _reference(ProblemDetails)}}
    return {
        "summary": one.summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": one.summary, "content": content},
            "default": {"description": "No answer, and why", "content": problem},
        },
    }


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _next(rows: Sequence[AlertRow] | Sequence[StoryRow], limit: int) -> str:
    return rows[-1].cursor if len(rows) == limit else ""


def _json(answer: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
