"""Hypothesis strategies for every record of the contract."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from streams.model.alert import AlertEvent, Kind
from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.story import Status, Story, WholeText
from streams.model.tags import (
    CountryTag,
    PairTag,
    Relation,
    Span,
    TaggedStory,
    Tags,
    TopicRole,
    TopicTag,
)
from streams.model.timestamps import Timestamps
from streams.model.verdict import Said, Verdict
from streams.model.watch import Condition, Match, Severity, Why

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
times = st.datetimes(
    min_value=datetime.fromisoformat("1990-01-01"),
    max_value=datetime.fromisoformat("2100-01-01"),
    timezones=st.just(UTC),
)
maybe_times = st.none() | times
scores = st.floats(min_value=0, max_value=1)
codes = st.sampled_from(["CN", "KH", "US", "VN"])


def tuples(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=3).map(tuple)


spans = st.builds(
    Span,
    field=st.sampled_from(["headline", "summary", "body"]),
    start=st.integers(0, 10**6),
    end=st.integers(0, 10**6),
    surface=texts,
    entry=texts,
    weight=st.floats(0, 10),
)
stories = st.builds(
    Story,
    id=texts,
    version=texts,
    feed=texts,
    source=texts,
    headline=texts,
    first_seen=times,
    url=st.none() | texts,
    summary=texts,
    body=texts,
    language=st.none() | texts,
    authors=tuples(texts),
    published=maybe_times,
    published_raw=st.none() | texts,
    updated=maybe_times,
    status=st.sampled_from(Status),
    backfill=st.booleans(),
    edited=st.booleans(),
    cut=tuples(texts),
    cut_digests=tuples(texts),
    embargo=maybe_times,
    dateline=texts,
    flags=tuples(texts),
    revision=st.none() | st.integers(0, 10**18),
    whole=st.none()
    | st.builds(WholeText, characters=st.integers(0, 10**6), notes=tuples(st.integers(0, 2**32))),
)
countries = st.builds(
    CountryTag, code=codes, salience=scores, main=st.booleans(), spans=tuples(spans)
)
pairs = st.builds(
    PairTag, a=codes, b=codes, relation=st.sampled_from(Relation), score=scores, spans=tuples(spans)
)
topics = st.builds(
    TopicTag, slug=texts, score=scores, role=st.sampled_from(TopicRole), spans=tuples(spans)
)
tags = st.builds(
    Tags,
    language=st.none() | texts,
    countries=tuples(countries),
    pairs=tuples(pairs),
    topics=tuples(topics),
    tagger=texts,
)
ledgers = st.builds(
    Timestamps,
    published=maybe_times,
    first_seen=maybe_times,
    produced=maybe_times,
    tagged=maybe_times,
    matched=maybe_times,
    raised=maybe_times,
)
whys = st.builds(
    Why,
    pair=st.none() | pairs,
    topics=tuples(topics),
    countries=tuples(countries),
    words=tuples(spans),
    everything=st.booleans(),
    min_pair_score=scores,
    min_topic_score=scores,
    critical=tuples(st.sampled_from(Condition)),
)
severities = st.sampled_from(Severity)
tagged = st.builds(TaggedStory, story=stories, tags=tags, times=ledgers)
matches = st.builds(
    Match,
    watch=texts,
    title=texts,
    story=stories,
    tags=tags,
    why=whys,
    times=ledgers,
    severity=severities,
    window_hours=st.integers(1, 720),
    shadow=st.booleans(),
)
alerts = st.builds(
    AlertEvent,
    alert=texts,
    event=texts,
    kind=st.sampled_from(Kind),
    reason=texts,
    watch=texts,
    title=texts,
    story=stories,
    tags=tags,
    why=whys,
    outlets=tuples(texts),
    times=ledgers,
    severity=severities,
    shadow=st.booleans(),
)
feed_health = st.builds(
    FeedHealth,
    feed=texts,
    source=texts,
    state=st.sampled_from(FeedState),
    detail=texts,
    polled=times,
    last_ok=maybe_times,
    entries=st.integers(0, 10**6),
    stories=st.integers(0, 10**6),
)
verdicts = st.builds(
    Verdict,
    said=st.sampled_from(Said),
    watch=texts,
    story=texts,
    by=texts,
    at=times,
    alert=st.none() | texts,
    note=texts,
)
deliveries = st.builds(
    DeliveryReport,
    event=texts,
    alert=texts,
    kind=texts,
    subscriber=texts,
    result=st.sampled_from(DeliveryResult),
    at=times,
    attempts=st.integers(0, 10**6),
    reason=texts,
)
records = stories | tagged | matches | alerts | feed_health | verdicts | deliveries
