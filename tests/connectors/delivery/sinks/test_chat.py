"""Slack, Mattermost, Telegram and ntfy, against services that know their limits."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from connectors.delivery.sinks.interface import Links, Notification
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import (
    MattermostSettings,
    NtfySettings,
    SinkSettings,
    SlackSettings,
    TelegramSettings,
)
from streams.model.watch import Severity
from tests.support.chat_services import ChatService, Mattermost, Ntfy, Slack, Telegram, serving
from tests.support.samples import alert_tied_in_the_body, sample_alert
from tests.support.sending import sink

TOLD = Notification(id=sample_alert().event, subscriber="desk", events=(sample_alert(),))
SERVICES: dict[str, type[ChatService]] = {
    "slack": Slack,
    "mattermost": Mattermost,
    "telegram": Telegram,
    "ntfy": Ntfy,
}
ALL = pytest.mark.parametrize("kind", SERVICES)


def settings(kind: str, url: str, *, own_network: bool = True) -> SinkSettings:
    """Settings of a kind that lead to a server on this machine."""
    match kind:
        case "slack":
            return SlackSettings(url=Secret(f"{url}/services/hush"))
        case "mattermost":
            return MattermostSettings(
                url=Secret(f"{url}/hooks/hush"), allow_private_address=own_network
            )
        case "telegram":
            return TelegramSettings(
                token=Secret("1:hush"), chat="-100", api=url, allow_private_address=own_network
            )
    return NtfySettings(
        topic=Secret("hush"),
        server=url,
        token=Secret("tk_hush"),
        allow_private_address=own_network,
    )


def send(
    kind: str, service: ChatService, *every: Notification, own_network: bool = True
) -> list[DeliveryOutcome]:
    async def main() -> list[DeliveryOutcome]:
        async with serving(service), sink(kind, allow_private=own_network) as post:
            to = settings(kind, service.url, own_network=own_network)
            return [await post(to, told) for told in every]

    return asyncio.run(main())


@ALL
def test_an_alert_is_shown_with_what_decided(kind: str) -> None:
    service, event = SERVICES[kind](), alert_tied_in_the_body()
    (outcome,) = send(kind, service, replace(TOLD, events=(event,)))
    assert outcome.result is Result.DELIVERED
    (shown,) = service.shown
    for part in (event.title, event.story.headline, event.reason, "patrol boats", event.alert[:10]):
        assert part in shown
    assert str(event.story.url) in str(service.got)


@ALL
def test_links_to_judge_and_mute_are_there_if_there_are_any(kind: str) -> None:
    service = SERVICES[kind]()
    links = Links(right="https://w.example.org/r?t=1", mute="https://w.example.org/m?t=2")
    send(kind, service, replace(TOLD, links=links))
    assert "https://w.example.org/r?t=1" in str(service.got)
    assert "Mute this alert" in service.shown[0]
    assert "Wrong" not in service.shown[0]


@ALL
def test_digests_and_notices_are_shown_and_huge_ones_are_cut(kind: str) -> None:
    service = SERVICES[kind]()
    one = sample_alert()
    events = tuple(msgspec.structs.replace(one, event=f"e{number}") for number in range(500))
    digest = Notification(id="d", subscriber="desk", events=events, title="500 alerts")
    notice = Notification(id="n", subscriber="desk", title="2 sources silent", note="Since 04:10")
    outcomes = send(kind, service, digest, notice)
    assert [outcome.result for outcome in outcomes] == [Result.DELIVERED] * 2
    assert "500 alerts" in service.shown[0]
    assert service.shown[0].rstrip().endswith("…")
    assert "Since 04:10" in service.shown[1]


@ALL
def test_a_service_that_says_wait_is_heeded(kind: str) -> None:
    body = '{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":17}}'
    service = SERVICES[kind]([(429, {"Retry-After": "17"}, body)])
    limited, then = send(kind, service, TOLD, TOLD)
    assert (limited.result, limited.after, limited.away) == (Result.RETRY, 17.0, True)
    assert then.result is Result.DELIVERED


@pytest.mark.parametrize(
    ("kind", "status", "said", "result"),
    [
        ("slack", 404, "no_service", Result.STOP),
        ("slack", 410, "channel_is_archived", Result.STOP),
        ("slack", 400, "invalid_payload", Result.GIVE_UP),
        ("slack", 403, "action_prohibited", Result.RETRY),
        ("slack", 500, "rollup_error", Result.RETRY),
        ("mattermost", 404, "", Result.STOP),
        ("mattermost", 400, "", Result.GIVE_UP),
        ("mattermost", 503, "", Result.RETRY),
        ("telegram", 403, '{"description":"Forbidden: bot was kicked"}', Result.STOP),
        ("telegram", 400, '{"description":"Bad Request: chat not found"}', Result.STOP),
        ("telegram", 400, '{"description":"Bad Request: message is too long"}', Result.GIVE_UP),
        ("telegram", 401, '{"description":"Unauthorized"}', Result.RETRY),
        ("telegram", 502, "<html>", Result.RETRY),
        ("ntfy", 403, "", Result.RETRY),
        ("ntfy", 413, "", Result.GIVE_UP),
        ("ntfy", 507, "", Result.RETRY),
    ],
)
def test_refusals_are_told_apart(kind: str, status: int, said: str, result: Result) -> None:
    service = SERVICES[kind]([(status, {}, said)])
    (outcome,) = send(kind, service, TOLD)
    assert outcome.result is result
    assert str(status) in outcome.reason or said in outcome.reason
    assert "hush" not in outcome.reason


@ALL
def test_a_service_of_the_own_network_needs_permission(kind: str) -> None:
    service = SERVICES[kind]()
    (outcome,) = send(kind, service, TOLD, own_network=False)
    assert outcome.result is Result.GIVE_UP
    assert "not a public address" in outcome.reason
    assert not service.headers


@ALL
def test_a_secret_is_in_no_text_of_the_settings(kind: str) -> None:
    assert "hush" not in f"{settings(kind, 'https://x.example')!r}"


def test_ntfy_is_louder_for_what_is_critical() -> None:
    service = Ntfy()
    loud = msgspec.structs.replace(sample_alert(), severity=Severity.CRITICAL)
    send("ntfy", service, TOLD, replace(TOLD, events=(loud,)))
    assert [body["priority"] for body in service.got] == [3, 5]
    assert service.headers[0]["Authorization"] == "Bearer tk_hush"
