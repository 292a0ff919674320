"""A webhook, signed by the Standard Webhooks rules (https://www.standardwebhooks.com).

The body is `{"type", "timestamp", "data"}`: `data` is the alert event without the story's
body, with the sentence that ties the pair and the evidence as a list of words, so that it stays
under 20 KB. `webhook-id` is
the event's id, the same at every try: drop what you have seen. Only 2xx counts as taken.
"""

import re
from datetime import UTC, datetime

import aiohttp
import msgspec
from standardwebhooks import Webhook

from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up
from connectors.delivery.sinks.posting import Answer, post_once, to_retry
from connectors.delivery.sinks.settings import WebhookSettings
from streams.model.alert import AlertEvent
from streams.model.tags import Span

SUMMARY_CHARACTERS = 1_000
SENTENCE_CHARACTERS = 1_000
EVIDENCE = 24
STORIES = 100
GONE = 410
PLAIN = re.compile(r"[\x21-\x7e]{1,200}")


def open_sink(tools: SinkTools) -> Send:
    """Return what posts."""

    async def send(settings: WebhookSettings, told: Notification) -> DeliveryOutcome:
        return await post(tools.session, settings, told, datetime.now(UTC))

    return send


async def post(
    session: aiohttp.ClientSession, settings: WebhookSettings, told: Notification, now: datetime
) -> DeliveryOutcome:
    """Post an event, or a digest of several, once."""
    try:
        body = digest(told, now) if told.event is None else payload(told.event)
        given = headers(settings, told.id, body, now)
    except (ValueError, TypeError, OverflowError) as error:
        return give_up(f"this event can't be posted: {error}")
    return await post_once(session, settings.url, body, given, now=now, read=outcome)


def outcome(answer: Answer) -> DeliveryOutcome:
    """Read a receiver's answer."""
    if answer.ok:
        return DELIVERED
    if answer.status == GONE:
        return DeliveryOutcome(Result.STOP, "the receiver answered 410: it wants no more alerts")
    return to_retry(answer)


def headers(settings: WebhookSettings, name: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers, signed if there is a secret. `name` is the message's id."""
    if not PLAIN.fullmatch(name):
        raise ValueError("its id can't stand in a header")
    given = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if settings.authorization is not None:
        given["authorization"] = settings.authorization.value
    signers = [Webhook(one.value) for one in (settings.secret, settings.old_secret) if one]
    if signers:
        signatures = [signer.sign(name, now, body.decode()) for signer in signers]
        given["webhook-signature"] = " ".join(signatures)
    return given


def payload(event: AlertEvent) -> bytes:
    """Return the body to post for one event."""
    kind = f"wirewatch.alert.{event.kind}"
    return msgspec.json.encode(
        {"type": kind, "timestamp": event.times.raised, "data": _data(event)}
    )


def digest(told: Notification, now: datetime) -> bytes:
    """Return the body to post for several events, or for a notice, which has none."""
    data = {
        "id": told.id,
        "title": told.title,
        "note": told.note,
        "events": [_data(event) for event in told.events],
    }
    return msgspec.json.encode(
        {
            "type": "wirewatch.digest" if told.events else "wirewatch.notice",
            "timestamp": now,
            "data": data,
        }
    )


def _data(event: AlertEvent) -> dict[str, object]:
    story, why = event.story, event.why
    return {
        "alert": event.alert,
        "event": event.event,
        "kind": event.kind,
        "reason": event.reason,
        "watch": event.watch,
        "title": event.title,
        "severity": event.severity,
        "story": {
            "id": story.id,
            "version": story.version,
            "source": story.source,
            "headline": story.headline,
            "summary": story.summary[:SUMMARY_CHARACTERS],
            "url": story.url,
            "language": story.language,
            "status": story.status,
            "published": story.published,
        },
        "outlets": event.outlets,
        "pairs": [
            {"a": p.a, "b": p.b, "relation": p.relation, "score": p.score}
            for p in why.pairs_of(event.tags)
        ],
        "topics": [{"slug": t.slug, "score": t.score, "role": t.role} for t in event.tags.topics],
        "why": _why(event),
        "evidence": [_evidence(span) for span in why.spans[:EVIDENCE]],
        "stories": event.stories[:STORIES],
        "related": event.related,
        "grouping": event.grouping,
        "changes": event.changes,
        "spike": event.spike,
        "times": event.times,
    }


def _why(event: AlertEvent) -> dict[str, object] | None:
    """Return the sentence that ties the pair, with who and what in it; `None` without a pair."""
    why, sentence = event.why, event.why.sentence
    if sentence is None:
        return None
    text: str = getattr(event.story, sentence.field)
    return {
        "sentence": text[sentence.start : sentence.end][:SENTENCE_CHARACTERS],
        "field": sentence.field,
        "start": sentence.start,
        "who": [_evidence(span) for span in why.who[:EVIDENCE]],
        "what": [_evidence(span) for span in why.what[:EVIDENCE]],
    }


def _evidence(span: Span) -> dict[str, str | int]:
    return {"field": span.field, "start": span.start, "end": span.end, "words": span.surface}
