"""What is read from NewsML-G2 and NITF."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.entry import NotAFeedError, RawEntry
from connectors.formats.registry import parse
from streams.model.editorial_signals import ADVISORY
from streams.model.story import Status
from tests.support.wire_documents import (
    NINJS_3,
    newsml,
    nitf,
    one,
    read,
)


def test_newsml_is_read_in_full() -> None:
    entry = one(newsml())
    assert "One \u00a0 two" in entry.content
    assert entry == RawEntry(
        guid="urn:wire:1",
        title="Ports &amp; roads",
        summary="In short",
        content=entry.content,
        authors=("Dara Vann",),
        published_raw="2026-11-24T10:00:00Z",
        updated_raw="2026-11-24T11:00:00Z",
        language="en",
        status=Status.USABLE,
        version="3",
        embargo_raw="2026-11-24T12:00:00Z",
        dateline="PHNOM PENH",
    )


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('<pubStatus qcode="stat:canceled"/>', Status.CANCELED),
        ('<pubStatus qcode="stat:withheld"/>', Status.WITHHELD),
        ('<pubStatus qcode="stat:usable"/><signal qcode="sig:correction"/>', Status.CORRECTED),
        ('<pubStatus qcode="stat:withheld"/><signal qcode="sig:correction"/>', Status.WITHHELD),
        ('<pubStatus qcode="odd"/>', None),
        ("", None),
    ],
)
def test_newsml_says_the_status(given: str, status: Status | None) -> None:
    assert one(newsml(given)).status is status


def test_newsml_may_hold_nitf_and_a_message_many_items() -> None:
    inner = f'<inlineXML contenttype="application/nitf+xml">{nitf()}</inlineXML>'
    message = f"<newsMessage><itemSet>{newsml(content=inner)}{newsml()}</itemSet></newsMessage>"
    first, second = read(message).entries
    assert "three" in first.content
    assert "One" in second.content


def test_a_package_names_its_items() -> None:
    package = """<packageItem><groupSet><group><itemRef href="https://x.example/a.xml"/>
      <itemRef residref="b"/></group></groupSet></packageItem>"""
    assert read(package).files == ("https://x.example/a.xml",)


def test_a_package_that_names_its_items_by_id_alone_is_empty_and_no_fault() -> None:
    package = '<packageItem guid="urn:wire:p"><groupSet><itemRef residref="b"/></groupSet>'
    parsed = read(f"<newsMessage><itemSet>{package}</packageItem></itemSet></newsMessage>")
    assert (parsed.entries, parsed.files, parsed.lost) == ((), (), 0)


@pytest.mark.parametrize("xmlns", ["", 'xmlns="http://iptc.org/std/NITF/2006-10-18/"'])
def test_nitf_is_read_in_full(xmlns: str) -> None:
    entry = one(nitf(xmlns=xmlns))
    assert "One \u00a0 two" in entry.content
    assert "<h2>Sub</h2>" in entry.content
    assert entry == RawEntry(
        guid="urn:wire:1",
        title="Ports &amp; roads",
        summary="In short",
        content=entry.content,
        authors=("Dara Vann",),
        published_raw="20261124T100000Z",
        version="3",
        dateline="PHNOM PENH",
    )


@pytest.mark.parametrize(
    ("management", "docdata", "status", "embargo"),
    [
        ("usable", "", Status.USABLE, None),
        ("withheld", "", Status.WITHHELD, None),
        ("canceled", "", Status.CANCELED, None),
        ("embargoed", "", None, "20261124T120000Z"),
        ("usable", '<ed-msg info="Embargoed until noon"/>', Status.USABLE, "20261124T120000Z"),
        ("usable", '<correction info="spelling"/>', Status.CORRECTED, None),
        ("", '<ed-msg msg-type="advisory"/>', Status.WITHHELD, None),
        ("", "", None, None),
    ],
)
def test_nitf_says_the_status(
    management: str, docdata: str, status: Status | None, embargo: str | None
) -> None:
    entry = one(nitf(management, docdata))
    assert (entry.status, entry.embargo_raw) == (status, embargo)
    assert (ADVISORY in entry.flags) == ("advisory" in docdata)


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    whole = nitf().replace("Ports &amp; roads", "Ports & roads")
    entry = one(whole[: whole.index("<abstract>")])
    assert entry.title.startswith("Ports")
    assert entry.dateline == "PHNOM PENH"


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from([newsml(), nitf(), NINJS_3]))
def test_bytes_of_any_kind_are_read_or_named(junk: bytes, place: int, whole: object) -> None:
    body = (whole if isinstance(whole, str) else json.dumps(whole)).encode()
    with suppress(NotAFeedError):
        assert parse(body[:place] + junk + body[place:], "https://x.example/", "").format
