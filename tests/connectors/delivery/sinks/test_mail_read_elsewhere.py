"""Every kind of mail, read by Python's `email` and by a parser that shares no code with it."""

from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import fast_mail_parser
import msgspec
import pytest

from connectors.delivery.sinks.interface import Links, Notification
from connectors.delivery.sinks.mail_message import SUBJECT, message_id
from connectors.delivery.sinks.outcome import Result
from streams.model.alert import AlertEvent, Change, Kind
from tests.connectors.delivery.sinks.test_mail import DESK, part, send, server
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import alert_tied_in_the_body, sample_alert

LINKS = Links(
    right="https://desk.example.org/ww/judge?t=right",
    wrong="https://desk.example.org/ww/judge?t=wrong",
    mute="https://desk.example.org/ww/mute?t=mute",
    unsubscribe="https://desk.example.org/ww/unsubscribe?t=" + "Zm9yLWFubmE" * 30,
)
HEADLINES = {
    "khmer": "កម្ពុជា និងសហរដ្ឋអាមេរិក ពិភាក្សាអំពីសមយុទ្ធរួមគ្នា នៅខេត្តព្រះសីហនុ ក្នុងខែក្រោយ",
    "arabic": "كمبوديا والولايات المتحدة تبحثان استئناف المناورات المشتركة بعد تسع سنوات",
    "emoji": "🇰🇭🤝🇺🇸 Drills are back 👩🏽‍✈️ " * 6,
    "long": "Cambodia and the US weigh a return to joint drills off Sihanoukville " * 20,
    "one long word": "Sihanoukville-" * 60,
    "looks encoded": "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5vcmc=?= and =?utf-8?Q?=0D=0ABcc=3A_eve?=",
    "many lines": 'Drills\r\nBcc: eve@example.org\r\n\r\n"said" <eve@example.org>, =20 . \r\n.\r\n',
}
LANGUAGES = ("en", "fr", "km")
TAKEN_APART = ("Subject", "From", "To", "Content-Type")
"""Headers that are compared by what they say, not by how they are written."""


@dataclass(frozen=True)
class Seen:
    """A mail as a parser reads it; of texts the words, since line ends are its own business."""

    subject: str
    sender: tuple[str, str]
    to: tuple[str, ...]
    text: str
    html: str
    headers: dict[str, str]


def by_email(source: bytes) -> Seen:
    message = message_from_bytes(source, policy=default)
    assert isinstance(message, EmailMessage)
    (sender,) = message["From"].addresses
    return Seen(
        subject=message["Subject"],
        sender=(sender.display_name, sender.addr_spec),
        to=tuple(address.addr_spec for address in message["To"].addresses),
        text=words(part(message, "plain")),
        html=words(part(message, "html")),
        headers={name: message[name] for name in message if name not in TAKEN_APART},
    )


def elsewhere(source: bytes) -> Seen:
    message = fast_mail_parser.parse_email(source, strict=True)  # It mends nothing.
    assert message.from_ is not None
    assert message.attachments == []
    (text,), (html,) = message.text_plain, message.text_html
    several = {name: value for name, value in message.headers.items() if name not in TAKEN_APART}
    return Seen(
        subject=message.subject,
        sender=(message.from_.display_name or "", message.from_.address),
        to=tuple(address.address for address in message.to),
        text=words(text),
        html=words(html),
        headers={name: value for name, (value,) in several.items()},
    )


def words(text: str) -> str:
    return " ".join(text.split())


def events(headline: str) -> list[AlertEvent]:
    """Return what can happen to an alert of that headline."""
    first = alert_tied_in_the_body()
    story = msgspec.structs.replace(first.story, headline=headline)
    change = Change(what="figures", before="41", after="14")
    return [
        msgspec.structs.replace(
            first, kind=kind, event=f"{kind}1", story=story, reason="new story", changes=changes
        )
        for kind, changes in (
            (Kind.OPENED, ()),
            (Kind.UPDATED, (change,)),
            (Kind.CORRECTED, (change,)),
            (Kind.WITHDRAWN, ()),
            (Kind.CLOSED, ()),
        )
    ]


def every_kind(headline: str, language: str) -> list[Notification]:
    told = Notification(id="x", subscriber="anna/mail", language=language, links=LINKS)
    happened = events(headline)
    other = msgspec.structs.replace(sample_alert(), alert="another", watch="other")
    return [
        *(replace(told, id=event.event, events=(event,)) for event in happened),
        replace(
            told,
            id="group",
            title="US–Cambodia defense",
            note="1 alert",
            events=tuple(happened[:2]),
        ),
        replace(told, id="digest", title="Daily digest", events=(*happened[:3], other)),
        replace(told, id="notice", title=headline, note=f"{headline}\nSince 04:10 UTC."),
        replace(told, id="sample", events=(happened[0],), sample=True),
    ]


def thread(told: Notification) -> str | None:
    """Return what ties the mails of an alert together; those of several alerts have nothing."""
    alerts = {event.alert for event in told.events}
    return message_id(alerts.pop(), told.subscriber, "example.org") if len(alerts) == 1 else None


@pytest.mark.parametrize("headline", HEADLINES.values(), ids=HEADLINES)
def test_every_kind_of_mail_is_the_same_to_two_parsers(headline: str) -> None:
    every = [told for language in LANGUAGES for told in every_kind(headline, language)]
    with mail_server(MailBox()) as box:
        outcomes = send(server(box), *every)
    assert {outcome.result for outcome in outcomes} == {Result.DELIVERED}
    for told, envelope in zip(every, box.taken, strict=True):
        assert isinstance(envelope.content, bytes)
        seen = elsewhere(envelope.content)
        assert seen == by_email(envelope.content)
        assert seen.sender == ("wirewatch", "wirewatch@example.org")
        assert seen.to == (DESK,)
        assert words(headline)[:300] in seen.text
        assert (told.title if len(told.events) > 1 else words(headline)[:30]) in seen.subject
        assert len(seen.subject) <= SUBJECT
        assert seen.headers["Message-ID"] == message_id(told.id, told.subscriber, "example.org")
        # Mail programs look for the link as it is, not encoded or parted.
        assert f"List-Unsubscribe: <{LINKS.unsubscribe}>\r\n".encode() in envelope.content
        assert seen.headers.get("References") == thread(told)
