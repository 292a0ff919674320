"""Wire documents, written for tests."""

import json

from connectors.formats.entry import RawEntry, RawFeed
from connectors.formats.registry import parse


def read(document: object) -> RawFeed:
    body = document if isinstance(document, str) else json.dumps(document)
    return parse(body.encode(), "https://x.example/wire/", "")


def one(document: object) -> RawEntry:
    (entry,) = read(document).entries
    return entry


NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
NINJS_1 = {
    "uri": "http://wire.example/1",
    "type": "text",
    "versioncreated": "2026-11-24T11:00:00Z",
    "firstcreated": "2026-11-24T10:00:00Z",
    "embargoed": "2026-11-24T12:00:00Z",
    "pubstatus": "withheld",
    "version": 3,
    "language": "en",
    "byline": "By Dara Vann",
    "located": "PHNOM PENH",
    "slugline": "KH-PORTS",
    "headline": "Ports & roads",
    "description_text": "In short",
    "body_text": "plain",
    "body_xhtml": "<p>marked</p>",
}
NINJS_2 = {
    **{key: value for key, value in NINJS_1.items() if "_" not in key and key != "headline"},
    "by": "By Dara Vann",
    "headlines": [{"role": "short", "value": "Ports"}, {"role": "main", "value": "Ports & roads"}],
    "descriptions": [{"role": "summary", "value": "In short"}],
    "bodies": [{"role": "main", "contenttype": "body_xhtml", "value": "<p>marked</p>"}],
}
CAMEL = {"firstcreated": "firstCreated", "versioncreated": "versionCreated"}


CAMEL |= {"pubstatus": "pubStatus"}


NINJS_3 = {
    **{CAMEL.get(key, key): value for key, value in NINJS_2.items()},
    "standard": {"name": "ninjs", "version": "3.1"},
    "bodies": [{"role": "main", "contentType": "application/xhtml+xml", "value": "<p>marked</p>"}],
}
NEWSML = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wire:1" version="3"
  xml:lang="en"><itemMeta><provider literal="Wire"/>
  <versionCreated>2026-11-24T11:00:00Z</versionCreated>
  <firstCreated>2026-11-24T10:00:00Z</firstCreated>
  <embargoed>2026-11-24T12:00:00Z</embargoed>{status}</itemMeta>
  <contentMeta><slugline>KH-PORTS</slugline><headline>Ports &amp; roads</headline>
  <by>Dara Vann</by><dateline>PHNOM PENH</dateline><language tag="en"/>
  <description role="drol:summary">In short</description></contentMeta>
  <contentSet>{content}</contentSet></newsItem>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml">
  <html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>
  <body><p>One &nbsp; two</p></body></html></inlineXML>"""
NITF = """<nitf {xmlns}><head><title>Page</title><docdata {status}>
  <doc-id id-string="urn:wire:1"/><du-key version="3" key="KH-PORTS"/>
  <date.issue norm="20261124T100000Z"/><date.release norm="20261124T120000Z"/>{docdata}
  </docdata></head><body><body.head><hedline><hl1>Ports &amp; roads</hl1><hl2>More</hl2></hedline>
  <byline>By <person>Dara Vann</person><byttl>The desk</byttl></byline>
  <dateline><location>PHNOM PENH</location></dateline><abstract>In short</abstract></body.head>
  <body.content><block><p>One &nbsp; two</p><hl2>Sub</hl2><p>three</p></block></body.content>
  </body></nitf>"""


def newsml(status: str = '<pubStatus qcode="stat:usable"/>', content: str = XHTML) -> str:
    return NEWSML.format(status=status, content=content)


def nitf(status: str = "", docdata: str = "", xmlns: str = "") -> str:
    return NITF.format(
        status=status and f'management-status="{status}"', docdata=docdata, xmlns=xmlns
    )
