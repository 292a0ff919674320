"""How long an alert took, as each language writes numbers."""

import io
from datetime import timedelta

import msgspec
import pytest
from rich.console import Console

from connectors.delivery.sinks.terminal import render
from streams.model.alert import Kind
from tests.support.samples import sample_alert


def shown(seconds: float, language: str, kind: Kind = Kind.OPENED) -> str:
    event = sample_alert()
    assert event.times.first_seen is not None
    raised = event.times.first_seen + timedelta(seconds=seconds)
    times = msgspec.structs.replace(event.times, raised=raised)
    outlets = (event.story.source,)
    event = msgspec.structs.replace(event, times=times, kind=kind, outlets=outlets)
    console = Console(file=io.StringIO(), width=200, force_terminal=False)
    console.print(render(event, language))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("seconds", "language", "said"),
    [
        (4.72, "en", "alert 4.72 s later"),
        (4.72, "fr", "alerte 4,72 s plus tard"),
        (0.5, "fr", "alerte 0,50 s plus tard"),
        (4.72, "km", "ជូនដំណឹង 4.72 វិនាទីក្រោយ"),
        (388.74, "en", "alert 6 min 29 s later"),
        (388.74, "fr", "alerte 6 min 29 s plus tard"),
        (388.74, "km", "6 នាទី 29 វិនាទី"),
        (59.999, "fr", "alerte 1 min 0 s plus tard"),
    ],
)
def test_how_long_an_alert_took_is_written_as_the_language_does(
    seconds: float, language: str, said: str
) -> None:
    assert said in shown(seconds, language)


def test_that_nobody_reports_a_withdrawn_story_any_more_is_a_whole_sentence_in_french() -> None:
    text = shown(1, "fr", Kind.WITHDRAWN)
    assert "aucun média ne la rapporte plus" in text
    assert "encore" not in text
