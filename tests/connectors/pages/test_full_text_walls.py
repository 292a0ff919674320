"""A page that is put before a story is not its text, and a box within it isn't either."""

from pathlib import Path

import msgspec
import pytest

from connectors.pages.extract import PAYING
from connectors.pages.resemblance import UNLIKE, resembles
from tests.support.full_text_site import TEXT, Stand, on_site

FAIR = "Rice fair opens in Battambang with sellers of three provinces"
FAIR_TEXT = [
    "Sellers of three provinces set up their stalls on Friday as the yearly rice fair opened by "
    "the river in Battambang, with prices a little above those of the last year.",
    "The governor tasted a dozen kinds of rice and said that the harvest had been the best since "
    "the flood, though transport to the port remains dear for small mills.",
    "The fair lasts until Sunday evening, and entrance is free for everyone who comes by bicycle.",
]
WARSHIP = "US warship docks at Ream naval base as Cambodia and America mend defence ties"
BLURB = "The destroyer's visit to the Cambodian base is the first by the US Navy in eight years."
WALLS = {
    "sign-in": "<h1>Sign in</h1><form><p>Sign in with your email address and password to read on. "
    "New here? Create an account to follow topics, save stories and get our newsletters each "
    "morning.</p><input type=password></form><p>By signing in you accept the terms of service and "
    "our privacy policy, which explain how your data is used, and for how long it is kept.</p>",
    "cookies": "<h1>We value your privacy</h1><p>We and our partners store and read information on "
    "your device, such as cookies, and process personal data for personalised advertising, "
    "measurement of content and research on audiences. You may consent or refuse below.</p><p>Your "
    "choice holds for all sites of this group, and can be changed at any time at the foot of every "
    "page, where our partners and their purposes are listed in full as well.</p>",
    "not found": "<h1>Page not found</h1><p>The page you are looking for was moved, renamed or "
    "never existed. Check the address, go back to our front page, or search the archive of our "
    "newspaper, where you find all stories since the year of its foundation.</p><p>If you think "
    "that this is a mistake, write to our editors and tell them where you found the link.</p>",
    "subscribe": f"<h1>{FAIR}</h1><p>{FAIR}</p><p>Subscribe to continue reading. Unlimited access "
    "to all our reporting for one dollar a week, on every device, and you can cancel at any time. "
    "Already a subscriber? Log in.</p><p>Independent reporting needs readers who pay for it, as "
    "our reporters hold governments and companies to account, in every part of the country.</p>",
}
PARAGRAPHS = [f"<p>{paragraph}</p>" for paragraph in FAIR_TEXT]
LINK = f'<a href="/2">{WARSHIP}</a>'
BOXES = {
    "aside": f"<aside><h3>Now</h3><p>{LINK}</p><p>{BLURB}</p></aside>",
    "class": f'<div class="c-related__box"><h3>{LINK}</h3><p>{BLURB}</p></div>',
    "id": f'<section id="more-stories"><p>{WARSHIP}</p><p>{BLURB}</p></section>',
    "heading": f"<div><h3>Read more</h3><p>{WARSHIP}</p><p>{BLURB}</p></div>",
    "nested heading": f"<div><div><b>Related stories:</b></div><p>{WARSHIP}. {BLURB}</p></div>",
    "heading in the text": f"<h3>Read more</h3><ul><li>{LINK}</li><li>{LINK}</li></ul>",
    "heading and a link": f"<p><strong>See also</strong></p><p>{LINK}</p>",
    "label and link": f"<p>Read more: {LINK}, from Phnom Penh on the day of the visit</p>",
    "a link alone": f"<p>{LINK}</p>",
    "French": f"<p><strong>À lire aussi :</strong> {LINK}</p>",
    "Khmer": f"<div><p>អានបន្ត</p><p>{WARSHIP}. {BLURB}</p></div>",
}


def told(
    folder: Path, text: str, headline: str = FAIR, head: str = ""
) -> tuple[list[str], list[str]]:
    """Return the bodies that are sent of a story whose page has a text, and what is on record."""
    noted: dict[str, str | None] = {}

    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1", text=text, head=head), headline=headline, body="")
        noted.update(await stand.settled(story))

    sent = on_site(folder, act).sent.stories
    return [story.body for story in sent], [reason or "" for reason in noted.values()]


@pytest.mark.parametrize("wall", WALLS)
def test_a_page_before_the_story_is_not_its_text(wall: str, tmp_path: Path) -> None:
    assert told(tmp_path, WALLS[wall]) == ([], [UNLIKE])


