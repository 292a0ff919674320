"""NITF 3.x: a story a file, or a notice about one that was sent before."""

import html
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed
from connectors.formats.lenient import found, load_xml, markup, words
from connectors.formats.news_codes import status
from streams.model.editorial_signals import ADVISORY
from streams.model.story import Status

TAKEN_BACK = frozenset({Status.CANCELED, Status.WITHHELD})
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA = frozenset({"media", "media-caption", "media-producer", "media-metadata"})
INLINE = frozenset({"em", "lang", "pronounce", "a", "q", "sub", "sup", "num", "frac", "chron"})
"""Elements within a line that part no words."""


def parse(body: bytes, _url: str, _content_type: str) -> RawFeed:
    """Parse a NITF document. Raises `NotAFeedError`."""
    root = load_xml(body)
    if root.find("body") is None and root.find("head") is None:
        raise NotAFeedError("NITF without head and body")
    return RawFeed(entries=tuple(_entries(root)), language=None, format="NITF")


def _entries(root: etree._Element) -> Iterator[RawEntry]:
    """Return what a document tells: of the story that it names, and the one that it brings.

    A kill or correction of a story that was sent under another id is a new version of that one;
    so whoever refers to the document itself means that story too.
    """
    about = root.find("head/docdata")
    is_picture = _is_picture(root)
    told = entry(root)
    about = etree.Element("docdata") if about is None else about
    reference = (about.get("management-doc-idref") or "").strip()
    corrected = _attribute(about, "correction", "id-string")
    if reference and reference != told.guid:
        after = status(about.get("management-idref-status")) or told.status
        if after is not None and after is not Status.USABLE:
            own_id = told.guid if told.status in TAKEN_BACK else ""
            yield _about(told, reference, after, own_id)
            if own_id:
                return
    elif corrected and corrected != told.guid:
        yield _about(told, corrected, told.status, told.guid)
        return
    if not is_picture:
        yield told


def _about(told: RawEntry, guid: str, said: Status | None, own_id: str) -> RawEntry:
    """Return the new version of another story. It has no number: this one is another document's."""
    return replace(told, guid=guid, own_id=own_id, link="", status=said, version="")


def entry(root: etree._Element) -> RawEntry:
    """Return the story of a `nitf` element, whose names have no namespace."""
    about = root.find("head/docdata")
    about = etree.Element("docdata") if about is None else about
    released = _moment(about.find("date.release")) or _moment(about.find("date.issue"))
    dateline = root.find("body/body.head/dateline")
    story_date = _moment(None if dateline is None else dateline.find(".//story.date"))
    return RawEntry(
        guid=_attribute(about, "doc-id", "id-string") or _attribute(about, "du-key", "key"),
        link=_attribute(root, "head/pubdata", "ex-ref"),
        title=_headline(root),
        summary=found(root, "body/body.head/abstract"),
        content=_content(root.find("body/body.content")),
        authors=tuple(_authors(root)),
        published_raw=_moment(about.find("date.issue")) or released or story_date,
        updated_raw=None,
        language=root.get(LANG) or root.get("baselang"),
        status=_status(about),
        flags=(ADVISORY,) if _is_advisory(about) else (),
        version=_attribute(about, "du-key", "version"),
        embargo_raw=_embargo(about),
        dateline=_line(dateline, leave_out=frozenset({"story.date"})),
    )


def _headline(root: etree._Element) -> str:
    """Return the first headline that says something; the page's title stands in for it."""
    paths = ("body/body.head/hedline/hl1", "body/body.head/hedline/hl2", "head/title")
    return next((text for path in paths if (text := _line(root.find(path)))), "")


def _content(content: etree._Element | None) -> str:
    """Return the text as HTML, without pictures and their captions."""
    if content is None:
        return ""
    etree.strip_elements(content, "media", with_tail=False)
    for element in content.iter("hl1", "hl2", "block"):
        element.tag = {"hl1": "h1", "hl2": "h2"}.get(str(element.tag), "div")
    return markup(content)


def _is_picture(root: etree._Element) -> bool:
    """Say whether a document is there for its pictures or sounds, with nothing else to read."""
    content = root.find("body/body.content")
    if content is None or next(content.iter("media"), None) is None:
        return False
    return not _line(content, leave_out=MEDIA)


def _authors(root: etree._Element) -> Iterator[str]:
    """Return the names in the by-lines, without the titles beside them."""
    for byline in root.iterfind("body/body.head/byline"):
        people = list(byline.iter("person")) or [byline]
        yield from filter(None, (_line(one, leave_out=frozenset({"byttl"})) for one in people))


def _line(element: etree._Element | None, leave_out: frozenset[str] = frozenset()) -> str:
    """Return the text of an element as HTML on one line, its parts apart."""
    if element is None:
        return ""
    return html.escape(" ".join("".join(_pieces(element, leave_out)).split()), quote=False)


def _pieces(element: etree._Element, leave_out: frozenset[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        gap = "" if child.tag in INLINE else " "
        if isinstance(child.tag, str) and child.tag not in leave_out:
            yield gap
            yield from _pieces(child, leave_out)
        yield gap + (child.tail or "")


def _status(about: etree._Element) -> Status | None:
    said = status(about.get("management-status"), corrected=about.find("correction") is not None)
    return Status.WITHHELD if said is None and _is_advisory(about) else said


def _is_advisory(about: etree._Element) -> bool:
    return "advisory" in _attribute(about, "ed-msg", "msg-type").lower()


def _embargo(about: etree._Element) -> str | None:
    """Return the date to hold a story until, or the word for it, if it is under embargo."""
    given = (about.get("management-status") or "").lower()
    if given != "embargoed" and "embargo" not in _attribute(about, "ed-msg", "info").lower():
        return None
    return _moment(about.find("date.release")) or "embargoed"


def _moment(element: etree._Element | None) -> str | None:
    return None if element is None else element.get("norm") or words(element) or None


def _attribute(root: etree._Element, path: str, name: str) -> str:
    element = root.find(path)
    return "" if element is None else (element.get(name) or "").strip()
