"""What feedparser takes for a story's own words and is not, put aside before it gets there.

It reads `media:description` as a description and `media:title` as a title: a picture's caption
then stands for the story. So does what is inside an item's `image`. `itunes:summary` and
`dc:description` are second to the entry's own text, whichever comes first. And what stands
inside any link it takes for the entry's address, an enclosure's too.

Here each keeps a name of its own: `media_title`, `media_description`, `image_title`,
`image_description`, `itunes_summary` and `dc_description`. A link that was written as text, as
RSS does it, has the key `as_text`.
"""

from collections.abc import Callable
from typing import Any

from feedparser.api import parse
from feedparser.mixin import _FeedParserMixin

LONGEST_NAME = 200
"""Characters of a person's name in which an address is looked for."""

__all__ = ["parse"]


def _method(name: str) -> Callable[..., None]:
    found: Callable[..., None] = getattr(_FeedParserMixin, name)
    return found


def _starts(name: str) -> Callable[..., None]:
    def start(parser: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401 - untyped
        parser.push_content(name, attributes, "text/html", 1)

    return start


def _ends(name: str) -> Callable[..., None]:
    def end(parser: Any) -> None:  # noqa: ANN401 - untyped
        parser.pop_content(name)

    return end


def _starts_beside_image(name: str) -> Callable[..., None]:
    own, aside = _method(f"_start_{name}"), _starts(f"image_{name}")

    def start(parser: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401 - untyped
        (aside if parser.inimage and parser.inentry else own)(parser, attributes)

    return start


def _ends_beside_image(name: str) -> Callable[..., None]:
    own, aside = _method(f"_end_{name}"), _ends(f"image_{name}")

    def end(parser: Any) -> None:  # noqa: ANN401 - untyped
        inside = parser.elementstack and parser.elementstack[-1][0] == f"image_{name}"
        (aside if inside else own)(parser)

    return end


def _end_link(parser: Any) -> None:  # noqa: ANN401 - untyped
    """Do as feedparser does, and leave the entry's address alone if the link is no page of it."""
    context = parser._get_context()
    pushed = bool(parser.elementstack) and parser.elementstack[-1][0] == "link"
    of_image = parser.inentry and parser.inimage
    links = context.get("links") or [{}]
    address = context.get("link")
    _own_end_link(parser)
    if not pushed or of_image:
        return
    links[-1]["as_text"] = True
    if links[-1].get("rel") != "alternate":
        if address is None:
            context.pop("link", None)
        else:
            context["link"] = address


def _sync_author_detail(parser: Any, key: str = "author") -> None:  # noqa: ANN401 - untyped
    """Do as feedparser does, with the beginning of the name: else it takes time by its square."""
    context = parser._get_context()
    if len(context.get(key) or "") > LONGEST_NAME:
        context[key] = context[key][:LONGEST_NAME]
    _own_sync_author_detail(parser, key)


_own_end_link = _method("_end_link")
_own_sync_author_detail = _method("_sync_author_detail")

_FIXES: dict[str, Callable[..., None]] = {
    "_end_link": _end_link,
    "_sync_author_detail": _sync_author_detail,
}
for _name in ("media_title", "media_description", "itunes_summary", "dc_description"):
    _FIXES[f"_start_{_name}"] = _starts(_name)
    _FIXES[f"_end_{_name}"] = _ends(_name)
for _name in ("title", "description"):
    _FIXES[f"_start_{_name}"] = _starts_beside_image(_name)
    _FIXES[f"_end_{_name}"] = _ends_beside_image(_name)
for _name, _fix in _FIXES.items():
    setattr(_FeedParserMixin, _name, _fix)
