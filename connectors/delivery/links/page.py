"""The page behind a signed link: a plain form, and what came of it. Pure."""

from collections.abc import Callable
from html import escape
from importlib import resources

from connectors.delivery.frame.catalogue import LANGUAGES, say
from connectors.delivery.links.signing import LinkAction, SignedAction

STYLE = "links.css"
"""The style sheet, beside the links."""
REASONS = ("", "pair", "topic", "duplicate", "old news")
"""Why an alert is wrong: kept as the verdict's note."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
Say = Callable[[str], str]


def style() -> str:
    """Return the style sheet."""
    return (resources.files(__package__) / "static" / STYLE).read_text("utf-8")


def form(asked: SignedAction, language: str = "en") -> str:
    """Return the page that asks before anything is done."""
    _ = say(language)
    choice = _choice(_) if asked.action is LinkAction.WRONG else ""
    button = f'<button type="submit">{escape(_button(asked.action, _))}</button>'
    body = f'{_about(asked, _)}<form method="post">{choice}{button}</form>'
    return _page(_question(asked.action, _), body, language)


def done(asked: SignedAction, language: str = "en") -> str:
    """Return the page that says what was done."""
    _ = say(language)
    title = _("This was a sample: nothing was changed.") if asked.sample else _done(asked.action, _)
    return _page(title, _about(asked, _), language)


def refused(title: str, remedy: str, language: str = "en") -> str:
    """Return the page that says why nothing was done, and what would help."""
    return _page(title, f"<p>{escape(remedy)}</p>", language)


def reason_text(reason: str, _: Say) -> str:
    """Return why an alert is wrong, for people."""
    match reason:
        case "pair":
            return _("the wrong countries or names")
        case "topic":
            return _("the wrong topic")
        case "duplicate":
            return _("a duplicate of another alert")
        case "old news":
            return _("old news")
        case _:
            return _("no reason given")


def _question(action: LinkAction, _: Say) -> str:
    match action:
        case LinkAction.RIGHT:
            return _("Was this alert right?")
        case LinkAction.WRONG:
            return _("Was this alert wrong?")
        case LinkAction.MUTE:
            return _("Mute this alert? You are still told if it is withdrawn.")
        case LinkAction.UNSUBSCRIBE:
            return _("Send no more alerts to this address?")


def _button(action: LinkAction, _: Say) -> str:
    match action:
        case LinkAction.RIGHT:
            return _("It was right")
        case LinkAction.WRONG:
            return _("It was wrong")
        case LinkAction.MUTE:
            return _("Mute it")
        case LinkAction.UNSUBSCRIBE:
            return _("Unsubscribe")


def _done(action: LinkAction, _: Say) -> str:
    match action:
        case LinkAction.RIGHT:
            return _("Thank you: the alert is marked as right.")
        case LinkAction.WRONG:
            return _("Thank you: the alert is marked as wrong.")
        case LinkAction.MUTE:
            return _("The alert is muted. You are still told if it is withdrawn.")
        case LinkAction.UNSUBSCRIBE:
            return _("You get no more alerts here. To get them again, ask whoever runs wirewatch.")


def _about(asked: SignedAction, _: Say) -> str:
    """Return what the link is about: an alert by its headline, which people know it by."""
    parts = []
    if asked.sample:
        note = _("This is a sample: nothing happened.")
        parts.append(f'<p class="sample">{escape(note)}</p>')
    if not asked.alert:
        who = _("Subscriber {name}").format(name=asked.subscriber)
        return f'{"".join(parts)}<p class="about">{escape(who)}</p>'
    if asked.headline:
        parts.append(f'<p class="headline" dir="auto">{escape(asked.headline)}</p>')
    which = _("Alert {id} of {watch}").format(id=asked.alert[:10], watch=asked.watch)
    parts.append(f'<p class="about">{escape(which)}</p>')
    return "".join(parts)


def _choice(_: Say) -> str:
    lines = [
        f'<label><input type="radio" name="reason" value="{escape(value)}"'
        f"{'' if value else ' checked'}> {escape(reason_text(value, _))}</label>"
        for value in REASONS
    ]
    legend = escape(_("Why?"))
    return f"<fieldset><legend>{legend}</legend>{''.join(lines)}</fieldset>"


def _page(title: str, body: str, language: str) -> str:
    shown = language if language in LANGUAGES else "en"
    return (
        f'<!doctype html><html lang="{shown}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{STYLE}"></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
