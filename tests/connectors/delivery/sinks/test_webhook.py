"""Webhooks by the Standard Webhooks rules."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import aiohttp
import msgspec
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from connectors.delivery.sinks import webhook
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import WebhookSettings
from connectors.http.ssrf_guard import guarded_connector
from streams.model.alert import Change, Kind
from tests.support.samples import (
    NOON,
    alert_tied_in_the_body,
    sample_alert,
    sample_notification,
    sample_story,
)

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()


class Receiver:
    """Takes posts, and answers as told."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}
        self.got: list[tuple[dict[str, str], bytes]] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append(({k.lower(): v for k, v in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers=self.headers)


def post(
    receiver: Receiver,
    *,
    secret: str | None = SECRET,
    allow_private: bool = True,
    up: bool = True,
    given: Notification | None = None,
) -> DeliveryOutcome:
    told = given or sample_notification()

    async def main() -> DeliveryOutcome:
        app = web.Application()
        app.router.add_post("/hook", receiver.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook?token=hush"
        if not up:
            await runner.cleanup()
        desk = WebhookSettings(url=url, secret=None if secret is None else Secret(secret))
        connector = guarded_connector(allow_private=allow_private)
        try:
            async with aiohttp.ClientSession(connector=connector) as session:
                return await webhook.post(session, desk, told, datetime.now(UTC))
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def test_the_receiver_can_verify_what_it_gets() -> None:
    receiver = Receiver()
    assert post(receiver).result is Result.DELIVERED
    ((headers, body),) = receiver.got
    told = Webhook(SECRET).verify(body.decode(), headers)
    assert headers["webhook-id"] == sample_alert().event
    assert told["type"] == "wirewatch.alert.opened"
    assert told["data"]["story"]["headline"] == sample_alert().story.headline
    assert told["data"]["pairs"][0] == {"a": "KH", "b": "US", "relation": "between", "score": 0.8}
    assert told["data"]["topics"] == [{"slug": "defense", "score": 0.7, "role": "main"}]
    assert "joint drills" in [piece["words"] for piece in told["data"]["evidence"]]


def test_the_payload_says_why_a_story_is_in_its_alert_and_what_changed() -> None:
    change = Change(what="figures", before="41", after="14")
    event = msgspec.structs.replace(sample_alert(), kind=Kind.CORRECTED, changes=(change,))
    told = json.loads(webhook.payload(event))
    assert told["type"] == "wirewatch.alert.corrected"
    assert told["data"]["changes"] == [{"what": "figures", "before": "41", "after": "14"}]
    assert told["data"]["grouping"]["bond"] == "first"
    assert told["data"]["stories"] == [event.story.id]


def test_the_payload_names_the_sentence_that_ties_the_pair() -> None:
    event = alert_tied_in_the_body()
    why = json.loads(webhook.payload(event))["data"]["why"]
    assert why["sentence"].startswith("On Monday the United States sent Cambodia")
    assert [one["words"] for one in why["who"]] == ["United States", "Cambodia"]
    assert [one["words"] for one in why["what"]] == ["patrol boats"]
    assert event.story.body[why["start"] :].startswith(why["sentence"])
    without = msgspec.structs.replace(event.why, pair=None)
    plain = json.loads(webhook.payload(msgspec.structs.replace(event, why=without)))
    assert plain["data"]["why"] is None


def test_without_a_secret_nothing_is_signed() -> None:
    receiver = Receiver()
    post(receiver, secret=None)
    assert "webhook-signature" not in receiver.got[0][0]


def test_a_receiver_that_asks_for_a_login_gets_it_in_a_header() -> None:
    desk = WebhookSettings(url="https://x.example/", authorization=Secret("Basic dTpw"))
    assert webhook.headers(desk, "e1", b"{}", NOON)["authorization"] == "Basic dTpw"
    assert "dTpw" not in repr(desk)


@pytest.mark.parametrize(
    ("status", "headers", "result", "after"),
    [
        (204, {}, Result.DELIVERED, None),
        (302, {"Location": "/elsewhere"}, Result.RETRY, None),
        (400, {}, Result.RETRY, None),
        (410, {}, Result.STOP, None),
        (429, {"Retry-After": "17"}, Result.RETRY, 17.0),
        (503, {"Retry-After": "soon"}, Result.RETRY, None),
    ],
)
def test_only_2xx_counts(
    status: int, headers: dict[str, str], result: Result, after: float | None
) -> None:
    receiver = Receiver(status, headers)
    outcome = post(receiver)
    assert (outcome.result, outcome.after) == (result, after)
    assert len(receiver.got) == 1


def test_a_receiver_that_is_away_is_tried_again() -> None:
    outcome = post(Receiver(), up=False)
    assert outcome.result is Result.RETRY
    assert outcome.away


def test_a_private_address_is_given_up_on() -> None:
    receiver = Receiver()
    outcome = post(receiver, allow_private=False)
    assert outcome.result is Result.GIVE_UP
    assert "not a public address" in outcome.reason
    assert receiver.got == []


@pytest.mark.parametrize("up", [True, False])
def test_the_address_stays_out_of_reasons(up: bool) -> None:
    assert "hush" not in post(Receiver(500), up=up).reason


def test_a_payload_stays_small_and_leaves_the_body_out() -> None:
    body = "The talks went on. " * 20_000
    data = webhook.payload(sample_alert(sample_story(body=body)))
    assert len(data) < 20_000
    assert "body" not in json.loads(data)["data"]["story"]


def test_several_events_are_posted_as_one_digest() -> None:
    receiver = Receiver()
    events = tuple(sample_alert(sample_story(str(number))) for number in range(3))
    told = Notification(
        id="d1", subscriber="desk", events=events, title="Daily digest", note="3 alerts"
    )
    assert post(receiver, given=told).result is Result.DELIVERED
    ((headers, data),) = receiver.got
    body = json.loads(data)
    assert (headers["webhook-id"], body["type"]) == ("d1", "wirewatch.digest")
    assert (body["data"]["title"], body["data"]["note"]) == ("Daily digest", "3 alerts")
    assert [one["event"] for one in body["data"]["events"]] == [event.event for event in events]
    assert Webhook(SECRET).verify(data, headers)


def test_a_repeat_has_the_same_id() -> None:
    desk = WebhookSettings(url="https://desk.example/", secret=Secret(SECRET))
    first = webhook.headers(desk, "e1", b"{}", NOON)
    later = webhook.headers(desk, "e1", b"{}", NOON + timedelta(hours=1))
    assert first["webhook-id"] == later["webhook-id"]
    assert first["webhook-signature"] != later["webhook-signature"]


def test_while_a_secret_is_changed_both_the_old_and_the_new_one_verify() -> None:
    other = "whsec_" + base64.b64encode(b"another secret of some length").decode()
    desk = WebhookSettings(
        url="https://desk.example/", secret=Secret(other), old_secret=Secret(SECRET)
    )
    now = datetime.now(UTC)
    given = webhook.headers(desk, "e1", b"{}", now)
    assert Webhook(SECRET).verify("{}", given) == Webhook(other).verify("{}", given) == {}
