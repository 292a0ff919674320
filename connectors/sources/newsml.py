"""IPTC NewsML-G2: a news item, or a message with many; their text as XHTML or NITF."""

from lxml import etree

from connectors.sources import nitf
from connectors.sources.entry import Entry, NotAFeedError, Parsed, each
from connectors.sources.loose import found, load_xml, markup, words
from streams.story import Status

ROOTS = frozenset({"newsItem", "newsMessage", "packageItem"})
STATUSES = {
    "usable": Status.USABLE,
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
}
CORRECTIONS = frozenset({"correction", "corrected", "corr"})


def parse(body: bytes, _url: str, _content_type: str) -> Parsed:
    """Parse NewsML-G2. A package names the addresses of its items in `files`.

    Raises `NotAFeedError`.
    """
    root = load_xml(body)
    items = list(root.iter("newsItem"))
    told, lost = each(_entry, items)
    entries = tuple(one for one in told if one.guid or one.title or one.content)
    named = [ref.get("href") or "" for ref in root.iter("itemRef")]
    held = {item.get("guid") for item in items}
    files = tuple(where for where in named if where and where not in held)
    if not entries and not files:
        raise NotAFeedError("NewsML-G2 without a news item")
    return Parsed(
        entries=entries,
        language=root.get(_LANG),
        lost=len(told) - len(entries) + lost,
        format="NewsML-G2",
        files=files,
    )


_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _entry(item: etree._Element) -> Entry:
    about = item.find("itemMeta")
    content = item.find("contentMeta")
    about = etree.Element("itemMeta") if about is None else about
    content = etree.Element("contentMeta") if content is None else content
    inner = item.find("contentSet/inlineXML//nitf")
    told = nitf.entry(inner) if inner is not None else Entry()
    updated = found(about, "versionCreated")
    first = found(about, "firstCreated") or found(content, "contentCreated") or updated
    return Entry(
        guid=item.get("guid") or told.guid,
        link=next((ref.get("href") or "" for ref in about.iter("link", "web")), ""),
        title=_headline(content) or told.title or found(about, "title"),
        summary=found(content, "description"),
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


def _headline(content: etree._Element) -> str:
    given = content.findall("headline")
    main = [one for one in given if _code(one.get("role")) in {"main", "headline", ""}]
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
    status = about.find("pubStatus")
    said = None if status is None else STATUSES.get(_code(status.get("qcode")))
    signals = {_code(signal.get("qcode")) for signal in about.iter("signal")}
    if said in {None, Status.USABLE} and signals & CORRECTIONS:
        return Status.CORRECTED
    return said


def _code(qcode: str | None) -> str:
    """Give a code without its scheme: `stat:usable` is `usable`."""
    return (qcode or "").rpartition(":")[2].lower()
