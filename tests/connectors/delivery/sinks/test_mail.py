"""Mail, taken by a real server on this machine."""

import asyncio
import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from connectors.delivery.frame.catalogue import LANGUAGES, say
from connectors.delivery.sample import sample_event
from connectors.delivery.sinks import mail
from connectors.delivery.sinks.interface import Links, Notification, SinkTools
from connectors.delivery.sinks.mail_server import MailServer, Security
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import MailSettings
from connectors.http.ssrf_guard import guarded_session
from streams.model.alert import Change, Kind
from tests.support.mail_server import Certificates, MailBox, mail_server
from tests.support.samples import NOON, alert_tied_in_the_body, sample_alert

DESK = "night-desk@example.org"
TOLD = Notification(id=sample_alert().event, subscriber="night", events=(sample_alert(),))


def server(box: MailBox, **changes: object) -> MailServer:
    plain = MailServer(
        host="localhost",
        port=box.port,
        sender="wirewatch@example.org",
        security=Security.NONE,
        allow_private=True,
    )
    return msgspec.structs.replace(plain, **changes)


def send(to: MailServer | None, *every: Notification) -> list[DeliveryOutcome]:
    async def main() -> list[DeliveryOutcome]:
        async with guarded_session(user_agent="wirewatch", allow_private=False) as session:
            tools = SinkTools(
                session=session,
                own_network=session,
                user_agent="wirewatch",
                folder=Path("unused"),
                mail=to,
            )
            post = mail.open_sink(tools)
            return [await post(MailSettings(to=DESK), told) for told in every]

    return asyncio.run(main())


def sent(*every: Notification, **changes: object) -> list[EmailMessage]:
    with mail_server(MailBox()) as box:
        outcomes = send(server(box, **changes), *every)
    assert {outcome.result for outcome in outcomes} == {Result.DELIVERED}
    return box.messages


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_an_alert_arrives_as_text_and_html_with_the_words_that_decided_marked() -> None:
    event = alert_tied_in_the_body()
    (message,) = sent(replace(TOLD, events=(event,)))
    assert message["To"] == DESK
    assert message["Subject"] == f"[{event.title}] {event.story.headline}"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None
    text, html = part(message, "plain"), part(message, "html")
    for told in (text, html):
        assert event.story.headline in told
        assert str(event.story.url) in told
        assert event.reason in told
    assert "*patrol boats*" in text
    assert "<mark" in html
    assert ">patrol boats</mark>" in html
    assert "width=device-width" in html


def test_the_name_of_each_outlet_turns_only_itself_round() -> None:
    event = msgspec.structs.replace(sample_alert(), outlets=("بريد الخليج", "הארץ", "Gulf Wire"))
    (message,) = sent(replace(TOLD, events=(event,)))
    assert "3: <bdi>بريد الخليج</bdi>, <bdi>הארץ</bdi>, <bdi>Gulf Wire</bdi>" in part(
        message, "html"
    )


def test_the_events_of_an_alert_are_one_thread_and_a_repeat_has_the_same_id() -> None:
    opened = sample_alert()
    change = Change(what="figures", before="41", after="14")
    corrected = msgspec.structs.replace(
        opened, event="e2", kind=Kind.CORRECTED, changes=(change,), reason="corrected"
    )
    other = msgspec.structs.replace(opened, event="e3", alert="another")
    told = [replace(TOLD, id=event.event, events=(event,)) for event in (opened, corrected, other)]
    first, second, third, again = sent(*told, told[0])
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert third["References"] != first["References"]
    assert len({message["Message-ID"] for message in (first, second, third)}) == 3
    assert again["Message-ID"] == first["Message-ID"]
    assert re.fullmatch(r"<[^@\s<>]+@example\.org>", first["Message-ID"])
    assert "41 → 14" in part(second, "plain")
    assert "corrected: " in second["Subject"]


