"""What an alert looks like on a terminal."""

import io
import json
import re

import msgspec
import pytest
from rich.console import Console

from connectors.delivery.sinks.box import cells
from connectors.delivery.sinks.excerpts import WHAT, WHO, excerpts, tied
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DELIVERED
from connectors.delivery.sinks.terminal import read_line, render, render_line, show
from connectors.delivery.sinks.terminal_text import plain
from streams.contract.codec import encode
from streams.model.alert import AlertEvent, Change, Kind
from streams.model.story import is_id
from streams.model.tags import Span, Stretch
from tests.support.samples import alert_tied_in_the_body, sample_alert, sample_story


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


def test_the_sentence_that_ties_the_pair_comes_first_with_who_and_what_marked() -> None:
    event = alert_tied_in_the_body()
    first, *others = excerpts(event, event.why.spans)
    assert first.plain == "On Monday the United States sent Cambodia two patrol boats for its navy."
    marked = {first.plain[part.start : part.end]: str(part.style) for part in first.spans}
    assert marked == {"United States": WHO, "Cambodia": WHO, "patrol boats": WHAT}
    assert len(others) == 1
    assert "army" in others[0].plain
    assert [span.surface for span in event.why.spans] == [
        *("United States", "Cambodia", "patrol boats"),
        "army",
    ]


def test_of_a_very_long_sentence_the_piece_with_who_and_what_is_shown() -> None:
    text = "so it went on and on " * 30 + "until Chad met Mali" + " and on it went" * 30
    at = text.index("Chad")
    names = [
        Span(field="body", start=start, end=start + 4, surface="", entry="")
        for start in (at, at + 9)
    ]
    shown = tied(text, Stretch(field="body", start=0, end=len(text)), names, []).plain
    assert "until Chad met Mali" in shown
    assert len(shown) < 320
    assert shown.startswith("... ")
    assert shown.endswith(" ...")


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
        Change(what="names", before="Hartley", after=""),
    )
    text = shown(later(Kind.CORRECTED, reason="corrected by the outlet", changes=changes))
    assert "Forty drown → Four drown" in text
    assert "figures   4 [2J" in text
    assert "names     Hartley (no longer there)" in text
    assert "\x1b" not in text


def test_a_withdrawal_and_a_closing_fit_on_a_few_lines() -> None:
    withdrawn = later(Kind.WITHDRAWN, reason="killed by the outlet")
    closed = later(Kind.CLOSED, reason="quiet for 72 hours")
    assert "WITHDRAWN · US–Cambodia defense · killed by the outlet" in shown(withdrawn)
    assert len(shown(withdrawn).splitlines()) == 8
    assert len(shown(closed).splitlines()) == 5


def test_letters_of_every_script_stay() -> None:
    assert plain("កម្ពុជា 柬埔寨 Việt") == "កម្ពុជា 柬埔寨 Việt"


def test_an_alert_of_a_watch_without_a_pair_can_be_shown() -> None:
    event = sample_alert()
    why = msgspec.structs.replace(event.why, pair=None)
    text = shown(msgspec.structs.replace(event, why=why))
    assert "KH-US between 0.80" in text
    assert "joint drills" in text


SCRIPTS = {
    "Khmer": "កម្ពុជា និងសហរដ្ឋអាមេរិក ពិភាក្សាអំពីការហ្វឹកហាត់យោធារួមគ្នា នៅរាជធានីភ្នំពេញ",
    "Thai": "กองทัพสหรัฐและกัมพูชาเตรียมฟื้นการฝึกร่วมทางทหารอีกครั้งหลังหยุดไปหลายปีที่กรุงพนมเปญ",
    "Burmese": "အမေရိကန်နှင့် ကမ္ဘောဒီးယား စစ်ရေးလေ့ကျင့်မှုများ ပြန်လည်စတင်ရန် ဆွေးနွေး",
    "Hindi": "अमेरिका और कंबोडिया ने संयुक्त सैन्य अभ्यास फिर शुरू करने पर चर्चा की नोम पेन्ह में",
    "Chinese": "美国和柬埔寨讨论恢复联合军事演习" * 3,
    "emoji": "\u2764\ufe0f \U0001f1f0\U0001f1ed \U0001f468 talks on drills " * 3,
}


