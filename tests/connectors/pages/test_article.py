"""A story's page: its headline and its paragraphs, and nothing of the frame around them."""

import asyncio

import pytest
from aiohttp import web

from connectors.pages.article import ArticleError, read_article
from connectors.parsing.page import article

PAGE = """<html><head><title>US and Cambodia talk | Courier</title>
<meta property="og:title" content="US and Cambodia talk"></head><body>
<nav><p>Home, world, sport, weather and everything else that there is</p></nav>
<article><h1>US and Cambodia talk</h1>
<p>The two armies met for the first time in years on Tuesday.</p><p>Share</p>
<p>Officials said that a drill could follow in the spring of next year.</p></article>
<footer><p>All rights reserved by the publisher of this newspaper</p></footer></body></html>"""


def test_a_page_gives_its_story() -> None:
    headline, text = article(PAGE)
    assert headline == "US and Cambodia talk"
    assert text.split("\n") == [
        "The two armies met for the first time in years on Tuesday.",
        "Officials said that a drill could follow in the spring of next year.",
    ]


@pytest.mark.parametrize("markup", ["", "words", "<p>", "<html></html>", "\x00<p>\ud800"])
def test_any_page_gives_something(markup: str) -> None:
    assert isinstance(article(markup)[0], str)


def fetched(*, allow_private: bool, path: str = "/") -> tuple[str, str]:
    async def main() -> tuple[str, str]:
        async def answer(request: web.Request) -> web.Response:
            if request.path != "/":
                raise web.HTTPNotFound
            body = PAGE.replace("armies", "armées").encode("windows-1252")
            kind = "text/html; charset=windows-1252"
            return web.Response(body=body, headers={"Content-Type": kind})

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
        try:
            return await read_article(url, user_agent="t", allow_private=allow_private)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def test_a_page_is_fetched_in_its_own_encoding() -> None:
    assert "The two armées met" in fetched(allow_private=True)[1]


def test_a_private_address_is_refused() -> None:
    with pytest.raises(ArticleError, match="is not a public address"):
        fetched(allow_private=False)


def test_a_page_that_is_not_there_says_so() -> None:
    with pytest.raises(ArticleError, match="404"):
        fetched(allow_private=True, path="/gone?token=secret")
