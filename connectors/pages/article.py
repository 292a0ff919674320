"""The headline and text of a story's web page, as far as its markup tells them."""

from urllib.parse import urlsplit

from connectors.errors import ConnectorError
from connectors.formats.entry import NotAFeedError
from connectors.http.fetch import Failed, NotModified, Validators, fetch
from connectors.http.ssrf_guard import guarded_session
from connectors.parsing.parser_messages import Task
from connectors.parsing.parser_pool import ParserPool

SECONDS = 10.0
"""Of computing, that reading a page may take."""


class ArticleError(ConnectorError):
    """The page can't be read. The message says why, without the address's query."""


async def read_article(url: str, *, user_agent: str, allow_private: bool) -> tuple[str, str]:
    """Fetch a page, within the limits of a feed; give its headline and its paragraphs."""
    async with guarded_session(user_agent=user_agent, allow_private=allow_private) as session:
        fetched = await fetch(session, url, Validators())
    match fetched:
        case Failed():
            raise ArticleError(f"{urlsplit(url).hostname}: {fetched.reason}")
        case NotModified():
            return "", ""
    parser = ParserPool(workers=1, seconds=SECONDS)
    try:
        parsed = await parser.parse(
            fetched.body, fetched.url, fetched.content_type, task=Task.ARTICLE
        )
    except NotAFeedError as error:
        raise ArticleError(f"{urlsplit(url).hostname}: {error}") from error
    finally:
        parser.close()
    story = parsed.entries[0]
    return story.title, story.content
