"""What people read of an event, whatever brings it to them. Pure.

Each text is one line, without characters that drive a receiver. Each sink escapes it for its own
service and lays it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from rich.text import Text

from connectors.delivery.frame.catalogue import ENGLISH, say, translations
from connectors.delivery.frame.labels import kind_word, labelled, severity_word
from connectors.delivery.frame.reasons import change_line, reason_line
from connectors.delivery.sinks.excerpts import excerpts, words
from connectors.delivery.sinks.interface import Notification
from connectors.plain_text import visible
from streams.model.alert import AlertEvent, Kind
from streams.model.editorial_signals import bare
from streams.model.spike import DaySpike

HEADLINE = 400
IN_SUBJECT = 100
"""Characters of a headline before what else there is in the message."""
REASON = 200
OUTLETS = 5
SHORT = 10
"""Digits of an alert's id that are shown: `wirewatch explain` and `judge` take them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `marked` ones decided."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class NamedStory:
    """A story that a spike names."""

    headline: str
    url: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An event as people read it. What doesn't apply is empty.

    A spike is about many stories: its headline is what there is to say, and a few are `named`.
    """

    kind: str
    severity: str
    watch: str
    headline: str
    outlet_names: tuple[str, ...]
    """Those that are named."""

    outlet_count: int
    alert: str
    reason: str = ""
    changes: tuple[str, ...] = ()
    named: tuple[NamedStory, ...] = ()
    excerpts: tuple[tuple[Piece, ...], ...] = ()
    words: str = ""
    url: str = ""
    published: str = ""
    language: str = ""

    @property
    def heading(self) -> str:
        """What happened, for which watch."""
        severity = f" · {self.severity.upper()}" if self.severity else ""
        return f"{self.kind.upper()}{severity} · {self.watch}"

    @property
    def outlets(self) -> str:
        """How many outlets tell it, and the first of them."""
        count = f"{self.outlet_count}: " if self.outlet_count > 1 else ""
        more = ", ..." if self.outlet_count > len(self.outlet_names) else ""
        return f"{count}{', '.join(self.outlet_names)}{more}"


def card(event: AlertEvent, language: str = ENGLISH) -> Card:
    """Return what people read of an event; what wirewatch itself says of it in their language."""
    _ = say(language)
    story, opens = event.story, event.kind is Kind.OPENED
    reason = one_line(reason_line(event, language), REASON)
    if event.spike is not None:
        return _spike_card(event, event.spike, reason, language)
    spans = event.why.spans
    return Card(
        kind=kind_word(event.kind, _),
        severity=severity_word(event.severity, _),
        watch=one_line(event.title, REASON) or one_line(event.watch, REASON),
        headline=one_line(_headline(event), HEADLINE) or _("(no headline)"),
        reason=reason,
        outlet_names=_named(event.outlets),
        outlet_count=len(event.outlets),
        changes=tuple(one_line(change_line(one, language), HEADLINE) for one in event.changes),
        excerpts=tuple(_pieces(text) for text in excerpts(event, spans)) if opens else (),
        words=one_line(words(spans), HEADLINE) if opens else "",
        url=web_link(story.url),
        published=f"{story.published:%Y-%m-%d %H:%M} UTC" if story.published else "",
        language=one_line(story.language or event.tags.language or "", 20),
        alert=one_line(event.alert[:SHORT], SHORT),
    )


def _spike_card(event: AlertEvent, spike: DaySpike, said: str, language: str) -> Card:
    _ = say(language)
    return Card(
        kind=kind_word(event.kind, _),
        severity=severity_word(event.severity, _),
        watch=one_line(event.title, REASON) or one_line(event.watch, REASON),
        headline=said,
        outlet_names=_named(event.outlets),
        outlet_count=len(event.outlets),
        alert=one_line(event.alert[:SHORT], SHORT),
        named=tuple(
            NamedStory(
                one_line(one.headline, HEADLINE) or _("(no headline)"),
                web_link(one.url),
                one_line(one.source, REASON),
            )
            for one in spike.telling
        ),
    )


def _headline(event: AlertEvent) -> str:
    """Return the headline, without the wire's own word for what the event's kind says already."""
    told = event.story.headline
    return bare(told) or told if event.kind in (Kind.WITHDRAWN, Kind.CORRECTED) else told


def subject(told: Notification) -> str:
    """Return what heads a message: what happened, in a line."""
    _ = say(told.language)
    if told.event is not None:
        seen = card(told.event, told.language)
        if told.sample:  # its watch is called so too
            return labelled(_("SAMPLE"), seen.headline, _)
        headed = told.event.kind is not Kind.OPENED
        what = labelled(seen.kind, seen.headline, _) if headed else seen.headline
        text = f"{seen.severity.upper()} [{seen.watch}] {what}".strip()
    elif told.events:
        text = _several(told)
    else:
        text = one_line(told.title, HEADLINE) or one_line(told.note, HEADLINE)
    return labelled(_("SAMPLE"), text, _) if told.sample else text


def _several(told: Notification) -> str:
    """Return what heads several events: first of all that one of the alerts is withdrawn."""
    said = translations(told.language)
    count = len(told.events)
    title = one_line(told.title, HEADLINE) or said.ngettext(
        "{count} alert", "{count} alerts", count
    ).format(count=count)
    last = {event.alert: event for event in told.events}
    gone = next((event for event in last.values() if event.kind is Kind.WITHDRAWN), None)
    if gone is None:
        return title
    others = len(last) - 1
    more = said.ngettext(", and {count} more", ", and {count} more", others).format(count=others)
    headline = one_line(card(gone, told.language).headline, IN_SUBJECT)
    what = kind_word(gone.kind, said.gettext)
    withdrawn = labelled(what, headline, said.gettext)
    return f"{withdrawn}{more if others else ''} · {title}"


def note_lines(told: Notification) -> list[str]:
    """Return what is said beside the events, line by line."""
    return [text for line in told.note.splitlines() if (text := one_line(line, 1_000))]


def one_line(text: str, most: int) -> str:
    """Return a text on one line, cut, without characters that drive a receiver."""
    line = " ".join(visible(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def web_link(url: str | None) -> str:
    """Return an address if it is one of the web that a person can safely follow, else nothing."""
    text = url or ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    ok = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    bad = any(char.isspace() or not char.isprintable() or char in "<>\"'`|\\^{}" for char in text)
    return text if ok and not bad and len(text) <= 2_000 else ""


def _named(outlets: Sequence[str]) -> tuple[str, ...]:
    return tuple(one_line(name, REASON) for name in outlets[:OUTLETS])


def _pieces(text: Text) -> tuple[Piece, ...]:
    """Return a text's stretches, in order; what is styled is marked."""
    found, position = [], 0
    for span in sorted(text.spans, key=lambda span: span.start):
        if span.start > position:
            found.append(Piece(visible(text.plain[position : span.start])))
        found.append(Piece(visible(text.plain[max(position, span.start) : span.end]), marked=True))
        position = max(position, span.end)
    found.append(Piece(visible(text.plain[position:])))
    return tuple(piece for piece in found if piece.text)
