"""Text out of what feeds hold: HTML, escaped twice, with characters that have no business here."""

import re

from selectolax.lexbor import LexborHTMLParser

BLOCKS = "p,div,br,li,ul,ol,tr,table,h1,h2,h3,h4,h5,h6,blockquote,section,article,figure,hr,pre"
CAPTIONS = "figcaption,.wp-caption-text,.wp-caption-dd"
"""A picture's own words: what they name isn't what the story is about."""
HIDDEN = ["script", "style", "noscript", "template", "iframe", "object", "svg"]

MOST_PASSES = 3
"""How often markup is looked for in what was escaped: HTML in HTML in HTML has been seen."""

# Only what can't be meant to be read: `a < b` and `<name>` stay.
_MARKUP = re.compile(
    r"</?(?:p|br|a|b|i|u|em|strong|span|div|font|img|h[1-6]|[uo]l|li|table|t[rdh]|blockquote)"
    r"(?:\s[^<>]{0,2000})?/?>"
    r"|&(?:amp|lt|gt|quot|apos|nbsp|rsquo|lsquo|rdquo|ldquo|ndash|mdash|hellip|#\d{2,6}|#x[\da-f]{2,5});",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
# C0 and C1 controls, marks that turn the reading order, lone surrogates, byte order marks.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def visible(text: str) -> str:
    """Return a text without the characters that drive a terminal or hide what is read."""
    return _UNWANTED.sub("", text)


def plain(markup: str) -> str:
    """Return the text of a piece of HTML; paragraphs stay on lines of their own."""
    text = _UNWANTED.sub("", markup)
    if "<" in text or "&" in text:
        text = _rendered(text)
        for _ in range(MOST_PASSES - 1):
            if not _MARKUP.search(text):
                break
            text = _rendered(text)
    text = _SPACES.sub(" ", text)
    return _LINES.sub("\n", text).strip()


def line(markup: str) -> str:
    """Return the text of a piece of HTML on one line, as for a headline."""
    return " ".join(plain(markup).split())


def _rendered(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    tree.strip_tags(HIDDEN)
    body = tree.body
    if body is None:
        return ""
    for caption in body.css(CAPTIONS):
        caption.decompose()
    for block in body.css(BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    # Entities may have stood in entities; control characters may have stood in both.
    return _UNWANTED.sub("", body.text())
