"""A picture's caption is never the story: neither its headline nor its text."""

import pytest

from connectors.parsing.parser_pool import ParserPool
from streams.model.story import Story
from tests.support.folders import DATA
from tests.support.polled import polled, raised

CASES = DATA / "cases" / "06-media-caption-as-text"
RSS = (
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>T</title><item>{}</item></channel></rss>"
)
TITLE, TEXT = "<title>Rice prices fall</title>", "<description>Farmers said so.</description>"
CAPTION = "Soldiers in Cambodia"
PICTURES = (
    f"<media:content url='http://i/1.jpg'><media:description>{CAPTION}</media:description>"
    f"<media:title>{CAPTION}</media:title></media:content>",
    f"<media:title>{CAPTION}</media:title><media:description>{CAPTION}</media:description>",
    f"<media:group><media:title type='plain'>{CAPTION}</media:title>"
    f"<media:description >{CAPTION}</media:description></media:group>",
    f"<image><title>{CAPTION}</title><description>{CAPTION}</description></image>",
)
MARKUP = (
    f"<figure><img alt='{CAPTION}'><figcaption>{CAPTION} <b>now</b></figcaption></figure>",
    f"<div class='wp-caption'><img><p class='wp-caption-text'>{CAPTION}</p></div>",
)


def story(parser: ParserPool, item: str) -> Story:
    (told,) = polled(parser, RSS.format(item).encode()).stories
    return told


@pytest.mark.parametrize("name", ["before.xml", "after.xml"])
def test_a_caption_before_or_after_the_text_of_case_06(parser: ParserPool, name: str) -> None:
    (told,) = polled(parser, (CASES / name).read_bytes()).stories
    assert raised([told]) == []
    assert (told.headline, told.summary, told.body) == (
        "Rice prices fall in Kansas",
        "Farmers said prices fell to a low.",
        "",
    )


@pytest.mark.parametrize("picture", PICTURES)
def test_a_caption_is_no_part_of_a_story_wherever_it_stands(
    parser: ParserPool, picture: str
) -> None:
    for item in (picture + TITLE + TEXT, TITLE + picture + TEXT, TITLE + TEXT + picture):
        told = story(parser, item)
        assert (told.headline, told.summary, told.body) == (
            "Rice prices fall",
            "Farmers said so.",
            "",
        )
    told = story(parser, picture + TEXT)
    assert (told.headline, told.summary) == ("", "Farmers said so.")
    told = story(parser, TITLE + picture)
    assert (told.headline, told.summary, told.body) == ("Rice prices fall", "", "")


@pytest.mark.parametrize("markup", MARKUP)
def test_a_caption_within_the_text_goes(parser: ParserPool, markup: str) -> None:
    html = f"<![CDATA[{markup}<p>Farmers said so.</p>]]>"
    told = story(parser, f"{TITLE}<description>{html}</description>")
    assert (told.summary, told.body) == ("Farmers said so.", "")


@pytest.mark.parametrize("field", ["itunes:summary", "dc:description"])
def test_the_entrys_own_text_goes_before_other_vocabularies(parser: ParserPool, field: str) -> None:
    other = f"<{field}>Of the programme.</{field}>"
    for item in (TITLE + other + TEXT, TITLE + TEXT + other):
        assert story(parser, item).summary == "Farmers said so."
        assert story(parser, item).body == ""
    assert story(parser, TITLE + other).summary == "Of the programme."


def test_of_a_video_its_description_is_the_text(parser: ParserPool) -> None:
    video = "<yt:videoId>x</yt:videoId>" + PICTURES[2]
    assert story(parser, TITLE + video).summary == CAPTION


def test_an_entry_with_nothing_of_its_own_is_called_as_its_video_is(parser: ParserPool) -> None:
    assert story(parser, "<media:title>Rice prices fall</media:title>").headline == (
        "Rice prices fall"
    )