def headed(headline: str) -> AlertEvent:
    event = sample_alert()
    return msgspec.structs.replace(
        event, story=msgspec.structs.replace(event.story, headline=headline)
    )


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("width", [40, 80, 160])
def test_every_line_keeps_its_border_in_any_script(script: str, width: int) -> None:
    headline = SCRIPTS[script]
    event = msgspec.structs.replace(headed(headline), title=headline)
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(render(event))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    for line in lines:
        # The right side is put at its column, and nothing before it gets that far on any terminal.
        before = re.fullmatch(rf"(.*)\x1b\[{width}G[│╮╯]", line)
        assert before is not None, line
        assert cells(before[1]) < width
    inside = "".join(lines[1:-1])
    assert inside.replace(" ", "").count("│") == 2 * len(lines[1:-1])
    text = re.sub(r"[│ ]|\x1b\[\d+G", "", inside)
    assert headline.replace(" ", "") in text


def test_a_box_in_a_pipe_has_no_control_codes_and_straight_sides() -> None:
    text = shown(headed(SCRIPTS["Thai"]))
    assert "\x1b" not in text
    assert {cells(line) for line in text.splitlines()} == {100}


def test_an_alert_shows_the_id_that_explain_and_judge_take() -> None:
    event = sample_alert()
    found = re.search(r"╰─ alert ([0-9a-f]+) ─", shown(event))
    assert found is not None
    assert is_id(found[1])
    assert event.alert.startswith(found[1])


def test_a_withdrawal_says_who_carried_it_too() -> None:
    alone = shown(later(Kind.WITHDRAWN, reason="killed by the outlet"))
    assert re.search("still +reported by nobody ", alone)
    copied = later(Kind.WITHDRAWN, outlets=("Mekong Courier", "Gulf Wire"))
    assert "it was also in Gulf Wire" in shown(copied)


def test_excerpts_are_cut_between_words_and_not_shown_twice() -> None:
    words = [f"word{number:03}" for number in range(60)]
    words[20], words[29] = "Cambodia", "drills"
    body = " ".join(words)
    event = sample_alert(sample_story(body=body))
    spans = [
        Span(
            field="body",
            start=body.index(word),
            end=body.index(word) + len(word),
            surface=word,
            entry=word,
            weight=1.0,
        )
        for word in ("Cambodia", "drills")
    ]
    (excerpt,) = excerpts(event, spans)
    first, *middle, last = excerpt.plain.split()
    assert (first, last) == ("...", "...")
    assert set(middle) <= set(words)


def test_a_notice_is_a_json_line_that_run_shows_to_people(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    told = Notification(id="n1", subscriber="desk", title="Sources are missing", note="3 of 9 \x1b")
    assert show(told, as_json=True) == DELIVERED
    line = capfdbinary.readouterr().out
    assert json.loads(line) == {
        "notice": "n1",
        "title": "Sources are missing",
        "note": "3 of 9 \x1b",
    }
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(render_line(line))
    shown = console.export_text()
    assert "Sources are missing" in shown
    assert "3 of 9" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("as_json", [False, True], ids=["deliver", "run"])
def test_what_stands_around_a_story_is_in_the_language_of_the_terminal(
    capfdbinary: pytest.CaptureFixture[bytes], *, as_json: bool
) -> None:
    event = sample_alert()
    told = Notification(
        id="e1", subscriber="desk", events=(event,), payload=encode(event), language="fr"
    )
    assert show(told, as_json=as_json) == DELIVERED
    text = capfdbinary.readouterr().out.decode()
    if as_json:
        console = Console(width=100, record=True, file=io.StringIO())
        console.print(render_line(text.encode(), "fr"))
        text = console.export_text()
    for said in ("NOUVELLE · US–Cambodia defense · nouvel article", "média", "publié le", "vu à"):
        assert said in text
    assert event.story.headline in text
    assert not {"outlet", "topics", "decided", "because", "times", "seen"} & set(text.split())


def test_a_digest_as_json_lines_has_its_heading_before_its_events(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    events = (sample_alert(), sample_alert())
    told = Notification(id="d1", subscriber="desk", events=events, title="2 events", note="hourly")
    assert show(told, as_json=True) == DELIVERED
    head, *lines = capfdbinary.readouterr().out.splitlines()
    assert json.loads(head)["title"] == "2 events"
    assert [read_line(line) for line in lines] == list(events)


def test_what_changed_drives_nothing_either() -> None:
    change = Change(what="fig\x85ures\x9b31m", before="41\x85", after="14\x1b[2J")
    event = msgspec.structs.replace(sample_alert(), kind=Kind.CORRECTED, changes=(change,))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown(event))
