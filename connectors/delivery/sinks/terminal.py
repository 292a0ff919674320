"""The terminal: an alert for people, with the words that decided, or as a JSON line."""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectors.background import in_thread
from connectors.delivery.frame.catalogue import ENGLISH, say, translations
from connectors.delivery.frame.labels import kind_word, severity_word
from connectors.delivery.frame.lengths import length
from connectors.delivery.frame.reasons import ANNOUNCED, CHANGES, gone, reason_line
from connectors.delivery.sinks.box import Box
from connectors.delivery.sinks.excerpts import excerpts, words
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, retry
from connectors.delivery.sinks.settings import TerminalSettings
from connectors.delivery.sinks.terminal_digest import render_digest
from connectors.delivery.sinks.terminal_text import plain
from streams.contract.codec import DecodeError, decode, encode
from streams.model.alert import AlertEvent, Change, Kind
from streams.model.spike import DaySpike
from streams.model.watch import Severity

PAIRS = 4
GONE = (errno.EPIPE, errno.EIO, errno.EBADF)
"""How an output fails whose reader is gone."""
SHORT = 10
"""Digits of an alert's id that are shown: `wirewatch explain` and `judge` take them."""
OUTLETS = 5
"""Outlets shown by name."""
BORDERS = {Kind.UPDATED: "yellow", Kind.CORRECTED: "yellow", Kind.CLOSED: "dim"}


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as a JSON line, or what heads the events of a digest, whose lines come after it."""

    notice: str
    """Its id."""
    title: str
    note: str


def open_sink(tools: SinkTools) -> Send:
    """Return what prints to standard output."""

    async def send(_: TerminalSettings, told: Notification) -> DeliveryOutcome:
        # A terminal that nobody reads blocks whoever writes to it.
        return await in_thread(partial(show, told, as_json=tools.json))

    return send


def show(told: Notification, *, as_json: bool) -> DeliveryOutcome:
    """Print alerts to standard output. Blocks for as long as nobody reads that."""
    data = _json_lines(told) if as_json else _printed(told)
    try:
        # Past Python's own buffer: whoever waits in there holds up the end of the process.
        number = sys.stdout.fileno()
        while data:
            data = data[os.write(number, data) :]
    except OSError as error:
        reason = f"standard output can't be written: {error.strerror}"
        if error.errno in GONE:
            return DeliveryOutcome(Result.PAUSE, reason, away=True)
        return retry(reason, away=True)
    return DELIVERED


def _json_lines(told: Notification) -> bytes:
    """Return a line for each event, as it stands on Kafka; before several of them their heading."""
    if told.event is not None and told.payload:
        return told.payload + b"\n"
    head = NoticeLine(notice=told.id, title=told.title, note=told.note)
    lines = [encode(event) for event in told.events]
    return b"".join(
        line + b"\n" for line in ([encode(head), *lines] if told.event is None else lines)
    )


def read_line(line: bytes) -> AlertEvent | NoticeLine:
    """Read a JSON line that stands on standard output. Raises `DecodeError` for any other."""
    try:
        return decode(line, AlertEvent)
    except DecodeError:
        return decode(line, NoticeLine)


def render_line(line: bytes, language: str = ENGLISH) -> RenderableType:
    """Lay out for people what a JSON line says. Raises `DecodeError` for one that isn't ours."""
    said = read_line(line)
    if isinstance(said, AlertEvent):
        return render(said, language)
    return render_digest(
        Notification(id=said.notice, subscriber="", title=said.title, note=said.note)
    )


def _printed(told: Notification) -> bytes:
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(_rendered(told))
    return captured.get().encode(sys.stdout.encoding, "backslashreplace")


def _rendered(told: Notification) -> RenderableType:
    return render_digest(told) if told.event is None else render(told.event, told.language)


def render(event: AlertEvent, language: str = ENGLISH) -> RenderableType:
    """Lay an alert out for people. Nothing in it can drive the terminal.

    What opens an alert says why it came; what happens to it later says what changed.
    """
    _ = say(language)
    reason = plain(reason_line(event, language))
    headline = reason if event.spike is not None else plain(event.story.headline)
    head = Text(headline or _("(no headline)"), style="bold")
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim")
    # Thai and Khmer have no blanks between words: what is too long goes on in the next line.
    rows.add_column(overflow="fold")
    shown = _rows(event, language) if event.spike is None else _spike_rows(event, event.spike, _)
    for name, value in shown:
        rows.add_row(name, value)
    said = [plain(kind_word(event.kind, _)).upper(), plain(event.title)]
    if event.spike is None:
        said.append(reason)
    if event.severity is not Severity.NORMAL:
        said.insert(1, plain(severity_word(event.severity, _)))
    return Box(
        Group(head, rows),
        title=" · ".join(said),
        foot=_("alert {id}").format(id=plain(event.alert)[:SHORT]),
        style=BORDERS.get(event.kind, "red"),
    )


