"""HTTP headers as text. Pure."""


def header_text(value: str) -> str:
    """Return a header's value as text that can be written down: aiohttp keeps bytes that are none.

    They become a mark for what can't be read.
    """
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
