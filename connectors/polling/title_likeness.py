"""How alike two titles are: an edit leaves some of its letters in a row. Pure."""

ALIKE = 0.2
"""Two titles with a smaller share of trigrams in common are wholly different."""


def are_alike(one: str, other: str) -> bool:
    """Say whether one title may be another one, edited."""
    return likeness(one, other) >= ALIKE


def likeness(one: str, other: str) -> float:
    """Return the share of trigrams that two texts have in common, 0..1."""
    ours, theirs = _trigrams(one), _trigrams(other)
    return len(ours & theirs) / len(ours | theirs)


def _trigrams(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
