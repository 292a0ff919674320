"""Entities that an XML document declares itself: only those that can't grow are left in. Pure."""

import re

MOST_CHARACTERS = 100
"""Of what an entity stands for; feeds declare signs and names."""

_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}\[")
_END = re.compile(rb"\]\s*>")
_DECLARED = re.compile(rb"<!ENTITY\b[^>]*>")
_TAME = re.compile(
    rb"<!ENTITY\s+[\w.-]+\s+(?:\"(?:&#\w{1,8};|[^\"&<%%]{0,%d})\"|'[^'&<%%]{0,%d}')\s*>"
    % (MOST_CHARACTERS, MOST_CHARACTERS)
)


def tame(body: bytes) -> bytes:
    """Return a document without entities of entities, long ones, and those from elsewhere."""
    doctype = _DOCTYPE.search(body)
    end = doctype and _END.search(body, doctype.end())
    if not doctype or not end:
        return body
    declared = body[doctype.end() : end.start()]
    kept = b"".join(one for one in _DECLARED.findall(declared) if _TAME.fullmatch(one))
    return body[: doctype.end()] + kept + body[end.start() :]
