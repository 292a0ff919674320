"""Mails of several events, as the outbox groups them."""

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import msgspec

from connectors.delivery.notifications import notification
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.settings import MailSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import encode
from streams.model.alert import AlertEvent, Kind
from tests.connectors.delivery.sinks.test_mail import DESK, sent
from tests.support.samples import sample_alert


def several(folder: Path, *given: AlertEvent, at_last: Sequence[AlertEvent] = ()) -> EmailMessage:
    """Return the mail that the events make which the outbox has grouped, with what came at last."""
    desk = Subscriber(id="night", sink=MailSettings(to=DESK), group_wait=60)
    outbox = Outbox(folder / "outbox.sqlite")
    outbox.meet({desk.id: desk.address}, since=1)
    openings = [
        msgspec.structs.replace(event, event=f"o{event.alert}", kind=Kind.OPENED) for event in given
    ]
    for events, now in ((openings, 0.0), (given, 100.0)):
        outbox.add([_entry(event) for event in events], now)
        outbox.take(desk.id, now, preferences=desk)
        outbox.add([_entry(event) for event in at_last if now], now + 60)
        parcels = outbox.take(desk.id, now + 60, preferences=desk)
        for parcel in parcels:
            outbox.done(parcel, now + 60)
    (parcel,) = parcels
    (message,) = sent(notification(parcel, desk))
    return message


def _entry(event: AlertEvent) -> OutboxEntry:
    return OutboxEntry(
        event=event.event,
        subscriber="night",
        alert=event.alert,
        kind=event.kind,
        payload=encode(event),
        watch=event.watch,
    )


def of(alert: str, kind: Kind, watch: str = "w1") -> AlertEvent:
    return msgspec.structs.replace(
        sample_alert(), alert=alert, event=f"{kind}{alert}", kind=kind, watch=watch
    )


def test_the_subject_of_several_says_first_that_one_is_withdrawn(tmp_path: Path) -> None:
    headline = sample_alert().story.headline
    message = several(
        tmp_path,
        *(of(alert, Kind.UPDATED) for alert in "ab"),
        at_last=[of(alert, Kind.WITHDRAWN) for alert in "ab"],
    )
    assert message["Subject"].startswith(f"withdrawn: {headline}, and 1 more")
    assert "w1" in message["List-Id"]
    assert message["References"] is None


def headed(kind: Kind, headline: str) -> str:
    event = of("a", kind)
    story = msgspec.structs.replace(event.story, headline=headline)
    told = msgspec.structs.replace(event, story=story)
    (message,) = sent(Notification(id="x", subscriber="night", events=(told,)))
    return str(message["Subject"]).partition("] ")[2]


def test_what_happened_is_said_once_though_the_wire_says_it_too() -> None:
    assert headed(Kind.WITHDRAWN, "KILL: Dam bursts") == "withdrawn: Dam bursts"
    assert headed(Kind.CORRECTED, "CORRECTED: Dam bursts") == "corrected: Dam bursts"
    assert headed(Kind.OPENED, "CORRECTED: Dam bursts") == "CORRECTED: Dam bursts"
    assert headed(Kind.WITHDRAWN, "KILL:") == "withdrawn: KILL:"


def test_several_without_a_withdrawal_are_headed_as_they_were(tmp_path: Path) -> None:
    message = several(tmp_path, of("a", Kind.UPDATED), of("b", Kind.UPDATED, watch="w2"))
    assert "withdrawn" not in message["Subject"]
    assert message["List-Id"] is None


def test_several_events_of_one_alert_are_in_its_thread(tmp_path: Path) -> None:
    opened = of("a", Kind.OPENED)
    (alone,) = sent(Notification(id="x", subscriber="night", events=(opened,)))
    later = msgspec.structs.replace(of("a", Kind.UPDATED), event="u2")
    message = several(tmp_path, of("a", Kind.UPDATED), later)
    assert message["References"] == message["In-Reply-To"] == alone["References"]
    assert message["List-Id"] == alone["List-Id"]
