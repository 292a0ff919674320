"""Whether a story comes from an office itself: a government, its forces, a court."""

from urllib.parse import urlsplit

from streams.model.story import Story

OFFICIAL_LABELS = frozenset({"gov", "mil", "gob", "gouv", "go", "govt", "gc", "admin"})
"""Parts of a host's name that only offices get: `state.gov`, `mod.gov.kh`, `mod.go.jp`."""
OFFICIAL_ENDINGS = (".europa.eu", ".un.org", ".nato.int")


def official(story: Story) -> bool:
    """Say whether a story's address is an office's."""
    try:
        host = urlsplit(story.url or "").hostname or ""
    except ValueError:
        return False
    return bool(OFFICIAL_LABELS & set(host.split(".")[1:])) or f".{host}".endswith(OFFICIAL_ENDINGS)
