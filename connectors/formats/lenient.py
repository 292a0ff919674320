"""JSON and XML as others write them: read as far as they can be read, and never trusted."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html.entities import html5
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from connectors.formats.encoding import utf8
from connectors.formats.entry import NotAFeedError

_ENTITY = re.compile(rb"&(\w{2,31};)")
XML_OWN = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}


def load_json(body: bytes) -> Any:  # noqa: ANN401 - the next step asks of each value what it is
    """Return what a JSON document holds. Raises `NotAFeedError`."""
    try:
        # Control characters in strings are many publishers' fault, and harmless.
        return json.loads(body, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except RecursionError:
        raise NotAFeedError("JSON nested too deep to read") from None
    except ValueError as error:
        raise NotAFeedError(f"broken JSON: {error}") from None


def text(value: object) -> str:
    """Return a JSON value as text: a number in words is still an id, anything else is nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def escaped(value: object) -> str:
    """Return a JSON value that is plain text as HTML."""
    return html.escape(text(value), quote=False)


def mappings(value: object) -> Iterator[dict[str, Any]]:
    """Return the objects among a JSON list, or the one that stands in its place."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one


def load_xml(body: bytes) -> etree._Element:
    """Return the root of an XML document, its names without namespaces. Raises `NotAFeedError`.

    Entities of its own are not expanded, nothing outside is read, and what is broken is read as
    far as it goes.
    """
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_by_number, utf8(body)), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeedError(f"broken XML: {error}") from None
    # The stubs promise a root, but a document with nothing to recover has none.
    if root is None:
        raise NotAFeedError("broken XML: no element in it")
    for element in root.iter("*"):
        with suppress(ValueError):  # what was recovered may have a name that lxml won't give
            element.tag = re.split("[}:]", str(element.tag))[-1]
    return root


def joined(base: str, link: str) -> str:
    """Return a link's whole address; what is no link at all stays as it is."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _by_number(match: re.Match[bytes]) -> bytes:
    """Return an entity of HTML by its number: XML without its DTD doesn't know it."""
    name = match[1]
    known = None if name in XML_OWN else html5.get(name.decode("ascii", "replace"))
    return "".join(f"&#{ord(char)};" for char in known).encode() if known else match[0]


def words(element: etree._Element | None) -> str:
    """Return the text of an element as HTML on one line; of none, nothing."""
    if element is None:
        return ""
    return html.escape(" ".join("".join(_strings(element)).split()), quote=False)


def _strings(element: etree._Element) -> Iterator[str]:
    # An entity that was not expanded is a node too, with its own name for a text.
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _strings(child)
        yield child.tail or ""


def found(element: etree._Element, path: str) -> str:
    """Return the text at the first match of a path, as HTML on one line."""
    return words(element.find(path))


def markup(element: etree._Element) -> str:
    """Return the inside of an element as HTML."""
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
