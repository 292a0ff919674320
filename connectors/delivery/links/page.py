"""The page behind a signed link: a plain form, and what came of it. Pure."""

from html import escape

from connectors.delivery.links.signing import LinkAction, SignedAction
from connectors.delivery.sinks.content import SHORT

REASONS = {
    "": "no reason given",
    "pair": "the wrong countries or names",
    "topic": "the wrong topic",
    "duplicate": "a duplicate of another alert",
    "old news": "old news",
}
"""Why an alert is wrong: the key is kept as the verdict's note."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_ASKED = {
    LinkAction.RIGHT: "Was this alert right?",
    LinkAction.WRONG: "Was this alert wrong?",
    LinkAction.MUTE: "Mute this alert? You are still told if it is withdrawn.",
    LinkAction.UNSUBSCRIBE: "Send no more alerts to this address?",
}
_BUTTON = {
    LinkAction.RIGHT: "It was right",
    LinkAction.WRONG: "It was wrong",
    LinkAction.MUTE: "Mute it",
    LinkAction.UNSUBSCRIBE: "Unsubscribe",
}
_DONE = {
    LinkAction.RIGHT: "Thank you: the alert is marked as right.",
    LinkAction.WRONG: "Thank you: the alert is marked as wrong.",
    LinkAction.MUTE: "The alert is muted. You are still told if it is withdrawn.",
    LinkAction.UNSUBSCRIBE: (
        "You get no more alerts here. To get them again, ask whoever runs wirewatch."
    ),
}


def form(asked: SignedAction) -> str:
    """Return the page that asks before anything is done."""
    choice = _choice() if asked.action is LinkAction.WRONG else ""
    button = f'<p><button type="submit">{escape(_BUTTON[asked.action])}</button></p>'
    body = f'{_about(asked)}<form method="post">{choice}{button}</form>'
    return _page(_ASKED[asked.action], body)


def done(asked: SignedAction) -> str:
    """Return the page that says what was done."""
    return _page(_DONE[asked.action], _about(asked))


def refused(title: str, remedy: str) -> str:
    """Return the page that says why nothing was done, and what would help."""
    return _page(title, f"<p>{escape(remedy)}</p>")


def _about(asked: SignedAction) -> str:
    if not asked.alert:
        return f"<p>Subscriber {escape(asked.subscriber)}</p>"
    return f"<p>Alert {escape(asked.alert[:SHORT])} of {escape(asked.watch)}</p>"


def _choice() -> str:
    lines = [
        f'<p><label><input type="radio" name="reason" value="{escape(value)}"'
        f"{'' if value else ' checked'}> {escape(text)}</label></p>"
        for value, text in REASONS.items()
    ]
    return f"<fieldset><legend>Why?</legend>{''.join(lines)}</fieldset>"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
