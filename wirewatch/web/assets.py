"""Files of the page itself, under names that change with what is in them: browsers keep them."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

KEPT = "public, max-age=31536000, immutable"
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_DIGITS = 12


class Asset(NamedTuple):
    """A file, and how it is sent."""

    content: bytes
    media_type: str


@lru_cache(maxsize=1)
def _assets() -> tuple[Mapping[str, Asset], Mapping[str, str]]:
    """Return the files by the names they are served under, and these names by those they have."""
    served, names = {}, {}
    for file in resources.files("wirewatch.web").joinpath("static").iterdir():
        stem, _, ending = file.name.rpartition(".")
        if ending in _TYPES:
            content = file.read_bytes()
            name = f"{stem}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{ending}"
            served[name] = Asset(content, _TYPES[ending])
            names[file.name] = name
    return MappingProxyType(served), MappingProxyType(names)


def asset_path(name: str) -> str:
    """Return the path under which a file of `static/` is served. Raises `KeyError`."""
    return f"/static/{_assets()[1][name]}"


async def serve(request: Request) -> Response:
    """Send a file."""
    asset = _assets()[0].get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": KEPT})