def test_one_click_unsubscribing_is_offered_where_there_is_a_link() -> None:
    link = "https://wirewatch.example.org/unsubscribe?t=abc"
    with_link, without = sent(replace(TOLD, links=Links(unsubscribe=link)), TOLD)
    assert with_link["List-Unsubscribe"] == f"<{link}>"
    assert with_link["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert without["List-Unsubscribe"] is None
    # RFC 8058: one click is for HTTPS alone.
    (plain,) = sent(replace(TOLD, links=Links(unsubscribe=link.replace("https", "http"))))
    assert plain["List-Unsubscribe"] == f"<{link.replace('https', 'http')}>"
    assert plain["List-Unsubscribe-Post"] is None


def test_a_digest_and_a_notice_are_mails_too() -> None:
    digest = Notification(
        id="d1",
        subscriber="night",
        events=tuple(msgspec.structs.replace(sample_alert(), event=f"e{n}") for n in range(3)),
        title="3 alerts since 08:00",
        note="2 more were held back.",
    )
    notice = Notification(id="n1", subscriber="night", title="2 sources silent", note="Since 04:10")
    first, second = sent(digest, notice)
    assert first["Subject"] == "3 alerts since 08:00"
    assert part(first, "plain").count(sample_alert().story.headline) == 3
    assert "2 more were held back." in part(first, "html")
    assert (second["Subject"], second["References"]) == ("2 sources silent", None)
    assert "Since 04:10" in part(second, "plain")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_says_once_what_it_is(language: str) -> None:
    event = sample_event(NOON)
    sample = replace(TOLD, id=event.event, events=(event,), sample=True, language=language)
    (message,) = sent(sample)
    subject, label = message["Subject"], say(language)("SAMPLE")
    assert subject.startswith(label)
    assert subject.endswith(event.story.headline)
    assert sum(subject.upper().count(word.upper()) for word in {label, "SAMPLE"}) == 1


def test_a_sample_says_that_nothing_happened() -> None:
    (message,) = sent(replace(TOLD, sample=True))
    assert "nothing happened" in part(message, "plain")
    assert "nothing happened" in part(message, "html")


@pytest.mark.parametrize(
    ("step", "answer", "result"),
    [
        ("recipient", "451 4.7.1 Greylisted, try again later", Result.RETRY),
        ("recipient", "450 mailbox busy", Result.RETRY),
        ("recipient", "550 5.1.1 no such user", Result.STOP),
        ("recipient", "550 no such user", Result.STOP),
        ("recipient", "550 5.7.1 relaying denied", Result.RETRY),
        ("recipient", "552 5.2.2 mailbox full", Result.RETRY),
        ("sender", "550 5.7.1 not your domain", Result.RETRY),
        ("sender", "452 4.3.1 no room", Result.RETRY),
        ("data", "451 4.3.0 try again", Result.RETRY),
        ("data", "554 5.6.0 looks like spam", Result.GIVE_UP),
    ],
)
def test_refusals_are_told_apart(step: str, answer: str, result: Result) -> None:
    with mail_server(MailBox({step: [answer]})) as box:
        (first, then) = send(server(box), TOLD, TOLD)
    assert first.result is result
    assert answer[:3] in first.reason
    assert not first.maybe_taken
    assert then.result is Result.DELIVERED
    assert len(box.messages) == 1


def test_what_a_mail_server_says_is_told_without_addresses() -> None:
    with mail_server(MailBox({"recipient": [f"450 <{DESK}> is busy"]})) as box:
        (outcome,) = send(server(box), TOLD)
    assert "is busy" in outcome.reason
    assert "night-desk" not in outcome.reason


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_the_connection_is_encrypted_before_the_password_is_sent(
    tmp_path: Path, security: Security
) -> None:
    certificates = Certificates(tmp_path)
    how = {"starttls" if security is Security.STARTTLS else "tls": certificates.context}
    with mail_server(MailBox(password=b"hush"), **how) as box:
        right = server(
            box,
            security=security,
            ca_file=certificates.ca_file,
            user="w",
            password=Secret("hush"),
        )
        wrong = msgspec.structs.replace(right, password=Secret("guess"))
        unknown = msgspec.structs.replace(right, ca_file=None)
        (good,), (bad,), (untrusted,) = send(right, TOLD), send(wrong, TOLD), send(unknown, TOLD)
    assert good.result is Result.DELIVERED
    assert (bad.result, untrusted.result) == (Result.RETRY, Result.RETRY)
    assert "535" in bad.reason
    assert "certificate" in untrusted.reason
    assert "guess" not in bad.reason
    assert len(box.messages) == 1


def test_a_server_without_starttls_gets_nothing() -> None:
    with mail_server(MailBox()) as box:
        (outcome,) = send(server(box, security=Security.STARTTLS), TOLD)
    assert outcome.result is Result.RETRY
    assert not box.taken


def test_a_token_is_read_anew_for_each_mail(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    file = tmp_path / "token"
    file.write_text("old\n")
    with mail_server(MailBox(token="new"), tls=certificates.context) as box:
        to = server(
            box,
            security=Security.TLS,
            ca_file=certificates.ca_file,
            user="w",
            token_file=file,
        )
        (before,) = send(to, TOLD)
        file.write_text("new\n")
        (after,) = send(to, TOLD)
    assert (before.result, after.result) == (Result.RETRY, Result.DELIVERED)
    assert "old" not in before.reason


def test_a_mail_server_of_the_own_network_needs_permission() -> None:
    with mail_server(MailBox()) as box:
        (outcome,) = send(server(box, allow_private=False), TOLD)
    assert outcome.result is Result.GIVE_UP
    assert "allow_private_address" in outcome.reason
    assert not box.taken


def test_a_mail_server_that_is_away_is_tried_again() -> None:
    with mail_server(MailBox()) as box:
        pass
    (outcome,) = send(server(box), TOLD)
    assert (outcome.result, outcome.away, outcome.maybe_taken) == (Result.RETRY, True, False)


def test_templates_of_the_operator_are_used_and_a_broken_one_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "mail.txt.jinja").write_text("ours: {{ cards[0].headline }}")
    (tmp_path / "mail.html.jinja").write_text("<p>{{ cards[0].no_such_thing }}</p>")
    with capture_logs() as said:
        first, _ = sent(TOLD, TOLD, templates=tmp_path)
    assert part(first, "plain").strip() == f"ours: {sample_alert().story.headline}"
    assert sample_alert().story.headline in part(first, "html")
    assert [(line["event"], line["file"]) for line in said] == [
        ("template_broken", "mail.html.jinja")
    ]


def test_to_try_mail_out_it_is_written_into_a_folder_once_for_each_event(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    to = MailServer(sender="wirewatch@example.org", folder=folder)
    outcomes = send(to, TOLD, TOLD, replace(TOLD, id="another", subscriber="../odd"))
    assert {outcome.result for outcome in outcomes} == {Result.DELIVERED}
    files = {path.name: path for path in folder.iterdir()}
    assert len(files) == 2
    path = files[f"{TOLD.id}.night.eml"]
    assert path.stat().st_mode & 0o077 == 0
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (message["To"], message.get_content_type()) == (DESK, "multipart/alternative")
    (folder / "taken").write_text("")
    (outcome,) = send(msgspec.structs.replace(to, folder=folder / "taken"), TOLD)
    assert outcome.result is Result.RETRY
    assert "the mail can't be written" in outcome.reason
