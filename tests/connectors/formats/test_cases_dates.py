"""Feeds with dates that are none: the stories come all the same, and poll and check agree."""

import pytest

from connectors.formats.dates import UNREADABLE
from connectors.parsing.parser_pool import ParserPool
from streams.model.feed_health import FeedState
from tests.support.folders import DATA
from tests.support.polled import polled

CASES = DATA / "cases"
RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title>'
    "<item><guid>1</guid><title>Good</title><pubDate>Thu, 26 Nov 2026 08:00:00 GMT</pubDate></item>"
    "<item><guid>2</guid><title>Odd</title>{}</item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>f</id>'
    "<entry><id>1</id><title>Good</title><published>2026-11-26T08:00:00Z</published></entry>"
    "<entry><id>2</id><title>Odd</title>{}</entry></feed>"
)
YEAR_1 = (
    "Mon, 01 Jan 0001 00:00:00 +0000",
    "0001-01-01",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+07:00",
)
NO_DATES = (
    *YEAR_1,
    "Sun, 30 Nov 0000 00:00:00 +0000",
    "-0001-11-30T00:00:00+00:00",
    "0000-00-00 00:00:00",
    "Thu, 26 Nov 126 10:00:00 GMT",
    "Mon, 01 Jan 1601 00:00:00 GMT",
    "Sat, 30 Dec 1899 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "1980-01-01T00:00:00Z",
    "2026-02-30T10:00:00Z",
    "0",
    "0000000000",
)


@pytest.mark.parametrize("written", NO_DATES)
@pytest.mark.parametrize(
    ("feed", "field"),
    [(RSS, "pubDate"), (RSS, "dc:date"), (ATOM, "published"), (ATOM, "updated")],
)
def test_an_implausible_date_is_none_and_costs_no_story(
    parser: ParserPool, feed: str, field: str, written: str
) -> None:
    polls = polled(parser, feed.format(f"<{field}>{written}</{field}>").encode())
    good, odd = polls.stories
    assert (good.headline, odd.headline) == ("Good", "Odd")
    assert (odd.published, odd.flags) == (None, (UNREADABLE,))
    assert (polls.health[0].state, polls.health[0].stories) == (FeedState.OK, 2)


@pytest.mark.parametrize("name", ["rss.xml", "feed.xml"])
def test_a_page_of_year_1_silences_no_feed(parser: ParserPool, name: str) -> None:
    drill, about = polled(parser, (CASES / "02-year-0001-kills-feed" / name).read_bytes()).stories
    assert drill.headline == "US and Cambodia open joint naval drill off Sihanoukville"
    assert (about.published, about.flags) == (None, (UNREADABLE,))


def test_an_update_of_year_1_stands_beside_a_good_date(parser: ParserPool) -> None:
    body = (CASES / "02-year-0001-kills-feed" / "atom-updated.xml").read_bytes()
    (story,) = polled(parser, body).stories
    assert str(story.published) == "2026-11-26 10:00:00+00:00"
    assert story.updated is None


def test_dates_of_case_14(parser: ParserPool) -> None:
    stories = polled(parser, (CASES / "14-dates" / "feed.xml").read_bytes()).stories
    seen = [(story.published and f"{story.published:%H:%M}", story.flags) for story in stories]
    assert seen == [(None, (UNREADABLE,))] * 2 + [("08:00", ()), ("03:00", ())]
