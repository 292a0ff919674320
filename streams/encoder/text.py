"""What of a story an encoder is given: enough to know it by, little enough to be quick."""

TEXT_CHARACTERS = 600
"""Characters of a story's text that are read beside the headline: the time grows with them."""
HEADLINE_CHARACTERS = 200


def story_text(headline: str, summary: str = "", body: str = "") -> str:
    """Return the text that stands for a story: its headline, and how its text begins."""
    head = _plain(headline[: 4 * HEADLINE_CHARACTERS])[:HEADLINE_CHARACTERS]
    told = _plain((body.strip() or summary)[: 4 * TEXT_CHARACTERS])
    # A text that begins with its headline would only say it twice.
    told = told.removeprefix(head).lstrip()[:TEXT_CHARACTERS] if head else told[:TEXT_CHARACTERS]
    return f"{head}\n{told}".strip()


def _plain(text: str) -> str:
    """Return a text that every encoder takes: without control characters and half characters."""
    whole = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split())
