"""Text that a terminal can be given, whoever wrote it. Pure."""


def plain(text: str) -> str:
    """Take out what could drive a terminal or turn the reading order: it comes from a feed."""
    return "".join(char if char.isprintable() else " " for char in text)
