"""The headline and text of a story's web page, as far as its markup tells them."""

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from connectors.dial import guarded_session
from connectors.errors import ConnectorError
from connectors.sources.encoding import page_text
from connectors.sources.fetch import Failed, NotModified, Validators, fetch
from connectors.sources.text import line, plain

SHORTEST = 40
"""Characters of a paragraph of the story; what is shorter is a button or a caption."""
NOWHERE = "nav, header, footer, aside, form, figcaption"


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
    return article(page_text(fetched.body, fetched.content_type))


def article(markup: str) -> tuple[str, str]:
    """Give the headline and the paragraphs of a page, those of an `article` if there is one."""
    tree = LexborHTMLParser(markup)
    headline = ""
    for selector in ('meta[property="og:title"]', "h1", "title"):
        node = tree.css_first(selector)
        if node is not None and not headline:
            headline = line(node.attributes.get("content") or node.text())
    for node in tree.css(NOWHERE):
        node.decompose()
    within = tree.css("article p") or tree.css("p")
    paragraphs = [plain(node.html or "") for node in within]
    return headline, "\n".join(text for text in paragraphs if len(text) >= SHORTEST)
