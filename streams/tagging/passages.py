"""Cut a story into passages: headline, summary and body, their sentences, lead and dateline."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from operator import itemgetter
from types import MappingProxyType

import msgspec

from streams.model.story import Story
from streams.model.tags import Field

MOST_CHARACTERS: Mapping[Field, int] = MappingProxyType(
    {"headline": 1_000, "summary": 20_000, "body": 100_000}
)
"""What is read of each field; five long reports of a body. That bounds the time a story takes, and
a story beyond it is known by its beginning."""
LEAD_CHARACTERS = 300
"""The lead: what stands this near to the beginning of the text, a headline said again left out."""

_SENTENCE_END = re.compile(
    r"[.!?\n。！？។]"  # one set of characters to look for: that is what makes it quick
    r"(?:(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-Ý0-9])|(?<=\n)\n*|(?<=[。！？។])[。！？។]*)"
)
_TITLES = frozenset(
    re.findall(
        r"\w+",
        "Mr Mrs Ms Dr Gen Col Lt Sgt Maj Adm Capt Sen Rep Gov St Sept Oct Nov Dec Jan Feb Aug No vs"
        " Inc Corp Co Jr Sr EE UU",
    )
)
_DATELINE = re.compile(
    r"\s*(?:\([^)\n]{2,30}\)\s*)?"
    r"(?:[A-ZÀ-Ý][\w.'’-]*(?:[ ,/]+[A-ZÀ-Ý][\w.'’-]*){0,6}"
    r"(?:,? \d{1,2}(?: [A-Z][a-z]+)?(?:,? \d{4})?)?,?"
    r"\s*(?:(?:[—–]|--?)\s|\([^)\n]{2,40}\)\s*(?:[—–:]|--?)\s?)"
    r"|[A-ZÀ-Ý][\w'’-]*(?:,? [A-ZÀ-Ý][\w'’-]*){0,3}: (?=[A-ZÀ-Ý“\"'‘])"
    r"|[^:\n]{2,110}?\s\d{1,2}:\d\d [AP]\.?M\.? [A-Z]{2,4}\s"
    r"|[^\s:：៖]{2,20}\s?[៖：]"
    r"|(?:[（(【]?[^\s，。]{0,12}[社网報报讯訊]\s?)[^\s，。]{0,12}?\d{1,2}月\d{1,2}日[电電讯訊])"
)


_CREDIT = r"\((?:Reporting|Writing|Editing|Additional reporting|Compiled)\b[^)\n]{0,300}\)"
_LINK = (
    r"[ \t]*(?:Read more|Read also|Also read|See also|Related|Lire aussi|À lire aussi|Xem thêm"
    r"|អានបន្ថែម|อ่านเพิ่มเติม|延伸阅读|延伸閱讀|相关阅读|相關閱讀)[ \t]*[:：>»|][^\n]*"
)
_HEADING = (
    r"[ \t]*(?:Related|More|Other|Latest|Recommended|Trending|Top|Most read)"
    r" ?(?:stories|articles|news|headlines|links|from [^\n.]{0,40})?[ \t]{0,40}:?[ \t]{0,40}\n"
)
# Who reported and edited; a line that leads elsewhere; a heading with other stories under it.
_FRAME = re.compile(
    rf"{_CREDIT}|^{_LINK}|^{_HEADING}[\s\S]*",
    re.MULTILINE | re.IGNORECASE,
)
_BEGINS_FRAMED = re.compile(f"{_LINK}|{_HEADING}", re.IGNORECASE)
_MAY_BE_FRAMED = tuple(
    # Each begins with a character to look for, so a text that has none is soon known.
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_CREDIT, rf"\n{_LINK}", rf"\n{_HEADING}")
)


class Passage(msgspec.Struct, frozen=True, gc=False):
    """One field of a story, with the offsets its sentences start at and where its dateline ends.

    The lead reaches from `lead[0]` to `lead[1]`. `frame` holds what isn't of the story: credits,
    and links to other stories.
    """

    field: Field
    text: str
    starts: tuple[int, ...]
    dateline: int
    lead: tuple[int, int]
    frame: tuple[tuple[int, int], ...]

    def sentence(self, offset: int) -> int:
        """Return the number of the sentence that holds the offset."""
        return bisect_right(self.starts, offset) - 1

    def told(self, offset: int) -> bool:
        """Say whether the offset is in the story itself."""
        before = bisect_right(self.frame, offset, key=itemgetter(0))
        return before == 0 or offset >= self.frame[before - 1][1]

    def in_lead(self, offset: int) -> bool:
        """Say whether the offset is in the lead."""
        return self.lead[0] <= offset < self.lead[1]


def passages(story: Story) -> tuple[Passage, ...]:
    """Return the story's passages, without a summary that the body begins with."""
    headline, summary, body = story.headline, story.summary, story.body
    found: list[Passage] = []
    if headline:
        found.append(_passage("headline", headline, 0))
    if summary and not body.startswith(summary.rstrip(" .…")[:200]):
        found.append(_passage("summary", summary, _repeated(summary, headline)))
    if body:
        found.append(_passage("body", body, _repeated(body, headline)))
    return tuple(found)


def unread(story: Story) -> tuple[Field, ...]:
    """Return the fields of which only the beginning is read."""
    texts: dict[Field, str] = {
        "headline": story.headline,
        "summary": story.summary,
        "body": story.body,
    }
    return tuple(field for field, text in texts.items() if len(text) > MOST_CHARACTERS[field])


def _abbreviated(text: str, stop: int) -> bool:
    """Say whether the full stop ends an abbreviation or an initial rather than a sentence."""
    if stop > 4 and text[stop - 5 : stop].isalpha():
        return False  # no abbreviation is so long
    first = stop
    while first > 0 and stop - first < 5 and text[first - 1].isalpha():
        first -= 1
    word = text[first:stop]
    return word in _TITLES or (len(word) == 1 and word.isupper())


def _repeated(text: str, headline: str) -> int:
    """Return how much of a text's beginning is the headline again."""
    return len(headline) if len(headline) > 10 and text.startswith(headline) else 0


def _is_framed(text: str) -> bool:
    if not ("\n" in text or "(" in text):
        return False
    return bool(_BEGINS_FRAMED.match(text)) or any(sign.search(text) for sign in _MAY_BE_FRAMED)


def _passage(field: Field, whole: str, begin: int) -> Passage:
    text = whole[: MOST_CHARACTERS[field]]
    ends = (
        end.end()
        for end in _SENTENCE_END.finditer(text)
        if text[end.start()] != "." or not _abbreviated(text, end.start())
    )
    dateline = _DATELINE.match(text[:160]) if field != "headline" else None
    lead = (0, len(text)) if field == "headline" else (begin, begin + LEAD_CHARACTERS)
    framed = field == "body" and _is_framed(text)
    frame = tuple(match.span() for match in _FRAME.finditer(text)) if framed else ()
    return Passage(field, text, (0, *ends), dateline.end() if dateline else 0, lead, frame)
