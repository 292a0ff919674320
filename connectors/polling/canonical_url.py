"""Addresses made alike: two that lead to the same page become the same text. Pure."""

import re
from collections.abc import Container, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_hs(enc|mi)|at_\w+|cmpid|xtor|"
    r"ncid|ocid|smid|ref|ref_?src|rss|ftag|sr_share|spm|wt_mc|ito|guccounter",
    re.IGNORECASE,
)
"""Names of parameters that only say where a reader came from."""
SESSION = re.compile(r"\w*(sid|sess|session)(_?id)?|zenid|cfid|cftoken", re.IGNORECASE)
"""Names of parameters that may hold a visit's number; `sid` may be a story's, its value tells."""
OF_A_VISIT = re.compile(
    r"phpsessid|jsessionid|asp(session|\.net_session)id\w*|zenid|oscsid|cfid|cftoken", re.IGNORECASE
)
"""Names that frameworks give to a visit's number, whatever it looks like."""
TOKEN = re.compile(r"(?=.*\d)[\w.!-]{16,}")
"""What a visit's number looks like."""
VISIT_SEGMENT = re.compile(r"(?=.*[a-z]\d+[a-z]+\d|.*\d[a-z]+\d+[a-z])[a-z\d]{12,}", re.IGNORECASE)
"""What one looks like between two slashes: letters and digits in turns, as in no date and title."""
_IN_PATH = re.compile(r";(\w+)=([^;/]*)")
_VISIT_IN_PATH = re.compile(r"/\((?:[A-Z]\([\w-]+\))+\)(?=/)")
"""As ASP.NET writes one into a path: `/(S(lit3py55t21z5v55vlm25s55))/`."""
AT_LEAST = 2
"""Places of which one parameter may be said to tell none apart."""
LONG_ENOUGH = 8
"""Characters of a path that hardly two pages of different hosts share by chance."""


def place_of(url: str) -> str:
    """Return where an address leads, without what doesn't matter; `` for what is no address.

    Left out: scheme, user, `www.`, the default port, the fragment, a slash at the end,
    parameters that only track, and the numbers of visits. Parameters are sorted.
    """
    host, rest = _parts(url)
    return f"{host}{rest}" if host else ""


def path_of(url: str) -> str:
    """Return the same without the host, for a page that moved; `` where that says too little."""
    host, rest = _parts(url)
    return rest if host and len(rest) >= LONG_ENOUGH else ""


def without_tokens(place: str, names: Container[str] = ()) -> str:
    """Return a place without the parameters, of any name, that look like a visit's number.

    Nor those with the `names` given.
    """
    page, _, query = place.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    kept = [
        f"{name}={value}"
        for name, _, value in pairs
        if name not in names and not TOKEN.fullmatch(value)
    ]
    return f"{page}?{'&'.join(kept)}"


def common_parameters(places: Sequence[str]) -> frozenset[str]:
    """Return the names of parameters that have one value in all of several places.

    They tell none of them apart, whatever they are: a visit's number, a feed's name.
    """
    if len(places) < AT_LEAST:
        return frozenset()
    each = [set(place.partition("?")[2].split("&")) for place in places]
    return frozenset(pair.partition("=")[0] for pair in set.intersection(*each) if pair)


def visit_segments(places: Sequence[str]) -> frozenset[int]:
    """Return where in the path all of several places have one and the same number of a visit."""
    if len(places) < AT_LEAST:
        return frozenset()
    first, *others = (_segments(place) for place in places)
    return frozenset(
        position
        for position, segment in enumerate(first[:-1])
        if VISIT_SEGMENT.fullmatch(segment)
        and all(one[position : position + 1] == [segment] for one in others)
    )


def without_segments(place: str, positions: Container[int]) -> str:
    """Return a place without what stands at positions of its path, if that looks like a visit's."""
    _, mark, query = place.partition("?")
    kept = (
        segment
        for position, segment in enumerate(_segments(place))
        if position not in positions or not VISIT_SEGMENT.fullmatch(segment)
    )
    return "/".join(kept) + mark + query


def _segments(place: str) -> list[str]:
    return place.partition("?")[0].split("/")


def same_page(one: str, other: str) -> bool:
    """Say whether two places are the same, or the same page on another host."""
    path = one.partition("/")[2]
    return one == other or (len(path) >= LONG_ENOUGH and path == other.partition("/")[2])


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return "", ""
    if parts.scheme not in {"http", "https"} or not host:
        return "", ""
    # Pages drawn by a script tell their stories apart by what stands behind `#!` or `#/`.
    page = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _matters(*pair)]
    query = f"?{urlencode(sorted(pairs))}" if pairs else ""
    shown = f":{port}" if port not in {None, 80, 443} else ""
    path = _VISIT_IN_PATH.sub("", parts.path)
    path = _IN_PATH.sub(lambda match: match[0] if _matters(match[1], match[2]) else "", path)
    return f"{host}{shown}", path.rstrip("/") + query + page


def _matters(name: str, value: str) -> bool:
    if OF_A_VISIT.fullmatch(name):
        return False
    if SESSION.fullmatch(name) and TOKEN.fullmatch(value):
        return False
    return TRACKING.fullmatch(name) is None
