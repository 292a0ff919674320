"""IPTC ninjs 1.x, 2.x and 3.x: one item, a list of items, or items under a key.

1.x has keys like `body_xhtml` and `pubstatus`; from 2.0 on they are `bodies` and `pubstatus`;
3.x writes them in camel case: `pubStatus`, `contentType`. All are read alike.
"""

import re
from contextlib import suppress
from typing import Any

from connectors.formats import nitf
from connectors.formats.cleaning import MOST_ENTRIES, left_out
from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed, each, tells
from connectors.formats.lenient import escaped, load_json, load_xml, mappings, text
from connectors.formats.news_codes import CORRECTIONS, MEDIA, code, status

_KEYS = re.compile(
    r'"(?:pubstatus|(?:headline|description|body)_\w+|headlines|descriptions|bodies|by|bylines?'
    r"|(?:first|content|version)created|embargoed|altids|usageterms|copyright(?:holder|notice)"
    r'|infosources?|representationtype|renditions|eventdetails)"\s*:'
    r"|ninjs",
    re.IGNORECASE,
)
LISTS = ("items", "_items", "item", "results", "data")
"""Keys under which services put their lists of items."""

Item = dict[str, Any]


def knows(start: str) -> bool:
    """Say whether a document that begins like this has keys, or a pair, that only ninjs has."""
    if start[:1] not in {"{", "["} or "jsonfeed.org" in start:
        return False
    return bool(_KEYS.search(start)) or ('"uri"' in start and '"headline"' in start)


def parse(body: bytes, _url: str, _content_type: str) -> RawFeed:
    """Parse ninjs. Raises `NotAFeedError`."""
    told = _unwrapped(load_json(body))
    over = max(0, len(told) - MOST_ENTRIES)
    told = told[:MOST_ENTRIES]
    items = [_folded(one) for one in mappings(told)]
    good = [item for item in items if _guid(item) or _headline(item)]
    if not good:
        raise NotAFeedError("JSON that looks like ninjs, but no item has a uri or a headline")
    entries, lost = each(_entry, (item for item in good if not _is_media(item)))
    return RawFeed(
        entries=tuple(filter(tells, entries)),
        language=None,
        lost=len(told) - len(good) + lost,
        format="ninjs",
        remarks=(left_out(over),) if over else (),
    )


def _unwrapped(told: Any) -> list[Any]:  # noqa: ANN401 - JSON may hold anything
    """Return the items of a document, without what a service puts around all or each of them."""
    inner = told.get("data") if isinstance(told, dict) else None
    if isinstance(inner, dict) and not _guid(told):
        told = inner
    if isinstance(told, dict):
        told = next((told[key] for key in LISTS if isinstance(told.get(key), list)), [told])
    return [_bare(one) if isinstance(one, dict) else one for one in told]


def _bare(one: Item) -> Item:
    """Return an item without the object that AP's service puts around each.

    The `uri` is then an address that is another for each version, and `itemid` the lasting id.
    """
    item = one.get("item")
    if not isinstance(item, dict) or _guid(one):
        return one
    others = item.get("altids")
    lasting = text(others.get("itemid")) if isinstance(others, dict) else ""
    return {**item, "uri": lasting} if lasting else item


def _folded(one: Item) -> Item:
    """Return an item with its keys as all versions have them; the plain spelling counts most."""
    plain = {key: value for key, value in one.items() if key == _key(key)}
    return {**{_key(key): value for key, value in one.items()}, **plain}


def _key(key: str) -> str:
    """Return a key as all versions have it: `bodyXhtml` and `body_xhtml` are the same."""
    return key.replace("_", "").lower()


def _guid(item: Item) -> str:
    """Return the item's id; Superdesk calls it `guid`."""
    return _first(item, "uri", "guid", "altids")


def _is_media(item: Item) -> bool:
    """Say whether an item is a picture, a video or a sound, with nothing to read but a caption."""
    return code(text(item.get("type"))) in MEDIA and not _body(item).strip()


def _entry(item: Item) -> RawEntry:
    issued = _first(item, "firstcreated", "contentcreated", "versioncreated")
    updated = text(item.get("versioncreated"))
    return RawEntry(
        guid=_guid(item),
        link=_link(item),
        title=_headline(item),
        summary=_lead(item),
        content=_body(item),
        authors=_authors(item),
        published_raw=issued or None,
        updated_raw=updated or None,
        language=text(item.get("language")) or None,
        status=status(text(item.get("pubstatus")), corrected=_is_correction(item)),
        version=text(item.get("version")),
        embargo_raw=_first(item, "embargoed", "embargo") or None,
        dateline=_first(item, "located", "dateline"),
    )


def _is_correction(item: Item) -> bool:
    signals = [*mappings(item.get("signal")), *mappings(item.get("signals"))]
    words = [_first(signal, "qcode", "code", "uri", "name") for signal in signals]
    bare = item.get("signals")
    words += map(text, bare if isinstance(bare, list) else [bare])
    return not CORRECTIONS.isdisjoint(map(code, words))


def _first(item: Item, *keys: str) -> str:
    return next((given for key in keys if (given := text(item.get(key)))), "")


def _headline(item: Item) -> str:
    """Return the headline: the main one of the list that 2.0 brought, else what 1.x has."""
    return (
        _valued(item.get("headlines"), "main")
        or escaped(item.get("headline"))
        or _named(item, "headline")
        or escaped(item.get("title"))
        or escaped(item.get("slugline"))
    )


def _lead(item: Item) -> str:
    return _valued(item.get("descriptions"), "summary", "text") or _named(item, "description")


def _body(item: Item) -> str:
    return _valued(item.get("bodies"), "main") or _named(item, "body")


def _named(item: Item, name: str) -> str:
    """Return a text of 1.x as HTML; its key ends with its kind: `body_xhtml`, `body_text`."""
    given = [
        key
        for key in item
        if key.startswith(name) and not key.endswith("caption") and text(item[key])
    ]
    key = next((key for key in given if key.endswith("html")), given[0] if given else "")
    return _html(item[key], key) if key else ""


def _valued(parts: object, *roles: str) -> str:
    """Return the value of the part that has the first role that is there, else of the first part.

    It is HTML; captions, and who wrote them, are left out.
    """
    given = [
        part
        for part in mappings(parts)
        if text(part.get("value")) and text(part.get("role")) not in {"caption", "writer"}
    ]
    if not given:
        return ""
    by_role = {text(one.get("role")): one for one in reversed(given)}
    part = next((by_role[role] for role in roles if role in by_role), given[0])
    kind = text(part.get("contentType", part.get("contenttype")))
    return _html(part["value"], kind)


def _html(value: object, kind: str) -> str:
    """Return a text as HTML. A whole NITF document may stand in its place."""
    if "html" in kind:
        return text(value)
    if "nitf" in kind.lower():
        with suppress(NotAFeedError):
            document = load_xml(text(value).encode(errors="replace"))
            return nitf.entry(document).content or escaped(value)
    return escaped(value)


def _link(item: Item) -> str:
    if given := _first(item, "url", "canonicalurl", "link"):
        return given
    uri = text(item.get("uri"))
    return uri if uri.startswith(("http://", "https://")) else ""


def _authors(item: Item) -> tuple[str, ...]:
    if by := _first(item, "byline", "by"):
        return (by,)
    makers = [*mappings(item.get("infosources")), *mappings(item.get("people"))]
    writers = [one for one in makers if "author" in text(one.get("role", one.get("rel"))).lower()]
    return tuple(name for one in writers if (name := text(one.get("name"))))