def _rows(event: AlertEvent, language: str) -> Iterator[tuple[str, Text]]:
    said = translations(language)
    _, opens = said.gettext, event.kind is Kind.OPENED
    yield said.ngettext("outlet", "outlets", len(event.outlets)), Text(outlets(event.outlets))
    if opens:
        yield _("pairs"), Text(_pairs(event))
        yield _("topics"), Text(_topics(event, language))
    if event.kind is not Kind.OPENED and event.kind is not Kind.CLOSED:
        yield _("by"), Text(plain(event.story.source))
    if event.kind is Kind.WITHDRAWN:
        yield _("still"), Text(_still(event, language))
    for change in event.changes:
        yield plain(_(change.what) if change.what in CHANGES else change.what), _change(change, _)
    if event.related:
        yield _("related"), Text(_related(event, language))
    if event.story.url:
        yield _("link"), Text(plain(event.story.url), overflow="fold")
    if opens:
        spans = event.why.spans
        yield _("decided"), Text(words(spans), style="bold red")
        for number, text in enumerate(excerpts(event, spans)):
            yield (_("because") if number == 0 else ""), text
    if event.kind is not Kind.CLOSED:
        yield _("times"), Text(_times(event, language))


def _spike_rows(
    event: AlertEvent, spike: DaySpike, _: Callable[[str], str]
) -> Iterator[tuple[str, Text]]:
    """Return who had stories, and those that tell most."""
    yield _("Outlets"), Text(outlets(event.outlets))
    for one in spike.telling:
        yield plain(one.source), Text(plain(one.headline) or _("(no headline)"))
        if one.url:
            yield "", Text(plain(one.url), overflow="fold")


def outlets(names: Sequence[str]) -> str:
    """Return who carried it: how many, and the first few by name."""
    named = plain(", ".join(names[:OUTLETS]))
    if len(names) == 1:
        return named
    return f"{len(names)}: {named}{', ...' if len(names) > OUTLETS else ''}"


def _related(event: AlertEvent, language: str) -> str:
    """Return the open alerts that may be of the same event, and what the nearest shares with it."""
    _ = say(language)
    named = ", ".join(alert[:SHORT] for alert in event.related)
    shared = ", ".join(event.grouping.evidence) if event.grouping is not None else ""
    if not shared:
        return plain(_("may be the event of alert {alerts}").format(alerts=named))
    text = _("may be the event of alert {alerts}, sharing {words}")
    return plain(text.format(alerts=named, words=shared))


def _still(event: AlertEvent, language: str) -> str:
    """Say who reports still what was withdrawn: an alert is only if none in words of its own."""
    _ = say(language)
    others = [name for name in event.outlets if name != event.story.source]
    if not others:
        return _("reported by nobody")
    text = _("reported by nobody in words of their own; it was also in {outlets}")
    return text.format(outlets=outlets(others))


def _change(change: Change, _: Callable[[str], str]) -> Text:
    before = _(ANNOUNCED) if change.before == ANNOUNCED else change.before
    if before and not change.after:
        return Text(gone(plain(before), _), style="dim")  # many terminals strike nothing out
    shown = Text(plain(before), style="strike dim")
    if before:
        shown.append(" → ", style="not strike dim")
    return shown.append(Text(plain(change.after), style="not strike not dim bold"))


def _pairs(event: AlertEvent) -> str:
    shown = event.why.pairs_of(event.tags)[:PAIRS]
    return ", ".join(f"{pair.name} {pair.relation} {pair.score:.2f}" for pair in shown)


def _topics(event: AlertEvent, language: str) -> str:
    _ = say(language)
    background = _("(background)")
    return ", ".join(
        f"{topic.slug} {topic.score:.2f}" + (f" {background}" if topic.background else "")
        for topic in event.tags.topics
    )


def _times(event: AlertEvent, language: str) -> str:
    _, times = say(language), event.times
    parts = []
    if times.published:
        parts.append(_("published {time} UTC").format(time=f"{times.published:%Y-%m-%d %H:%M}"))
    if times.first_seen and times.raised:
        took = length((times.raised - times.first_seen).total_seconds(), language)
        text = _("seen {time}, alert {length} later")
        parts.append(text.format(time=f"{times.first_seen:%H:%M:%S}", length=took))
    return ", ".join(parts)
