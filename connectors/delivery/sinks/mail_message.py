"""A notification as a mail: text and HTML, and the headers that threads and filters go by."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import partial
from importlib import resources
from pathlib import Path

import jinja2
import structlog

from connectors.delivery.frame.catalogue import say, translations
from connectors.delivery.frame.labels import labelled
from connectors.delivery.sinks.content import card, note_lines, one_line, subject, web_link
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.mail_server import MailServer
from streams.model.story import digest

log = structlog.get_logger()

TEXT, HTML = "mail.txt.jinja", "mail.html.jinja"
"""The templates: a file by this name in `[mail] templates` is used in place of the shipped one."""
SUBJECT = 200
UNSUBSCRIBE = "List-Unsubscribe"
LONGEST_LINK = 900
"""A line of a header may have 998 characters, and can't be broken within an address."""
MOST_CARDS = 100
"""Events that a digest shows; how many more there were is said. 100 are about 300 KB."""
_PLAIN = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
"""A dot-atom: RFC 5322 has no dots at an end of an id's parts, nor two in a row."""
_PARTS = ("Content-", "MIME-")


class _Policy(EmailPolicy):
    """Writes ids and addresses as they are, and encodes the subject by itself.

    The library encodes whatever is longer than a line like words. In an id or an address the
    standards forbid that (RFC 2047, 5): no mail program makes a thread of such `References`, or
    finds the link to unsubscribe. And it decodes what looks encoded in a text that it is given: a
    headline could so bring line breaks into the headers.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """Keep our own headers as they are. What describes the parts is the library's."""
        if name.startswith(_PARTS):
            return super().header_store_parse(name, value)
        if "\r" in value or "\n" in value:
            raise ValueError(f"the mail's {name} would have a line break")
        return name, value

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header: encoded is the subject alone, and what looks encoded in it as well."""
        if name.startswith(_PARTS):
            return super().fold_binary(name, value)
        if name != "Subject":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
        header = Header(value, charset, header_name=name)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}".encode("ascii")


class MailWriter:
    """Writes mails by the operator's templates, or by the shipped ones."""

    def __init__(self, own: Path | None = None) -> None:
        """Look for templates in the operator's folder first."""
        shipped = {name: _shipped(name) for name in (TEXT, HTML)}
        base = jinja2.DictLoader(shipped)
        first = [] if own is None else [jinja2.FileSystemLoader(own)]
        self._ours = _environment(base)
        self._templates = _environment(jinja2.ChoiceLoader([*first, base]))
        self._told: set[str] = set()

    def write(self, told: Notification, server: MailServer, to: str, now: datetime) -> EmailMessage:
        """Return the mail."""
        message = EmailMessage(policy=_Policy(linesep="\r\n"))
        for name, value in headers(told, server, to, now).items():
            message[name] = value
        facts = {
            "subject": subject(told),
            "cards": [card(event, told.language) for event in told.events[:MOST_CARDS]],
            "more": max(len(told.events) - MOST_CARDS, 0),
            "note": note_lines(told),
            "links": {
                "right": web_link(told.links.right),
                "wrong": web_link(told.links.wrong),
                "mute": web_link(told.links.mute),
                "unsubscribe": web_link(told.links.unsubscribe),
            },
            "sample": told.sample,
            "language": told.language,
            "_": say(told.language),
            "labelled": partial(labelled, _=say(told.language)),
            "ngettext": translations(told.language).ngettext,
        }
        text = self._render(TEXT, facts)
        html = self._render(HTML, facts)
        message.set_content(text, charset="utf-8", cte="quoted-printable")
        message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
        return message

    def _render(self, name: str, facts: Mapping[str, object]) -> str:
        """Fill a template in. The shipped one stands in for a broken one of the operator's."""
        try:
            return self._templates.get_template(name).render(facts)
        except (jinja2.TemplateError, TypeError, ValueError, AttributeError, OSError) as error:
            if name not in self._told:
                self._told.add(name)
                line = getattr(error, "lineno", None)
                cure = "mend it and restart deliver; until then the shipped one is used"
                said = {"file": name, "line": line, "cause": str(error), "cure": cure}
                log.error("template_broken", **said)  # noqa: TRY400 - the operator's fault, not ours
            return self._ours.get_template(name).render(facts)


def headers(told: Notification, server: MailServer, to: str, now: datetime) -> dict[str, str]:
    """Return the headers. What feeds wrote is in the subject alone, and on one line."""
    alerts = {event.alert for event in told.events}
    watches = {event.watch for event in told.events}
    given = {
        "From": f"wirewatch <{server.sender}>",
        "To": to,
        "Subject": one_line(subject(told), SUBJECT),
        "Date": format_datetime(now),
        "Message-ID": message_id(told.id, told.subscriber, server.domain),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if len(alerts) == 1:
        # No mail has this id itself: mail programs tie all that name it together.
        thread = message_id(told.events[0].alert, told.subscriber, server.domain)
        given |= {"References": thread, "In-Reply-To": thread}
    if len(watches) == 1:
        given["List-Id"] = f"<{_word(told.events[0].watch)}.wirewatch.{server.domain}>"
    unsubscribe = web_link(told.links.unsubscribe)
    if unsubscribe and unsubscribe.isascii() and len(unsubscribe) <= LONGEST_LINK:
        given[UNSUBSCRIBE] = f"<{unsubscribe}>"
        if unsubscribe.startswith("https:"):  # RFC 8058 wants it so
            given["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return given


def message_id(about: str, subscriber: str, domain: str) -> str:
    """Return an id that is the same for the same thing told to the same subscriber."""
    return f"<{_word(about)}.{_word(subscriber)}@{domain}>"


def _word(text: str) -> str:
    """Return an id as it may stand in a header."""
    return text if _PLAIN.fullmatch(text) else digest((text,))


def _environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    return jinja2.Environment(
        loader=loader,
        autoescape=jinja2.select_autoescape(("html.jinja",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shipped(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text("utf-8")
