"""What stands in a story's text without being of it: boxes, links to other stories, offers.

A box about another story would be taken for this one's own words. For workers: pages are hostile.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

APART = "aside, nav, footer, dialog, [role=complementary], [role=navigation], [role=dialog]"
BLOCK = "h2, h3, h4, h5, h6, p, li, dt, div, span, strong, b, a"
WHOLE = frozenset(("html", "body", "main", "article"))
"""Never cut, whatever they are called."""
MOST_SHARE = 0.5
"""Of a page's text; what holds more is no box."""
LONGEST_LABEL, LONGEST_BOX = 50, 800
"""Characters of a box's heading, and of a box."""
MOST_LABELS = 200
LINKED_SHARE = 0.8
SHORTEST_LINK = 15
"""Characters of a link that may be another story's headline."""
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:related|read-?more|also-?read|read-?also|see-?also|more-?(?:on|stories|news|from)"
    r"|recommend\w*|recirc\w*|promos?|teasers?|newsletter|sign-?up|subscri\w+|paywall|piano"
    r"|most-?(?:read|popular)|trending|outbrain|taboola|sponsored|advert\w*|cookies?|consent|gdpr"
    r"|onward|in-?line-?(?:link|story|stories|article)s?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LABEL = (
    r"read (?:more|also|next|on)|also read|more (?:on|from|about)\b[^:]{0,30}|more stories"
    r"|related(?: (?:stories|story|articles?|news|content|links?|topics?|coverage))?|see also"
    r"|you (?:may|might)(?: also)? (?:like|be interested in)|don['’]t miss|recommended(?: for you)?"
    r"|[àa] lire(?: aussi)?|lire aussi|lire la suite|voir aussi|sur le même sujet|lea también"
    r"|lee también|te puede interesar|leia (?:também|mais)|leggi anche|lesen sie auch"
    r"|mehr zum thema|lees ook|baca juga|xem thêm|đọc thêm|tin liên quan|читайте также|по теме"
    r"|相关(?:新闻|阅读|报道|文章)|延伸阅读|更多(?:新闻|报道)|相關(?:新聞|報導)|関連記事|관련 ?기사"
    r"|អានបន្ត|អានបន្ថែម|អានផងដែរ|ព័ត៌មានទាក់ទង|អត្ថបទទាក់ទង|อ่านเพิ่มเติม|ข่าวที่เกี่ยวข้อง"
    r"|اقرأ أيضا|اقرأ المزيد"
)
_HEADING = re.compile(rf"\W*(?:{_LABEL})\W*", re.IGNORECASE)
_LEADS = re.compile(rf"\W*(?:{_LABEL})\s*[:：|»>–-]", re.IGNORECASE)


def cut_boxes(tree: LexborHTMLParser) -> None:
    """Take boxes, links to other stories and offers out of a page."""
    for node in tree.css(APART):
        if node.tag not in WHOLE:
            node.decompose()
    body = tree.body
    if body is None:
        return
    most = MOST_SHARE * len(_text(body))
    for node in tree.css("body [class], body [id]"):
        said = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if _NAMED.search(said) and node.tag not in WHOLE and len(_text(node)) <= most:
            node.decompose()
    _cut_labelled(body, min(most, LONGEST_BOX))
    for node in body.css("p, li, h2, h3, h4, h5, h6"):
        text = _text(node)
        leads = len(text) <= LONGEST_BOX and _LEADS.match(text) and node.css_first("a")
        if leads or _is_links(node, text):
            node.decompose()


def _cut_labelled(body: LexborNode, most: float) -> None:
    """Cut boxes by their headings: with the smallest element that holds more than those."""
    labels = 0
    for node in body.css(BLOCK):
        text = _text(node) if labels < MOST_LABELS else ""
        if not text or len(text) > LONGEST_LABEL or not _HEADING.fullmatch(text):
            continue
        labels += 1
        box = node
        while (parent := box.parent) is not None and parent.tag not in WHOLE:
            within = len(_text(parent))
            if within > most:
                break
            box = parent
            if within > len(text):
                break
        if len(_text(box)) <= len(text):
            _cut_what_follows(box)
        box.decompose()


def _cut_what_follows(label: LexborNode) -> None:
    """Cut the links that follow a heading that stands in the text itself."""
    following = label.next
    while following is not None:
        after, text = following.next, _text(following)
        is_list = following.tag in {"ul", "ol"} and bool(following.css_first("a"))
        if text and not is_list and not _is_links(following, text):
            return
        if text:
            following.decompose()
        following = after


def _is_links(node: LexborNode, text: str) -> bool:
    links = [_text(link) for link in node.css("a")]
    most = max(map(len, links), default=0)
    return most >= SHORTEST_LINK and sum(map(len, links)) >= LINKED_SHARE * len(text)


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())
