"""Wire files to break: an item of our own in each format that agencies send."""

import json

TEXT = "The two ministers spoke for an hour, and said that drills may come back next year."
ITEM = {
    "uri": "http://wire.example/1",
    "firstcreated": "2026-11-24T10:00:00Z",
    "versioncreated": "2026-11-24T11:00:00Z",
    "pubstatus": "usable",
    "version": "2",
    "language": "en",
    "byline": "Dara Vann",
    "located": "PHNOM PENH",
    "headline": "Ministers weigh drills",
    "body_xhtml": f"<p>{TEXT}</p>",
}
NEWER = {
    "uri": "http://wire.example/2",
    "standard": {"name": "ninjs", "version": "3.1"},
    "versionCreated": "2026-11-24T11:00:00Z",
    "pubStatus": "usable",
    "by": "Dara Vann",
    "headlines": [{"role": "main", "value": "Ministers weigh drills"}],
    "bodies": [{"role": "main", "contentType": "text/plain", "value": TEXT}],
}
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Delta Post",
    "items": [
        {"id": str(number), "title": f"Story {number}", "content_html": f"<p>{TEXT}</p>"}
        for number in range(5)
    ],
}
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://x.example/1</loc>
<news:news><news:publication><news:name>Delta Post</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2026-11-24</news:publication_date>
<news:title>Ministers weigh drills</news:title></news:news></url></urlset>"""
NEWSML = f"""<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wire:1" version="3"><itemMeta>
<versionCreated>2026-11-24T11:00:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><headline>Ministers weigh drills</headline><by>Dara Vann</by>
<dateline>PHNOM PENH</dateline><language tag="en"/></contentMeta><contentSet>
<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<p>{TEXT}</p></body></html></inlineXML></contentSet></newsItem>"""
NITF = f"""<?xml version="1.0" encoding="UTF-8"?>
<nitf><head><title>Ministers</title><docdata management-status="usable">
<doc-id id-string="urn:wire:1"/><date.issue norm="20261124T100000Z"/></docdata></head>
<body><body.head><hedline><hl1>Ministers weigh drills</hl1></hedline><byline>Dara Vann</byline>
<dateline><location>PHNOM PENH</location></dateline></body.head>
<body.content><p>{TEXT}</p></body.content></body></nitf>"""


def wire_files() -> list[bytes]:
    """Return the files, each a few times, so that they aren't drowned by thousands of feeds."""
    told = [json.dumps(one) for one in (ITEM, NEWER, [ITEM, NEWER], JSON_FEED)]
    return [text.encode() for text in (*told, SITEMAP, NEWSML, NITF)] * 20
