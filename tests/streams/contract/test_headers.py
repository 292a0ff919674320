"""What a program can tell of a record by its headers alone."""

from hypothesis import given

from streams.contract.headers import deployed, kind_of, major_of
from streams.contract.messages import message
from streams.model.alert import AlertEvent
from streams.model.story import Story
from streams.model.tags import Relation, TaggedStory
from tests.support import strategies


def values(record: Story | TaggedStory | AlertEvent) -> dict[str, str]:
    return {name: value.decode() for name, value in message(record).headers}


@given(strategies.tagged)
def test_the_pairs_to_filter_by_are_those_that_meet(tagged: TaggedStory) -> None:
    found = values(tagged)
    sure = [p.name for p in tagged.tags.pairs if p.relation is Relation.BETWEEN and p.score >= 0.5]
    assert found["ce_pairs"] == ",".join(sure)
    assert found["ce_allpairs"] == ",".join(pair.name for pair in tagged.tags.pairs)


@given(strategies.tagged)
def test_the_topics_to_filter_by_are_what_the_story_is_about(tagged: TaggedStory) -> None:
    found = values(tagged)
    main = [topic.slug for topic in tagged.tags.topics if not topic.background]
    rest = [topic.slug for topic in tagged.tags.topics if topic.background]
    assert (found["ce_topics"], found["ce_backgroundtopics"]) == (",".join(main), ",".join(rest))


@given(strategies.tagged)
def test_headers_of_earlier_releases_are_there_still(tagged: TaggedStory) -> None:
    found = values(tagged)
    assert found["pairs"] == found["ce_allpairs"]
    assert found["topics"] == found["ce_topics"]
    assert found["topics_background"] == found["ce_backgroundtopics"]


@given(strategies.alerts)
def test_an_alert_says_its_watch_kind_severity_and_mode(event: AlertEvent) -> None:
    found = values(event)
    assert (found["ce_watch"], found["ce_kind"]) == (event.watch, event.kind)
    assert found["ce_severity"] == event.severity
    mode = "shadow" if event.shadow else "backfill" if event.story.backfill else "live"
    assert found["ce_mode"] == mode


@given(strategies.stories)
def test_a_record_names_its_schema_and_its_version(story: Story) -> None:
    headers = message(story).headers
    assert dict(headers)["ce_dataschema"] == b"urn:wirewatch:schema:story:v1"
    assert (kind_of(headers), major_of(headers)) == ("story", 1)


@given(strategies.stories)
def test_attributes_keep_to_the_letters_that_cloudevents_allows(story: Story) -> None:
    names = [name.removeprefix("ce_") for name, _ in message(story).headers if "ce_" in name]
    assert all(name.isalnum() and name == name.lower() for name in names)


@given(strategies.stories)
def test_two_deployments_never_share_source_and_id(story: Story) -> None:
    headers = message(story).headers
    sources = [dict(deployed(headers, prefix))["ce_source"] for prefix in ("", "east-", "west-")]
    assert sources == [b"/wirewatch/poll", b"/east/wirewatch/poll", b"/west/wirewatch/poll"]


@given(strategies.stories)
def test_a_record_that_goes_on_with_its_headers_names_its_deployment_once(story: Story) -> None:
    for prefix in ("", "east-", "wirewatch-"):
        once = deployed(message(story).headers, prefix)
        assert deployed(once, prefix) == once
