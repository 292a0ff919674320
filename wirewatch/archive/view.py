"""Stories and alerts of the archive as people see them. Pure."""

from collections.abc import Iterator

from connectors.delivery.frame.catalogue import ENGLISH
from connectors.delivery.frame.reasons import change_line
from connectors.delivery.sinks.terminal_text import plain
from streams.model.alert import AlertEvent
from wirewatch.archive.rows import AlertDetail, AlertRow, StoryRow
from wirewatch.counted import counted

SHORT = 10
"""Digits of an id that are shown: all commands take them."""
_TIME = "%Y-%m-%d %H:%M"
_OUTGROWN = " (no longer matches)"
_INDENT = " " * 18


def story_lines(row: StoryRow) -> Iterator[str]:
    """Return the lines of a story in a list."""
    yield plain(f"{row.seen:{_TIME}}  [{row.outlet}]  {row.headline or '(no headline)'}")
    about = (" ".join(row.pairs), " ".join(row.topics), row.url or "", row.id[:SHORT])
    yield plain(_INDENT + "  ".join(part for part in about if part))


def alert_lines(row: AlertRow) -> Iterator[str]:
    """Return the lines of an alert in a list."""
    severity = "" if row.severity == "normal" else f" {row.severity}"
    state = f"{row.state}{severity}{_OUTGROWN if row.no_longer_matches else ''}"
    yield plain(f"{row.opened:{_TIME}}  {state:9}  {row.title}: {row.headline or '(no headline)'}")
    told = f"{counted(row.stories, 'story')} of {', '.join(row.outlets) or row.outlet}"
    yield plain(_INDENT + "  ".join(part for part in (row.pair, told, row.id[:SHORT]) if part))


def detail_lines(found: AlertDetail) -> Iterator[str]:
    """Return all that is known of an alert: story, why, events, stories, deliveries, verdicts."""
    row = found.alert
    yield plain(f"{row.title}: {row.headline or '(no headline)'}")
    outgrown = _OUTGROWN if row.no_longer_matches else ""
    yield plain(f"{row.state}{outgrown}, {row.severity}, watch {row.watch}, alert {row.id}")
    yield plain(f"{row.outlet}  {row.url or ''}".rstrip())
    yield from (plain(line) for line in _told(found.told))
    yield from ("", "why")
    yield from (f"  {plain(line)}" for line in _why(found.told))
    yield from ("", "what happened")
    for event in found.events:
        at = event.times.raised
        when = " " * 16 if at is None else f"{at:{_TIME}}"
        yield plain(f"  {when}  {event.kind:9}  [{event.story.source}]  {event.reason}")
        yield from (plain(_INDENT + change_line(one, ENGLISH)) for one in event.changes)
    yield from ("", "stories")
    for one in found.members:
        if one.story is None:
            yield plain(f"  {one.id[:SHORT]}: the archive has it no more")
        else:
            yield from (f"  {line}" for line in story_lines(one.story))
    if found.deliveries:
        yield from ("", "deliveries")
    for report in found.deliveries:
        told = f"{report.at:{_TIME}}  {report.subscriber}: {report.kind} {report.result}"
        yield plain(f"  {told.replace('_', ' ')}  {report.reason}".rstrip())
    if found.verdicts:
        yield from ("", "verdicts")
    for verdict in found.verdicts:
        yield plain(
            f"  {verdict.at:{_TIME}}  {verdict.by}: {verdict.said}  {verdict.note}".rstrip()
        )


def _told(event: AlertEvent) -> Iterator[str]:
    """Return the story in short; of a spike the stories that tell most."""
    if event.spike is None:
        yield from (event.story.summary,) if event.story.summary else ()
        return
    for one in event.spike.telling:
        told = f"  [{one.source}]  {one.headline or '(no headline)'}  {one.url or ''}"
        yield told.rstrip()


def _why(event: AlertEvent) -> Iterator[str]:
    why = event.why
    if why.pair is not None:
        least = f"{why.pair.score:.2f} of at least {why.min_pair_score:.2f}"
        yield f"pair {why.pair.name}: {why.pair.relation}, {why.pair.stance}, {least}"
    for country in why.countries:
        yield f"country {country.code}: {country.salience:.2f}"
    for topic in why.topics:
        yield f"topic {topic.slug}: {topic.score:.2f} of at least {why.min_topic_score:.2f}"
    if why.everything:
        yield "the watch takes every story"
    if words := ", ".join(dict.fromkeys(span.surface for span in why.spans)):
        yield f"words: {words}"
