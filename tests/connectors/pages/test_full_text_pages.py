"""Which pages are fetched for their text, and which are let be."""

from pathlib import Path

import msgspec
import pytest

from streams.model.story import Status
from tests.support.full_text_site import PARAGRAPHS, REFUSALS, Stand, on_site


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_page_that_may_not_be_used_is_let_be(kind: str, tmp_path: Path) -> None:
    path, page, state, reason = REFUSALS[kind]

    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has(path, **page))  # type: ignore[arg-type] # of the table
        noted = await stand.settled(story)
        assert list(noted) == [f"{state} {story.id}"]
        assert reason is None or (noted[f"{state} {story.id}"] or "").startswith(reason)

    stand = on_site(tmp_path, act)
    assert stand.sent.stories == []
    assert (path in stand.site.asked) == (kind != "robots.txt")


@pytest.mark.parametrize("tag", ["googlebot: noarchive", "max-snippet: 5, nofollow", "all"])
def test_a_tag_for_others_is_not_for_us(tag: str, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        await stand.settled(stand.story(stand.site.has("/1", X_Robots_Tag=tag)))

    assert len(on_site(tmp_path, act).sent.stories) == 1


@pytest.mark.parametrize(("status", "state"), [(404, "done"), (403, "done"), (500, "pending")])
def test_a_robots_txt_that_cannot_be_had(status: int, state: str, tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.site.pages["/robots.txt"] = (status, "", {})
        story = stand.story(stand.site.has("/1"))
        assert list(await stand.settled(story)) == [f"{state} {story.id}"]

    stand = on_site(tmp_path, act)
    assert ("/1" in stand.site.asked) == (state == "done")


def test_a_redirect_leads_nowhere_that_is_forbidden(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.site.has("/no/2")
        url = stand.site.has("/1", status=302, Location="/no/2")
        await stand.settled(stand.story(url))

    stand = on_site(tmp_path, act)
    assert stand.sent.stories == []
    assert stand.site.asked == ["/robots.txt", "/1"]


def test_private_addresses_are_refused(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.allow_private = False
        await stand.settled(stand.story(stand.site.has("/1")))

    stand = on_site(tmp_path, act)
    assert stand.site.asked == []
    assert stand.sent.stories == []


def test_stories_of_no_interest_are_let_be(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        url = stand.site.has("/1")
        stories = [
            stand.story(url, "backfill", backfill=True),
            stand.story(url, "killed", status=Status.CANCELED),
            stand.story(None, "no link"),
        ]
        assert await stand.settled(*stories) == {}
        stand.feed = msgspec.structs.replace(stand.feed, full_text=False)
        assert await stand.settled(stand.story(url)) == {}

    assert on_site(tmp_path, act).site.asked == []


def test_pages_of_a_host_come_one_by_one(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stories = [stand.story(stand.site.has(f"/{n}"), str(n)) for n in range(5)]
        await stand.settled(*stories)

    stand = on_site(tmp_path, act)
    assert {story.body for story in stand.sent.stories} == {"\n".join(PARAGRAPHS)}
    assert len(stand.sent.stories) == 5
    assert stand.site.most_at_once == 1
    assert stand.site.asked.count("/robots.txt") == 1


def test_the_feeds_password_goes_to_its_own_host_alone(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        secret = (("Authorization", "Basic c2VjcmV0"),)
        stand.feed = msgspec.structs.replace(stand.feed, headers=secret)
        await stand.settled(stand.story(stand.site.has("/1"), "1"))
        assert stand.site.authorizations == {None}
        stand.feed = msgspec.structs.replace(stand.feed, url=stand.site.url("/feed"))
        await stand.settled(stand.story(stand.site.has("/2"), "2"))
        assert stand.site.authorizations == {None, "Basic c2VjcmV0"}

    on_site(tmp_path, act)
