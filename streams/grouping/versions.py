"""Which version of a story is its newest, in whatever order and however often they come. Pure.

What is known of a story is a set of versions: it only grows, and what is asked of it depends on
what is in it, not on what came first. So records that come again, or late, change nothing.
"""

from datetime import datetime, timedelta

import msgspec

from streams.grouping.weights import ON_ITS_WAY, VERSIONS
from streams.model.alert import Version
from streams.model.story import GONE, TAKEN_BACK, Story


def version_of(story: Story, *, fits: bool) -> Version:
    """Return what a story says of its version."""
    dated = story.updated
    gone = GONE in story.flags
    return Version(
        version=story.version,
        status=story.status,
        seen=story.first_seen,
        dated=dated if dated is not None and dated < story.first_seen else story.first_seen,
        # It has the number of the version that it takes back.
        revision=None if gone else story.revision,
        size=story.size,
        fits=fits,
        gone=gone,
    )


def merged(versions: tuple[Version, ...], one: Version) -> tuple[Version, ...]:
    """Add a version to those known; the same digest again tells when it was seen last."""
    same = next((known for known in versions if known.version == one.version), None)
    if same is None:
        return _bounded((*versions, one))
    if _on_its_way(versions, one):
        one = msgspec.structs.replace(one, seen=same.seen, dated=same.dated)
    last = max(same, one, key=_rank_number)
    both = msgspec.structs.replace(last, fits=same.fits or one.fits)
    return tuple(both if known is same else known for known in versions)


def newest(versions: tuple[Version, ...]) -> Version | None:
    """Return the version that counts.

    Numbers decide among those that have one. Among others that are to be read, the time that
    their outlet gives; a hold or a kill counts from when it was seen, whatever date it has. Where
    these don't compare, the one that was seen last.
    """
    return max(_last_of_each_kind(versions), key=_rank_seen, default=None)


def standing(versions: tuple[Version, ...]) -> Version | None:
    """Return the newest version that matched, or took the story back.

    An edit that fits the watch no more neither takes a story back nor brings it back.
    """
    return newest(tuple(one for one in versions if one.fits or taken_back(one)))


def taken_back(version: Version) -> bool:
    """Say whether a version takes its story back: for good, or until it is released."""
    return version.status in TAKEN_BACK


def _last_of_each_kind(versions: tuple[Version, ...]) -> list[Version]:
    numbered = [one for one in versions if one.revision is not None]
    plain = [one for one in versions if one.revision is None]
    kinds = (
        max(numbered, key=lambda one: (one.revision, *_rank_seen(one)), default=None),
        max((one for one in plain if taken_back(one)), key=_rank_seen, default=None),
        max(
            (one for one in plain if not taken_back(one)),
            key=lambda one: (one.dated, *_rank_seen(one)),
            default=None,
        ),
    )
    return [one for one in kinds if one is not None]


def _rank_number(one: Version) -> tuple[int, datetime]:
    return -1 if one.revision is None else one.revision, one.seen


def _rank_seen(one: Version) -> tuple[datetime, bool, int, str]:
    # Seen at the same time are a feed's words and the page they lead to: the longer text counts.
    return one.seen, taken_back(one), one.size, one.version


def _on_its_way(versions: tuple[Version, ...], one: Version) -> bool:
    """Say whether a version came back so soon that it was under way when the newest was read.

    A fetch that began before a push ends after it; two servers of a site differ for a moment.
    """
    last = newest(versions)
    if last is None or last.version == one.version or one.revision is not None:
        return False
    return timedelta() <= one.seen - last.seen < ON_ITS_WAY


def _bounded(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """Forget the version seen first, unless it is the last of its kind."""
    if len(versions) <= VERSIONS:
        return versions
    kept = _last_of_each_kind(versions)
    oldest = min((one for one in versions if one not in kept), key=_rank_seen)
    return tuple(one for one in versions if one is not oldest)