@pytest.mark.parametrize("value", ["false", '"False"'])
@pytest.mark.parametrize(
    "form", ['{{"isAccessibleForFree": {}}}', '{{"@graph": [{{"isAccessibleForFree": {}}}]}}']
)
def test_a_page_for_subscribers_is_given_up(form: str, value: str, tmp_path: Path) -> None:
    said = f'<script type="application/ld+json">{form.format(value)}</script>'
    assert told(tmp_path, "".join(PARAGRAPHS), head=said) == ([], [PAYING])


@pytest.mark.parametrize("said", ['{"isAccessibleForFree": true}', "[", "null", "[1, [2]]"])
def test_other_things_that_a_page_says_of_itself_hinder_nothing(said: str, tmp_path: Path) -> None:
    head = f'<script type="application/ld+json">{said}</script>'
    bodies, _ = told(tmp_path, "".join(PARAGRAPHS), head=head)
    assert bodies == ["\n".join(FAIR_TEXT)]


@pytest.mark.parametrize(("to", "bodies"), [("/", 0), ("/elsewhere/1", 1)])
def test_the_front_page_of_a_site_is_not_the_story(to: str, bodies: int, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.site.has(to, text="".join(PARAGRAPHS))
        url = stand.site.has("/1", status=302, Location=to)
        await stand.settled(stand.story(url, headline=FAIR))

    assert len(on_site(tmp_path, act).sent.stories) == bodies


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_box_within_the_text_is_not_of_it(box: str, place: int, tmp_path: Path) -> None:
    text = "".join([*PARAGRAPHS[:place], BOXES[box], *PARAGRAPHS[place:]])
    (body,), _ = told(tmp_path, text)
    assert body == "\n".join(FAIR_TEXT)


@pytest.mark.parametrize(
    "paragraph",
    [
        f"<p>The fair is held beside the old bridge, as {LINK} told before at some length.</p>",
        "<p>Read more than one label: the sellers print what is in each bag in two scripts.</p>",
        '<p class="lead">A related fair for fruit follows in the next province in March.</p>',
    ],
)
def test_a_paragraph_that_only_looks_like_a_box_stays(paragraph: str, tmp_path: Path) -> None:
    (body,), _ = told(tmp_path, "".join([*PARAGRAPHS, paragraph]))
    assert len(body.split("\n")) == len(FAIR_TEXT) + 1


@pytest.mark.parametrize("name", ["subscribe-page", "has-related consent"])
def test_a_page_whose_frame_is_called_like_a_box_keeps_its_text(name: str, tmp_path: Path) -> None:
    (body,), _ = told(tmp_path, f'<div class="{name}">{"".join(PARAGRAPHS)}</div>')
    assert body == "\n".join(FAIR_TEXT)


def test_a_story_in_the_words_of_another_headline_is_taken(tmp_path: Path) -> None:
    assert len(told(tmp_path, TEXT, headline="Ministers talk of the drill")[0]) == 1


@pytest.mark.parametrize(
    ("headline", "summary", "text", "alike"),
    [
        (
            "柬埔寨与美国恢复联合军演",
            "",
            "金边消息,柬埔寨国防部周二说,将与美国恢复联合军演。",
            True,
        ),
        (
            "柬埔寨与美国恢复联合军演",
            "",
            "请登录后继续阅读本文。订阅会员可以无限制访问所有内容。",
            False,
        ),
        ("ពិព័រណ៍ស្រូវបើកនៅខេត្តបាត់ដំបង", "", "ពិព័រណ៍ស្រូវប្រចាំឆ្នាំបានបើកនៅខេត្តបាត់ដំបងនៅថ្ងៃសុក្រ។", True),
        ("ពិព័រណ៍ស្រូវបើកនៅខេត្តបាត់ដំបង", "", "សូមចូលគណនីរបស់អ្នកដើម្បីអានបន្ត។ ជាវឥឡូវនេះ។", False),
        (
            "One for the road",
            "Rice sellers meet at the river in Battambang on Friday.",
            "The rice sellers of Battambang meet at the river from Friday on.",
            True,
        ),
        ("Video", "", "Anything at all that stands in a page.", False),
        ("", "", "Anything at all that stands in a page.", False),
    ],
)
def test_what_is_like_a_story(headline: str, summary: str, text: str, alike: bool) -> None:
    assert resembles(headline, summary, text) is alike


def test_the_reason_is_on_record_and_an_edit_goes_out_without_the_page(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        url = stand.site.has("/1", text=WALLS["sign-in"])
        story = msgspec.structs.replace(stand.story(url, headline=FAIR), edited=True)
        assert await stand.settled(story) == {f"failed {story.id}": UNLIKE}

    assert [story.body for story in on_site(tmp_path, act).sent.stories] == ["Short."]
