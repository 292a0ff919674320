"""The places of a story that decided, the deciding words marked, for all receivers. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from streams.model.alert import AlertEvent
from streams.model.tags import FIELDS, Span, Stretch

AROUND = 60
"""Characters shown on either side of the words that decided."""
SENTENCE = 300
"""Characters shown of the sentence that ties the pair."""
WHO, WHAT = "bold red", "bold magenta"
EXCERPTS = 4
_ORDER: Mapping[str, int] = MappingProxyType({name: at for at, name in enumerate(FIELDS)})


def words(spans: Iterable[Span]) -> str:
    """Return the very words that decided, each once."""
    return ", ".join(dict.fromkeys(plain(span.surface) for span in spans))


def excerpts(event: AlertEvent, spans: Iterable[Span]) -> list[Text]:
    """Return the places that decided, the deciding words marked; close ones together.

    The sentence that ties the pair comes first.
    """
    known = (span for span in spans if span.field in FIELDS)
    ordered = sorted(known, key=lambda span: (_ORDER[span.field], span.start, span.end))
    found: list[Text] = []
    if (sentence := event.why.sentence) is not None:
        told: str = getattr(event.story, sentence.field)
        found.append(tied(told, sentence, event.why.who, event.why.what))
        ordered = [span for span in ordered if not sentence.holds(span)]
    for field, group in groupby(ordered, key=attrgetter("field")):
        text: str = getattr(event.story, field)
        found.extend(_excerpt(text, cluster) for cluster in _clusters(list(group)))
    return found[:EXCERPTS]


def tied(text: str, sentence: Stretch, who: Sequence[Span], what: Sequence[Span]) -> Text:
    """Return a sentence of a field's `text`; `who` and `what` stand in it."""
    start, end = _piece(text, sentence, [*who, *what])
    shown = Text("... " if start > sentence.start else "")
    styled = sorted((*((span, WHO) for span in who), *((span, WHAT) for span in what)), key=_place)
    position = start
    for span, style in styled:
        if position <= span.start and span.end <= end:
            shown.append(plain(text[position : span.start]))
            shown.append(plain(text[span.start : span.end]), style)
            position = span.end
    shown.append(plain(text[position:end]))
    return shown.append(" ..." if end < sentence.end else "")


def _place(styled: tuple[Span, str]) -> tuple[int, int]:
    return styled[0].start, -styled[0].end


def _piece(text: str, sentence: Stretch, marked: Iterable[Span]) -> tuple[int, int]:
    """Return what is shown of a sentence: all of it, or from shortly before the first mark on."""
    if sentence.end - sentence.start <= SENTENCE:
        return sentence.start, sentence.end
    first = min((span.start for span in marked), default=sentence.start)
    start = max(sentence.start, first - AROUND)
    if start > sentence.start:
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), start)
    end = min(sentence.end, start + SENTENCE)
    if end < sentence.end:
        end = next((at for at in range(end, end - AROUND, -1) if text[at].isspace()), end)
    return start, end


def _clusters(spans: list[Span]) -> list[list[Span]]:
    clusters: list[list[Span]] = []
    for span in spans:
        if clusters and span.start - clusters[-1][-1].end <= 2 * AROUND:
            clusters[-1].append(span)
        else:
            clusters.append([span])
    return clusters


def _excerpt(text: str, spans: list[Span]) -> Text:
    start, end = _whole_words(text, spans[0].start, max(span.end for span in spans))
    shown = Text("... " if start else "")
    position = start
    for span in spans:
        if span.start < position:
            continue  # inside the one before
        shown.append(plain(text[position : span.start]))
        shown.append(plain(text[span.start : span.end]), "bold red")
        position = span.end
    shown.append(plain(text[position:end]))
    return shown.append(" ..." if end < len(text) else "")


def _whole_words(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where to cut a text around what stands from `first` to `last`, between two words."""
    start, end = max(0, first - AROUND), min(len(text), last + AROUND)
    if start:
        start = next((at + 1 for at in range(start - 1, first) if text[at].isspace()), start)
    if end < len(text):
        end = next((at for at in range(end, last - 1, -1) if text[at].isspace()), end)
    return start, end
