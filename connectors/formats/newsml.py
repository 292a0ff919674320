"""IPTC NewsML-G2: a news item, or a message with many; their text as XHTML or NITF."""

from lxml import etree

from connectors.formats import nitf
from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed, each, tells
from connectors.formats.lenient import found, joined, load_xml, markup, words
from connectors.formats.news_codes import CORRECTIONS, MEDIA, code, status
from streams.model.story import Status

ROOTS = frozenset({"newsItem", "newsMessage", "packageItem"})
OWN_PAGE = frozenset({"canonical", "alternate"})
"""What relates an item to its own page; other links lead to pictures and to others' pages."""
HTML = frozenset({"text/html", "application/xhtml+xml"})
MEDIA_TYPES = ("image/", "video/", "audio/")


def parse(body: bytes, url: str, _content_type: str) -> RawFeed:
    """Parse NewsML-G2. A package names the addresses of its items in `files`.

    One that names them by their ids alone tells nothing, and nothing is wrong with it.
    Raises `NotAFeedError`.
    """
    root = load_xml(body)
    items = list(root.iter("newsItem"))
    told, lost = each(_entry, (item for item in items if not _is_media(item)))
    entries = tuple(filter(tells, told))
    held = {item.get("guid") for item in items}
    named = (
        (ref.get("href") or "").strip()
        for ref in root.iter("itemRef")
        if not (ref.get("contenttype") or "").startswith(MEDIA_TYPES)
    )
    files = tuple(joined(url, where) for where in named if where and where not in held)
    known = (item.get("guid") for item in root.iter("newsItem", "packageItem"))
    if not entries and not files and not any(known):
        raise NotAFeedError("NewsML-G2 without a news item")
    return RawFeed(
        entries=entries,
        language=root.get(_LANG),
        lost=lost + sum(not one.guid and not tells(one) for one in told),
        format="NewsML-G2",
        files=files,
    )


_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _entry(item: etree._Element) -> RawEntry:
    about = item.find("itemMeta")
    content = item.find("contentMeta")
    about = etree.Element("itemMeta") if about is None else about
    content = etree.Element("contentMeta") if content is None else content
    inner = item.find("contentSet/inlineXML//nitf")
    told = nitf.entry(inner) if inner is not None else RawEntry()
    updated = found(about, "versionCreated")
    first = found(about, "firstCreated") or found(content, "contentCreated") or updated
    return RawEntry(
        guid=item.get("guid") or told.guid,
        link=_own_page(item, about),
        title=_headline(content) or told.title or found(about, "title"),
        summary=_description(content),
        content=told.content or _body(item),
        authors=tuple(name for by in content.iter("by") if (name := words(by))) or told.authors,
        published_raw=first or told.published_raw,
        updated_raw=updated or None,
        language=_language(content) or item.get(_LANG),
        status=_status(about) or told.status,
        version=item.get("version") or "",
        embargo_raw=found(about, "embargoed") or told.embargo_raw,
        dateline=found(content, "dateline") or told.dateline,
    )


def _is_media(item: etree._Element) -> bool:
    """Say whether an item is a picture, a video or a sound, with nothing to read but a caption."""
    kind = item.find("itemMeta/itemClass")
    if kind is None or _coded(kind) not in MEDIA:
        return False
    texts = (item.find("contentSet/inlineXML"), item.find("contentSet/inlineData"))
    return not any(map(words, texts))


def _own_page(item: etree._Element, about: etree._Element) -> str:
    """Return the address of an item's own page. A page elsewhere may go without saying anything."""
    rendered = item.iterfind("contentSet/remoteContent")
    links = (link for link in about.iter("link") if code(link.get("rel")) in OWN_PAGE)
    for link in (*rendered, *links):
        where = (link.get("href") or "").strip()
        if where and (link.get("contenttype") or "text/html") in HTML:
            return where
    return ""


def _description(content: etree._Element) -> str:
    given = (one for one in content.iterfind("description") if code(one.get("role")) != "caption")
    return next((text for one in given if (text := words(one))), "")


def _headline(content: etree._Element) -> str:
    given = content.findall("headline")
    main = [one for one in given if code(one.get("role")) in {"main", "headline", ""}]
    return next((text for one in [*main, *given] if (text := words(one))), "") or found(
        content, "slugline"
    )


def _body(item: etree._Element) -> str:
    for path in ("contentSet/inlineXML//body", "contentSet/inlineXML", "contentSet/inlineData"):
        element = item.find(path)
        if element is not None:
            return markup(element)
    return ""


def _language(content: etree._Element) -> str | None:
    language = content.find("language")
    return None if language is None else language.get("tag")


def _status(about: etree._Element) -> Status | None:
    given = about.find("pubStatus")
    signals = {_coded(signal) for signal in about.iter("signal")}
    return status(None if given is None else _coded(given), corrected=bool(signals & CORRECTIONS))


def _coded(element: etree._Element) -> str:
    """Return the code of an element, in whichever of the three ways it is written."""
    return code(element.get("qcode") or element.get("uri") or element.get("literal"))
