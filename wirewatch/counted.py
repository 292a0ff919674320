"""Numbers with their nouns."""


def counted(number: int, what: str) -> str:
    """Return a number with its noun: `1 entry`, `1,200 entries`, `2 watches`."""
    if number == 1:
        return f"1 {what}"
    if what.endswith("y"):
        many = f"{what.removesuffix('y')}ies"
    else:
        many = f"{what}es" if what.endswith(("ch", "sh", "s", "x")) else f"{what}s"
    return f"{number:,} {many}"
