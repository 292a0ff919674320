"""A notification as a chat shows it: runs of text, some bold or a link. Pure.

Nothing in here knows a service's own markup: each sink says the runs in its own way, by data
structures where the service has them, and else escaped.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from connectors.delivery.frame.catalogue import say
from connectors.delivery.sinks.content import Card, card, note_lines, subject, web_link
from connectors.delivery.sinks.interface import Notification

MENTION = "@\N{ZERO WIDTH SPACE}"
"""An @ that calls nobody: services look for names in plain text too."""
CUT = "…"


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text. With a `url` it is a link."""

    text: str
    bold: bool = False
    url: str = ""


def chat_runs(told: Notification, most: int, size: Callable[[str], int] = len) -> list[TextRun]:
    """Return what to show, line breaks included, at most so long as the service takes.

    `size` counts a text as the service does.
    """
    every = [TextRun(run.text.replace("@", MENTION), run.bold, run.url) for run in _runs(told)]
    return _cut(every, most, size)


def plain_text(runs: Iterable[TextRun]) -> str:
    """Return the runs as text alone; a link that doesn't show its address is followed by it."""
    shown = (
        f"{run.text}: {run.url}" if run.url and run.url != run.text else run.text for run in runs
    )
    return "".join(shown)


def utf16_length(text: str) -> int:
    """Return how many UTF-16 units a text takes."""
    return len(text.encode("utf-16-le")) // 2


def utf8_length(text: str) -> int:
    """Return how many bytes a text takes."""
    return len(text.encode())


def _runs(told: Notification) -> Iterator[TextRun]:
    _ = say(told.language)
    if told.sample:
        yield TextRun(_("This is a sample: nothing happened.") + "\n", bold=True)
    if told.event is None:
        yield TextRun(f"{subject(told)}\n", bold=True)
    for number, event in enumerate(told.events):
        if number:
            yield TextRun("\n")
        yield from _card(card(event, told.language), _, alone=told.event is not None)
    for line in note_lines(told):
        yield TextRun(f"{line}\n")
    links = told.links
    for name, url in (
        (_("Right"), links.right),
        (_("Wrong"), links.wrong),
        (_("Mute this alert"), links.mute),
        (_("Unsubscribe"), links.unsubscribe),
    ):
        if safe := web_link(url):
            yield TextRun(name, url=safe)
            yield TextRun("  ")


def _card(seen: Card, _: Callable[[str], str], *, alone: bool) -> Iterator[TextRun]:
    """Return an event's runs: all of it, or two lines in a digest."""
    yield TextRun(f"{seen.heading}\n")
    yield TextRun(seen.headline, bold=True, url=seen.url)
    yield TextRun("\n")
    if not alone:
        return
    where = " · ".join(text for text in (seen.outlets, seen.published) if text)
    for line in (where, seen.reason, *seen.changes):
        if line:
            yield TextRun(f"{line}\n")
    for one in seen.named:
        yield TextRun("• ")
        yield TextRun(one.headline, url=one.url)
        yield TextRun(f" ({one.source})\n")
    for excerpt in seen.excerpts:
        for piece in excerpt:
            yield TextRun(piece.text, bold=piece.marked)
        yield TextRun("\n")
    yield TextRun(_("Alert {id}").format(id=seen.alert) + "\n")


def _cut(runs: list[TextRun], most: int, size: Callable[[str], int]) -> list[TextRun]:
    """Return the first of them that fit, the address of a link counted too."""
    room = most - size(CUT)
    kept: list[TextRun] = []
    for run in runs:
        needed = size(run.text) + (size(f": {run.url}") if run.url else 0)
        if needed > room:
            begun = run.text[: max(room, 0)]
            while begun and size(begun) > room:
                begun = begun[:-1]
            return [*kept, TextRun(begun + CUT, run.bold)]
        kept.append(run)
        room -= needed
    return kept
