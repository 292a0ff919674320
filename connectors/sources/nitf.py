"""NITF 3.x: one story a file."""

from lxml import etree

from connectors.sources.entry import Entry, NotAFeedError, Parsed
from connectors.sources.loose import found, load_xml, markup, words
from streams.story import Status

STATUSES = {
    "usable": Status.USABLE,
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
}


def parse(body: bytes, _url: str, _content_type: str) -> Parsed:
    """Parse a NITF document. Raises `NotAFeedError`."""
    root = load_xml(body)
    if root.find("body") is None and root.find("head") is None:
        raise NotAFeedError("NITF without head and body")
    return Parsed(entries=(entry(root),), language=None, format="NITF")


def entry(root: etree._Element) -> Entry:
    """Give the story of a `nitf` element, whose names have no namespace."""
    about = root.find("head/docdata")
    about = etree.Element("docdata") if about is None else about
    released = _moment(about.find("date.release")) or _moment(about.find("date.issue"))
    dateline = root.find("body/body.head/dateline")
    story_date = _moment(None if dateline is None else dateline.find(".//story.date"))
    content = root.find("body/body.content")
    bylines = root.iterfind("body/body.head/byline")
    embargo = _embargo(about)
    return Entry(
        guid=_attribute(about, "doc-id", "id-string") or _attribute(about, "du-key", "key"),
        link=_attribute(root, "head/pubdata", "ex-ref"),
        title=_headline(root),
        summary=found(root, "body/body.head/abstract"),
        content=_content(content),
        authors=tuple(name for one in bylines if (name := words(_named(one)))),
        published_raw=_moment(about.find("date.issue")) or released or story_date,
        updated_raw=None,
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        status=_status(about),
        version=_attribute(about, "du-key", "version"),
        embargo_raw=embargo,
        dateline=words(dateline),
    )


def _headline(root: etree._Element) -> str:
    """Give the first headline that says something; the page's title stands in for it."""
    paths = ("body/body.head/hedline/hl1", "body/body.head/hedline/hl2", "head/title")
    return next((text for path in paths if (text := found(root, path))), "")


def _content(content: etree._Element | None) -> str:
    if content is None:
        return ""
    for element in content.iter("hl1", "hl2", "block"):
        element.tag = {"hl1": "h1", "hl2": "h2"}.get(str(element.tag), "div")
    return markup(content)


def _named(byline: etree._Element) -> etree._Element:
    """Give the name within a by-line, without the title beside it."""
    person = byline.find("person")
    return byline if person is None else person


def _status(about: etree._Element) -> Status | None:
    said = STATUSES.get((about.get("management-status") or "").lower())
    if said in {None, Status.USABLE} and about.find("correction") is not None:
        return Status.CORRECTED
    if said is None and "advisory" in _attribute(about, "ed-msg", "msg-type").lower():
        return Status.WITHHELD
    return said


def _embargo(about: etree._Element) -> str | None:
    """Give the date to hold a story until, or the word for it, if it is under embargo."""
    status = (about.get("management-status") or "").lower()
    if status != "embargoed" and "embargo" not in _attribute(about, "ed-msg", "info").lower():
        return None
    return _moment(about.find("date.release")) or "embargoed"


def _moment(element: etree._Element | None) -> str | None:
    return None if element is None else element.get("norm") or words(element) or None


def _attribute(root: etree._Element, path: str, name: str) -> str:
    element = root.find(path)
    return "" if element is None else (element.get(name) or "").strip()
