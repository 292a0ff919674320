"""A day's spike as every kind of receiver tells it: the numbers, then what the stories tell."""

from datetime import UTC, datetime

import msgspec
import pytest
from rich.console import Console

from connectors.delivery.frame.reasons import reason_line
from connectors.delivery.frame.spikes import spike_line
from connectors.delivery.sinks import webhook
from connectors.delivery.sinks.chat_text import chat_runs, plain_text
from connectors.delivery.sinks.content import subject
from connectors.delivery.sinks.feed_document import AlertFeed, added, to_atom, to_json
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.terminal import render
from connectors.delivery.sinks.terminal_digest import render_digest
from streams.model.alert import AlertEvent
from streams.model.spike import TellingStory
from tests.connectors.delivery.sinks.test_chat import SERVICES, send
from tests.connectors.delivery.sinks.test_mail import part, sent
from tests.support.spiking import sample_spike

EVENT = sample_spike()
TOLD = Notification(id=EVENT.event, subscriber="desk", events=(EVENT,))
LINE = "KH-US, defense: 17 stories on Monday 23 November, where 1–5 are usual for a Monday"
assert EVENT.spike is not None
HEADLINE, URL = EVENT.spike.telling[0].headline, str(EVENT.spike.telling[0].url)


def shown(renderable: object) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


@pytest.mark.parametrize("kind", SERVICES)
def test_chats(kind: str) -> None:
    service = SERVICES[kind]()
    send(kind, service, TOLD)
    assert LINE in service.shown[0]
    assert HEADLINE in service.shown[0]
    assert URL in str(service.got)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_mail(kind: str) -> None:
    (mail,) = sent(TOLD)
    text = part(mail, kind)
    assert LINE in text
    assert HEADLINE in text
    assert URL in text
    assert "Reason" not in text
    assert mail["Subject"].endswith(f"spike: {LINE}")


def test_terminal_and_a_digest_there() -> None:
    one = shown(render(EVENT))
    assert one.count(LINE) == 1
    assert HEADLINE in one
    assert URL in one
    two = shown(render_digest(Notification(id="d", subscriber="desk", events=(EVENT, EVENT))))
    assert two.count(LINE) == 2
    assert HEADLINE not in two


def test_feeds() -> None:
    feed = added(AlertFeed(title="Desk"), TOLD, datetime.now(UTC))
    (entry,) = feed.items
    assert entry.title == LINE
    assert f'<a href="{URL}">{HEADLINE}</a>' in entry.content_html
    assert LINE in to_atom(feed, "night/w").decode()
    assert URL in to_json(feed).decode()


def test_webhook() -> None:
    body = msgspec.json.decode(webhook.payload(EVENT))
    assert body["type"] == "wirewatch.alert.spike"
    spike = body["data"]["spike"]
    assert (spike["pair"], spike["topic"], spike["day"]) == ("KH-US", "defense", "2026-11-23")
    assert (spike["stories"], spike["usual_low"], spike["usual_high"]) == (17, 1, 5)
    assert spike["telling"][0]["url"] == URL


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "KH-US, defense : 17 articles le lundi 23 novembre, contre 1–5 d’habitude un lundi",
        ),
        ("km", "KH-US, defense៖ អត្ថបទ 17 នៅថ្ងៃច័ន្ទ 23 វិច្ឆិកា ខណៈដែលថ្ងៃច័ន្ទជាធម្មតាមាន 1–5"),
    ],
)
def test_it_speaks_the_language_of_who_gets_it(language: str, said: str) -> None:
    assert reason_line(EVENT, language) == said
    told = Notification(id="n", subscriber="desk", events=(EVENT,), language=language)
    assert said in subject(told)
    assert "spike" not in plain_text(chat_runs(told, 4_000)).casefold()


def test_one_number_is_no_range_and_no_topic_is_left_out() -> None:
    assert EVENT.spike is not None
    calm = msgspec.structs.replace(EVENT.spike, topic="", usual_low=0, usual_high=0)
    assert spike_line(calm) == (
        "KH-US: 17 stories on Monday 23 November, where 0 are usual for a Monday"
    )


def hostile() -> AlertEvent:
    assert EVENT.spike is not None
    bad = TellingStory(
        story="s", headline="<script>x</script>\x1b[2J", source="<b>", url="javascript:alert(1)"
    )
    return msgspec.structs.replace(
        EVENT, spike=msgspec.structs.replace(EVENT.spike, telling=(bad,))
    )


def test_what_a_named_story_says_runs_nowhere() -> None:
    told = Notification(id="n", subscriber="desk", events=(hostile(),))
    (mail,) = sent(told)
    (entry,) = added(AlertFeed(title="Desk"), told, datetime.now(UTC)).items
    for text in (part(mail, "html"), entry.content_html):
        assert "<script" not in text
        assert "<b>" not in text
    for text in (part(mail, "plain"), entry.content_html, plain_text(chat_runs(told, 4_000))):
        assert "javascript:" not in text
        assert "\x1b" not in text
    assert "\x1b" not in shown(render(hostile()))
