"""What an alert looks like on a terminal."""

import io

import msgspec
from rich.console import Console

from connectors.sinks.terminal import plain, render
from streams.alert import AlertEvent, Change, Kind
from tests.samples import sample_alert, sample_story


def shown(event: AlertEvent) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(render(event))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_alert_says_what_who_and_why() -> None:
    text = shown(sample_alert())
    for fact in (
        "OPENED · US–Cambodia defense · new story",
        "US and Cambodia weigh a return to joint drills",
        "Mekong Courier",
        "KH-US between 0.80",
        "defense 0.70",
        "https://courier.example/1",
        "seen 12:00:00, alert 4.00 s later",
    ):
        assert fact in text


def test_the_words_that_decided_are_marked() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    console.print(render(sample_alert()))
    assert isinstance(console.file, io.StringIO)
    for word in ("US", "Cambodia", "joint drills"):
        assert f"\x1b[1;31m{word}\x1b[0m" in console.file.getvalue()


def test_a_hostile_headline_drives_nothing() -> None:
    headline = "US and Cambodia joint drills \x1b[2J\x1b]0;owned\x07 [bold]x[/bold] \u202egnp.exe"
    event = sample_alert(sample_story(headline=headline))
    text = shown(event)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[bold]x[/bold]" in text


def test_a_story_without_words_can_be_shown() -> None:
    event = sample_alert()
    why = msgspec.structs.replace(event.why, pair=None, topics=())
    story = msgspec.structs.replace(event.story, headline="", url=None, published=None)
    assert "(no headline)" in shown(msgspec.structs.replace(event, story=story, why=why))


def later(kind: Kind, **fields: object) -> AlertEvent:
    return msgspec.structs.replace(sample_alert(), kind=kind, **fields)


def test_an_update_is_short_and_says_how_many_outlets() -> None:
    names = tuple(f"Outlet {letter}" for letter in "ABCDEFG")
    text = shown(later(Kind.UPDATED, reason="third outlet", outlets=names))
    assert "UPDATED · US–Cambodia defense · third outlet" in text
    assert "7: Outlet A, Outlet B, Outlet C, Outlet D, Outlet E, ..." in text
    assert "because" not in text


def test_a_correction_shows_what_changed() -> None:
    changes = (
        Change(what="headline", before="Forty drown", after="Four drown"),
        Change(what="figures", before="", after="4\x1b[2J"),
    )
    text = shown(later(Kind.CORRECTED, reason="corrected by the outlet", changes=changes))
    assert "Forty drown → Four drown" in text
    assert "figures   4 [2J" in text
    assert "\x1b" not in text


def test_a_withdrawal_and_a_closing_fit_on_a_few_lines() -> None:
    withdrawn = later(Kind.WITHDRAWN, reason="killed by the outlet")
    closed = later(Kind.CLOSED, reason="quiet for 72 hours")
    assert "WITHDRAWN · US–Cambodia defense · killed by the outlet" in shown(withdrawn)
    assert len(shown(withdrawn).splitlines()) == 7
    assert len(shown(closed).splitlines()) == 5


def test_letters_of_every_script_stay() -> None:
    assert plain("កម្ពុជា 柬埔寨 Việt") == "កម្ពុជា 柬埔寨 Việt"


def test_an_alert_of_a_watch_without_a_pair_can_be_shown() -> None:
    event = sample_alert()
    why = msgspec.structs.replace(event.why, pair=None)
    text = shown(msgspec.structs.replace(event, why=why))
    assert "KH-US between 0.80" in text
    assert "joint drills" in text
