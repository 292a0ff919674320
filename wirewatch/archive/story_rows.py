"""Rows of stories, of the records that the archive holds. Pure."""

from streams.model.tags import TaggedStory
from wirewatch.archive.rows import StoryRow


def story_row(number: int, tagged: TaggedStory) -> StoryRow:
    """Return what a list shows of a story."""
    story, tags = tagged.story, tagged.tags
    return StoryRow(
        id=story.id,
        version=story.version,
        outlet=story.source,
        feed=story.feed,
        headline=story.headline,
        url=story.url,
        language=story.language or tags.language,
        status=story.status,
        seen=story.first_seen,
        published=story.published,
        countries=tuple(one.code for one in tags.countries),
        pairs=tuple(f"{pair.name}:{pair.relation}" for pair in tags.pairs),
        topics=tuple(topic.slug for topic in tags.topics if not topic.background),
        background=tuple(topic.slug for topic in tags.topics if topic.background),
        cursor=f"{number:x}",
    )
