"""The headers that mail programs thread, filter and answer by, in the bytes that leave."""

import re
from dataclasses import replace
from email.headerregistry import AddressHeader, MessageIDHeader
from email.parser import BytesParser
from email.policy import compat32, default
from pathlib import Path

import msgspec
import pytest

from connectors.delivery.sinks.interface import Links, Notification
from connectors.delivery.sinks.mail_message import MailWriter
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.outcome import Result
from tests.connectors.delivery.sinks.test_mail import DESK, send, server
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import NOON, alert_tied_in_the_body

ALERT = "4b05e435c159ea73dfa82c5600ec4b8a"
_DOT_ATOM = rb"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
GRAMMAR = {
    b"Message-ID": rb"<%b@%b>" % (_DOT_ATOM, _DOT_ATOM),
    b"References": rb"<%b@%b>" % (_DOT_ATOM, _DOT_ATOM),
    b"In-Reply-To": rb"<%b@%b>" % (_DOT_ATOM, _DOT_ATOM),
    b"List-Id": rb"<%b>" % _DOT_ATOM,
    b"List-Unsubscribe": rb"<https://[!-;=?-~]+>",
    b"From": rb"wirewatch\s<%b@%b>" % (_DOT_ATOM, _DOT_ATOM),
    b"To": rb"%b@%b" % (_DOT_ATOM, _DOT_ATOM),
}
"""What RFC 5322, 2919 and 2369 let stand there: no encoded words, and no break within an id."""
LONGEST = "l" * 63 + "." + "m" * 63 + "." + "n" * 50 + ".example.org"


def headers_of(source: bytes) -> dict[bytes, bytes]:
    """Return the headers as they are written, without the breaks of folded lines."""
    head = source.partition(b"\r\n\r\n")[0]
    lines = re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")
    return {name: value for name, _, value in (line.partition(b": ") for line in lines)}


def told(subscriber: str, watch: str) -> Notification:
    event = msgspec.structs.replace(
        alert_tied_in_the_body(), alert=ALERT, event=ALERT[::-1], watch=watch
    )
    link = "https://desk.example.org/ww/" + "Zm9yLWFubmE" * 60
    links = Links(unsubscribe=link)
    return Notification(
        id=event.event, subscriber=subscriber, events=(event,), links=links, language="fr"
    )


def leaving(way: str, folder: Path, mail: Notification, sender: str) -> bytes:
    """Return the bytes of a mail: as it is written into a folder, or handed to a server."""
    if way == "folder":
        (outcome,) = send(MailServer(sender=sender, folder=folder), mail)
        (file,) = folder.iterdir()
        content = file.read_bytes()
    else:
        with mail_server(MailBox()) as box:
            (outcome,) = send(server(box, sender=sender), mail)
        (envelope,) = box.taken
        assert isinstance(envelope.content, bytes)
        content = envelope.content
    assert outcome.result is Result.DELIVERED
    return content


@pytest.mark.parametrize("way", ["folder", "smtp"])
@pytest.mark.parametrize(
    ("subscriber", "watch", "sender"),
    [
        ("anna", "w1", "ww@example.org"),
        ("anna/mail", "us-kh", "ww@example.org"),
        ("a" * 64, "w" * 64, "ww@example.org"),
        ("desk..night.", "us..kh.", "ww@example.org"),
        ("bureau de l'été", "អាមេរិក", "ww@example.org"),
        ("anna/mail", "us-kh", f"{'s' * 50}@{LONGEST}"),
    ],
    ids=["short", "channel", "longest", "dots", "not ASCII", "long sender"],
)
def test_ids_and_addresses_leave_as_the_standards_write_them(
    way: str, subscriber: str, watch: str, sender: str, tmp_path: Path
) -> None:
    source = leaving(way, tmp_path / "mails", told(subscriber, watch), sender)
    written = headers_of(source)
    for name, grammar in GRAMMAR.items():
        assert re.fullmatch(grammar, written[name]), (name, written[name])
    assert {name for name, value in written.items() if b"=?" in value} <= {b"Subject"}
    assert written[b"References"] == written[b"In-Reply-To"]
    assert written[b"To"].decode() == DESK
    assert max(map(len, source.split(b"\r\n"))) <= 998
    # And to a parser that decodes no encoded words, and one that counts what is wrong.
    raw = BytesParser(policy=compat32).parsebytes(source)
    assert raw["References"].encode() == written[b"References"]
    read = BytesParser(policy=default).parsebytes(source)
    assert isinstance(read["Message-ID"], MessageIDHeader)
    assert isinstance(read["From"], AddressHeader)
    assert {name: read[name].defects for name in read if read[name].defects} == {}


def test_the_mails_of_an_alert_name_one_thread_in_the_bytes(tmp_path: Path) -> None:
    opened = told("anna/mail", "us-kh")
    updated = replace(opened, id="0" * 32)
    sources = [
        leaving("folder", tmp_path / name, mail, "ww@example.org")
        for name, mail in (("first", opened), ("second", updated))
    ]
    first, second = map(headers_of, sources)
    assert first[b"References"] == second[b"References"]
    assert first[b"Message-ID"] != second[b"Message-ID"]
    assert ALERT.encode() in first[b"References"]


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r"])
def test_a_line_break_in_what_a_header_gets_is_refused(break_: str) -> None:
    to = MailServer(sender=f"ww@example.org{break_}Bcc: eve@example.org")
    with pytest.raises(ValueError, match="line break"):
        MailWriter().write(told("anna", "w1"), to, DESK, NOON)
