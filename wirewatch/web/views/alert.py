"""One alert: why it came, what happened since, who told it, who got it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from connectors.delivery.frame.catalogue import say
from connectors.delivery.links.page import REASONS, reason_text
from streams.model.alert import AlertEvent, Bond, Grouping, Kind
from streams.model.story import Story
from streams.model.tags import Span, Tags
from streams.model.watch import Why
from wirewatch.archive import queries
from wirewatch.archive.count_rows import StoryVersion
from wirewatch.archive.neighbours import related_alerts, story_versions
from wirewatch.archive.rows import AlertDetail, AlertMember
from wirewatch.web import marking
from wirewatch.web.differences import FieldDifference, story_differences
from wirewatch.web.latency import AlertLatency, latency
from wirewatch.web.site import site_of
from wirewatch.web.templating import page
from wirewatch.web.views import alert_actions

BONDS: Mapping[Bond, str] = MappingProxyType(
    {
        Bond.FIRST: "opened the alert",
        Bond.SAME_STORY: "newer version",
        Bond.COPY: "copy",
        Bond.REPORT: "other report",
        Bond.RULING: "a person said so",
    }
)
DONE: Mapping[str, str] = MappingProxyType(
    {
        "right": "Thank you: kept as right. It is shown here in a moment.",
        "wrong": "Thank you: kept as wrong. It is shown here in a moment.",
        "muted": "Muted. Subscribers are still told if the alert is withdrawn.",
        "unmuted": "Not muted any more.",
    }
)
RELATED: Mapping[str, str] = MappingProxyType(
    {
        "named": "perhaps the same event",
        "names it": "perhaps the same event",
        "same stories": "has a story in common",
        "holds it": "this alert is part of it: a person called them one event",
        "part of it": "part of this alert: a person called them one event",
    }
)
MOST_WORDS = 12
SAME = timedelta(seconds=1)
"""Times no further apart are the same: the archive's ids know milliseconds."""


class Decision(NamedTuple):
    """A row of what decided: what was found, how surely, what the watch asked, by which words."""

    kind: str
    name: str
    how: str
    score: float
    asked: float | None
    words: tuple[str, ...]

    @property
    def margin(self) -> float | None:
        """How far it is above what was asked."""
        return None if self.asked is None else self.score - self.asked


class MemberLine(NamedTuple):
    """A story of the alert, and what ties it."""

    member: AlertMember
    bond: str
    grouping: Grouping | None
    joined: datetime | None


class VersionLine(NamedTuple):
    """A version of the story, when it came, and what it changed of the one before."""

    at: datetime
    story: Story
    differences: tuple[FieldDifference, ...]


def show(request: Request) -> Response:
    """Show an alert."""
    site = site_of(request)
    with queries.reading(site.data) as db:
        found = queries.alert(db, request.path_params["alert"], site.now())
        related = related_alerts(db, found.alert.id)
        versions = story_versions(db, found.told.story.id)
    story, tags = told_story(found)
    evidence = marking.deciding(found.told.why)
    sentence = found.told.why.sentence
    return page(
        request,
        "alert.html",
        found=found,
        story=story,
        told={
            field: marking.marked(field, getattr(story, field), evidence, sentence)
            for field in ("headline", "summary", "body")
        },
        sentence=None
        if sentence is None
        else marking.sentence_of(getattr(story, sentence.field), evidence, sentence),
        decisions=tuple(decisions(found.told.why)),
        others=() if tags is None else tuple(other_tags(tags, found.told.why)),
        members=member_lines(found),
        related=related,
        related_words=RELATED,
        versions=version_lines(versions),
        latency=opened_latency(found),
        reasons={reason: reason_text(reason, say("en")) for reason in REASONS},
        name=alert_actions.name_of(request),
        named=bool(site.access.user(request)),
        people=alert_actions.people(site),
        muted=alert_actions.muted_for(site, found.alert.id),
        done=DONE.get(request.query_params.get("done", ""), ""),
    )


def told_story(found: AlertDetail) -> tuple[Story, Tags | None]:
    """Return the alert's story as whole as it is known, and all its tags if the archive has them.

    The alert's own record has the beginning of a long text; every place in it is the same.
    """
    if found.tagged is None:
        return found.told.story, None
    return found.tagged.story, found.tagged.tags


def version_lines(versions: Sequence[StoryVersion]) -> tuple[VersionLine, ...]:
    """Return the versions of a story with what each changed, the newest first.

    One that came back, after another in between, stands there a second time.
    """
    came = [(one.first, one.tagged.story) for one in versions]
    came += [(story.first_seen, story) for first, story in came if story.first_seen - first > SAME]
    lines: list[VersionLine] = []
    for at, story in sorted(came, key=itemgetter(0)):
        before = lines[-1].story if lines else None
        if before is None:
            lines.append(VersionLine(at, story, ()))
        elif before.version != story.version:
            lines.append(VersionLine(at, story, story_differences(before, story)))
    return tuple(reversed(lines))


def opened_latency(found: AlertDetail) -> AlertLatency | None:
    """Return where the time went until the alert was opened; `None` if that isn't known."""
    first = next((one for one in found.events if one.kind is Kind.OPENED), None)
    if first is None:
        return None
    reports = [one for one in found.deliveries if one.event == first.event]
    taken = latency(first.times, reports)
    return taken if taken.stages else None


def decisions(why: Why) -> Iterator[Decision]:
    """Return what the watch asked for and found."""
    if why.pair is not None:
        pair = why.pair
        how = f"{pair.relation}, {pair.stance}".replace("_", " ")
        least = why.min_pair_score
        yield Decision("pair", pair.name, how, pair.score, least, _words(pair.spans))
    for country in why.countries:
        how = "main country" if country.main else "mentioned"
        yield Decision("country", country.code, how, country.salience, None, _words(country.spans))
    for topic in why.topics:
        least = why.min_topic_score
        yield Decision("topic", topic.slug, topic.role, topic.score, least, _words(topic.spans))
    if why.words:
        yield Decision("words", "", "in the text", 1.0, None, _words(why.words))


def other_tags(tags: Tags, why: Why) -> Iterator[Decision]:
    """Return what was found beside that."""
    decided = {(one.kind, one.name) for one in decisions(why)}
    for country in tags.countries:
        if ("country", country.code) not in decided:
            how = "main country" if country.main else "mentioned"
            words = _words(country.spans)
            yield Decision("country", country.code, how, country.salience, None, words)
    for pair in tags.pairs:
        if ("pair", pair.name) not in decided:
            how = f"{pair.relation}, {pair.stance}".replace("_", " ")
            yield Decision("pair", pair.name, how, pair.score, None, _words(pair.spans))
    for topic in tags.topics:
        if ("topic", topic.slug) not in decided:
            words = _words(topic.spans)
            yield Decision("topic", topic.slug, topic.role, topic.score, None, words)


def member_lines(found: AlertDetail) -> tuple[MemberLine, ...]:
    """Return the stories of an alert with what ties each, as it was told when it came."""
    ties: dict[str, AlertEvent] = {}
    for event in found.events:
        if event.grouping is not None:
            ties.setdefault(event.story.id, event)
    return tuple(_member_line(one, ties.get(one.id)) for one in found.members)


def _member_line(member: AlertMember, event: AlertEvent | None) -> MemberLine:
    if event is None or event.grouping is None:
        return MemberLine(member, "", None, None)
    return MemberLine(member, BONDS[event.grouping.bond], event.grouping, event.times.raised)


def _words(spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.surface for span in spans))[:MOST_WORDS]
