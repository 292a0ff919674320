"""A story keeps its id when it is edited, and changes its version."""

from hypothesis import given
from hypothesis import strategies as st

from streams.model.story import Status, digest, story_id, story_version


def make(
    *,
    feed: str = "f",
    guid: str | None = "g",
    link: str | None = "l",
    headline: str = "h",
    body: str = "b",
) -> str:
    return story_id(feed=feed, guid=guid, link=link, headline=headline, body=body)


def test_an_edit_keeps_the_id() -> None:
    assert make() == make(headline="H") == make(body="B") == make(link="L")


def test_another_feed_or_guid_is_another_story() -> None:
    assert len({make(), make(feed="F"), make(guid="G"), make(guid=None)}) == 4


def test_without_a_guid_the_link_counts() -> None:
    assert make(guid=None) == make(guid=None, body="B")
    assert make(guid=None) != make(guid=None, link="L")


def test_without_guid_and_link_the_words_count() -> None:
    assert make(guid=None, link=None) == make(guid="", link="")
    assert make(guid=None, link=None) != make(guid=None, link=None, body="B")


def version(
    *, headline: str = "h", summary: str = "s", body: str = "b", status: Status = Status.USABLE
) -> str:
    return story_version(headline=headline, summary=summary, body=body, status=status)


def test_every_edit_that_a_reader_sees_changes_the_version() -> None:
    edited = [version(headline="H"), version(summary="S"), version(body="B")]
    assert len({version(), *edited, version(status=Status.CANCELED)}) == 5


@given(st.lists(st.text()), st.lists(st.text()))
def test_digests_differ_when_their_parts_do(one: list[str], other: list[str]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_digests_stay_what_they_are() -> None:
    """Ids are kept for years: a change here would raise every alert anew."""
    assert digest(("a", "b")) == "facdde7abf1eac5b301273ab2e282f79"
