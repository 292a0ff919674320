"""Several alert events in one box: a line for each, and where to read on."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectors.delivery.frame.catalogue import say
from connectors.delivery.frame.labels import kind_word, severity_word
from connectors.delivery.frame.reasons import reason_line
from connectors.delivery.sinks.box import Box
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.terminal_text import plain
from streams.model.watch import Severity

SHORT = 10


def render_digest(told: Notification) -> RenderableType:
    """Lay several events, or a notice, out for people. Nothing in it can drive the terminal."""
    _ = say(told.language)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for event in told.events:
        reason = reason_line(event, told.language)
        about = [plain(event.title), plain(reason), plain(event.story.source)]
        headline = plain(event.story.headline)
        if event.spike is not None:  # it is about many stories
            headline, about = plain(reason), about[:1]
        if event.severity is not Severity.NORMAL:
            about.insert(0, plain(severity_word(event.severity, _)))
        rows.add_row(
            plain(kind_word(event.kind, _)).upper(),
            Text(headline or _("(no headline)"), style="bold"),
        )
        rows.add_row(event.alert[:SHORT], Text(" · ".join(about)))
        if event.story.url and event.spike is None:
            rows.add_row("", Text(plain(event.story.url), overflow="fold"))
    content = [Text(plain(told.note))] if told.note and not told.events else [rows]
    title = " · ".join(
        plain(text) for text in (told.title, told.note if told.events else "") if text
    )
    return Box(Group(*content), title=title, foot="", style="cyan")
