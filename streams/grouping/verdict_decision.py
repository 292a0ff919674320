"""What a person's word comes to, among the alerts that there are. Pure."""

from datetime import datetime

import msgspec

from streams.grouping.index import Index
from streams.grouping.joining import Joining, time_of
from streams.grouping.known_verdicts import Rulings
from streams.grouping.part_and_merge import Ends, join, part, parted_story, split, without
from streams.grouping.signature import signature
from streams.model.alert import Bond, Grouping, alert_id
from streams.model.ruled import Ruled
from streams.model.verdict import Said, Verdict

NOTHING = Ends((), ())
"""What it is about isn't here, or it is so already."""


def obey(
    index: Index, rulings: Rulings, verdict: Verdict, known: Ruled | None, now: datetime
) -> Ends:
    """Return what a word comes to. `known` is what the same person said of it before."""
    if verdict.said is Said.TWO_EVENTS:
        if verdict.taken_back:
            return _joined_again(index, rulings, verdict, now)
        return _parted(index, rulings, verdict, now)
    if verdict.taken_back:
        return _split(index, rulings, verdict, known, now)
    both = [index.alerts.get(rulings.now(name or "")) for name in (verdict.alert, verdict.other)]
    found = {one.alert: one for one in both if one is not None}
    if len(found) < len(both):
        return NOTHING
    keep, other = sorted(found.values(), key=lambda one: (one.first, one.alert))
    return join(keep, other, verdict, now)


def _parted(index: Index, rulings: Rulings, verdict: Verdict, now: datetime) -> Ends:
    alert, match = index.alerts.get(rulings.now(verdict.alert or "")), verdict.match
    if alert is None or match is None or verdict.story not in alert.stories:
        return NOTHING
    match = msgspec.structs.replace(match, window_hours=alert.window_hours)
    known = signature(match.story, match.tags)
    joining = Joining(
        match=match,
        known=known,
        terms=index.weighed(known),
        grouping=Grouping(bond=Bond.RULING, nearest=alert.alert, by=verdict.by),
        related=(alert.alert,),
        first=time_of(match.story),
    )
    return part(alert, joining, verdict, _opens(verdict), now)


def _joined_again(index: Index, rulings: Rulings, verdict: Verdict, now: datetime) -> Ends:
    alert = index.alerts.get(rulings.now(verdict.alert or ""))
    parted = index.alerts.get(rulings.now(_opens(verdict)))
    if alert is None or parted is None or alert.alert == parted.alert:
        return NOTHING
    return join(alert, parted, verdict, now)


def _split(
    index: Index, rulings: Rulings, verdict: Verdict, known: Ruled | None, now: datetime
) -> Ends:
    joined = None if known is None else known.joined
    alert = None if joined is None else index.alerts.get(rulings.now(joined.alert))
    if joined is None or alert is None:
        return NOTHING
    # What was parted from there meanwhile has an alert of its own, and stays in that.
    parted = {one for one in joined.stories.keys() - alert.stories.keys() if index.of_story(one)}
    if len(parted) == len(joined.stories):
        return NOTHING
    return split(alert, without(joined, parted, {}) if parted else joined, verdict, now)


def _opens(verdict: Verdict) -> str:
    """Return the id of the alert that a parted story opens."""
    return alert_id(watch=verdict.watch, story=parted_story(verdict.story))
