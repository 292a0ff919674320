"""Dates mean what they say: in six languages, with and without zones, and never a time to come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.dates import CLAMPED, ORDER_ASSUMED, UNREADABLE, ZONE_ASSUMED, Context, read

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CONTEXT = Context(now=NOW)


def moment(raw: str, language: str | None = None, country: str | None = None) -> str | None:
    """Return the moment in UTC, to the minute."""
    found = read(raw, None, Context(now=NOW, language=language, country=country)).moment
    return None if found is None else f"{found:%Y-%m-%d %H:%M}"


FORMS = [
    # RFC 822 and what has become of it
    ("Tue, 24 Nov 2026 10:00:00 GMT", "2026-11-24 10:00"),
    ("Tue, 24 Nov 2026 10:00:00 +0700", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 +07:00", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 -0500", "2026-11-24 15:00"),
    ("Tue, 24 Nov 2026 10:00:00 EST", "2026-11-24 15:00"),
    ("Tue, 24 Nov 2026 10:00:00 PDT", "2026-11-24 17:00"),
    ("24 Nov 2026 10:00 UT", "2026-11-24 10:00"),
    ("Tue, 24 Nov 26 10:00:00 GMT", "2026-11-24 10:00"),
    ("Thu, 01 Jan 98 10:00:00 GMT", "1998-01-01 10:00"),
    ("Tuesday, 24 November 2026 10:00:00 GMT", "2026-11-24 10:00"),
    ("Tue , 24  Nov  2026  10:00:00  Z", "2026-11-24 10:00"),
    ("Mon, 24 Nov 2026 10:00:00 GMT", "2026-11-24 10:00"),
    ("Tue, 24 Nov 2026 10:00:00 GMT+7", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 UTC+07:00", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 +0700 (ICT)", "2026-11-24 03:00"),
    ("Tue Nov 24 2026 10:00:00 GMT+0700 (Indochina Time)", "2026-11-24 03:00"),
    ("Tue Nov 24 10:00:00 2026", "2026-11-24 10:00"),
    ("Tue Nov 24 10:00:00 ICT 2026", "2026-11-24 03:00"),
    ("24-Nov-2026 10:00:00 GMT", "2026-11-24 10:00"),
    ("24Nov2026 10:00 GMT", "2026-11-24 10:00"),
    ("Tue, 24 Nov 2026", "2026-11-24 00:00"),
    ("Tue, 24 Nov 2026 24:00:00 GMT", "2026-11-25 00:00"),
    ("Tue, 24 Nov 2026 10:00:60 GMT", "2026-11-24 10:00"),
    # ISO 8601 and its like
    ("2026-11-24T10:00:00Z", "2026-11-24 10:00"),
    ("2026-11-24t10:00:00z", "2026-11-24 10:00"),
    ("2026-11-24T10:00:00.123Z", "2026-11-24 10:00"),
    ("2026-11-24T10:00:00,123+07:00", "2026-11-24 03:00"),
    ("2026-11-24T10:00+0700", "2026-11-24 03:00"),
    ("2026-11-24T10:00:00+07", "2026-11-24 03:00"),
    ("2026-11-24 10:00:00 +0700", "2026-11-24 03:00"),
    ("2026-11-24 10:00:00", "2026-11-24 10:00"),
    ("2026-11-24 10:00:00 UTC", "2026-11-24 10:00"),
    ("2026-11-24T10:00:00-05:00", "2026-11-24 15:00"),
    ("2026-11-24", "2026-11-24 00:00"),
    ("2026/11/24 10:00", "2026-11-24 10:00"),
    ("20261124T100000+0700", "2026-11-24 03:00"),
    ("20261124T100000Z", "2026-11-24 10:00"),
    ("20261124100000", "2026-11-24 10:00"),
    ("20261124", "2026-11-24 00:00"),
    ("2026-11-24 10:00:00 Asia/Phnom_Penh", "2026-11-24 03:00"),
    ("1795514400", "2026-11-24 10:00"),
    ("1795514400000", "2026-11-24 10:00"),
    # the region's zones
    ("Tue, 24 Nov 2026 10:00:00 ICT", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 (ict)", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 WIB", "2026-11-24 03:00"),
    ("Tue, 24 Nov 2026 10:00:00 WITA", "2026-11-24 02:00"),
    ("Tue, 24 Nov 2026 10:00:00 WIT", "2026-11-24 01:00"),
    ("Tue, 24 Nov 2026 10:00:00 PHT", "2026-11-24 02:00"),
    ("Tue, 24 Nov 2026 10:00:00 MMT", "2026-11-24 03:30"),
    ("Tue, 24 Nov 2026 10:00:00 HKT", "2026-11-24 02:00"),
    ("Tue, 24 Nov 2026 10:00:00 SGT", "2026-11-24 02:00"),
    ("Tue, 24 Nov 2026 10:00:00 MYT", "2026-11-24 02:00"),
    ("Tue, 24 Nov 2026 10:00:00 KST", "2026-11-24 01:00"),
    ("Tue, 24 Nov 2026 10:00:00 JST", "2026-11-24 01:00"),
    ("Tue, 24 Nov 2026 10:00:00 AEDT", "2026-11-23 23:00"),
    # English by hand
    ("November 24, 2026", "2026-11-24 00:00"),
    ("Nov. 24, 2026 at 10:00 a.m.", "2026-11-24 10:00"),
    ("Nov 24, 2026 10:00 PM", "2026-11-24 22:00"),
    ("November 24th, 2026 12:30 am ICT", "2026-11-23 17:30"),
    ("Tuesday, November 24, 2026 - 12:30 PM", "2026-11-24 12:30"),
    ("24 Sept 2026 10:00", "2026-09-24 10:00"),
    ("11/24/2026 10:00:00 AM", "2026-11-24 10:00"),
    ("24/11/2026 10:00", "2026-11-24 10:00"),
    ("24.11.2026 10:00", "2026-11-24 10:00"),
    ("24-11-2026 10:00", "2026-11-24 10:00"),
    ("24/11/26", "2026-11-24 00:00"),
    # French
    ("24 novembre 2026", "2026-11-24 00:00"),
    ("mar. 24 nov. 2026 10:00:00 +0100", "2026-11-24 09:00"),
    ("mardi 3 août 2026 à 10h30", "2026-08-03 10:30"),
    ("Mis à jour le 1er décembre 2025 à 8 h 05", "2025-12-01 08:05"),
    ("12 févr. 2026 10:30", "2026-02-12 10:30"),
    # Chinese, and Korean
    ("2026年11月23日", "2026-11-23 00:00"),
    ("2026年11月23日 10:30", "2026-11-23 10:30"),
    ("2026年11月23日10时30分", "2026-11-23 10:30"),
    ("2026年11月23日 下午3:05", "2026-11-23 15:05"),
    ("２０２６年１１月２３日", "2026-11-23 00:00"),
    ("2026年1月3日 星期六", "2026-01-03 00:00"),
    ("2026-11-23 10:30 北京时间", "2026-11-23 02:30"),
    ("2026년 11월 23일 오후 3:05", "2026-11-23 15:05"),
    # Khmer
    ("១២ កក្កដា ២០២៦", "2026-07-12 00:00"),
    ("ថ្ងៃទី១២ ខែកក្កដា ឆ្នាំ២០២៦ ម៉ោង ១០:៣០ ព្រឹក", "2026-07-12 10:30"),
    ("២៣ វិច្ឆិកា ២០២៦ 3:05 ល្ងាច", "2026-11-23 15:05"),
    ("23 វិច្ឆិកា 2569", "2026-11-23 00:00"),
    ("23/11/២០២៦", "2026-11-23 00:00"),
    # Thai, in Buddhist years
    ("12 กรกฎาคม 2569", "2026-07-12 00:00"),
    ("๑๒ กรกฎาคม ๒๕๖๙", "2026-07-12 00:00"),
    ("12 ก.ค. 69 10:30 น.", "2026-07-12 10:30"),
    ("วันจันทร์ที่ 23 พฤศจิกายน พ.ศ. 2569 เวลา 10.30 น.", "2026-11-23 10:30"),
    ("23/11/2569", "2026-11-23 00:00"),
    # Vietnamese, and Indonesian
    ("23 tháng 11 năm 2026", "2026-11-23 00:00"),
    ("Thứ hai, ngày 23 tháng 11, 2026", "2026-11-23 00:00"),
    ("23 tháng mười một 2026 lúc 10:30 giờ Việt Nam", "2026-11-23 03:30"),
    ("23/11/2026 | 3:05 chiều", "2026-11-23 15:05"),
    ("Thứ Hai, 23/11/2026, 10:30 (GMT+7)", "2026-11-23 03:30"),
    ("23 Agustus 2026 10:30 WIB", "2026-08-23 03:30"),
]


@pytest.mark.parametrize(("raw", "utc"), FORMS)
def test_forms_of_the_real_world(raw: str, utc: str) -> None:
    assert moment(raw) == utc


@pytest.mark.parametrize(
    ("raw", "language", "country", "utc"),
    [
        ("03/04/2026", None, None, "2026-04-03 00:00"),
        ("03/04/2026", "fr", None, "2026-04-03 00:00"),
        ("03/04/2026", "km", "KH", "2026-04-02 17:00"),
        ("03/04/2026", "en", None, "2026-03-04 00:00"),
        ("03/04/2026", "en", "US", "2026-03-04 00:00"),
        ("03/04/2026", "en", "KH", "2026-04-02 17:00"),
        ("11/12/2026", "km", "KH", "2026-11-11 17:00"),  # December is still to come
        ("2026-11-24 10:00", None, "KH", "2026-11-24 03:00"),
        ("2026-11-24 10:00", None, "US", "2026-11-24 10:00"),
        ("2026-11-24 10:00 GMT", None, "KH", "2026-11-24 10:00"),
        ("Tue, 24 Nov 2026 10:00:00 CST", None, None, "2026-11-24 16:00"),
        ("Tue, 24 Nov 2026 10:00:00 CST", None, "CN", "2026-11-24 02:00"),
        ("Tue, 24 Nov 2026 10:00:00 PST", None, "PH", "2026-11-24 02:00"),
    ],
)
def test_who_writes_tells_order_and_zone(
    raw: str, language: str | None, country: str | None, utc: str
) -> None:
    assert moment(raw, language, country) == utc


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", ()),
        ("2026-11-24 10:00", (ZONE_ASSUMED,)),
        ("2026-11-24", ()),
        ("03/04/2026", (ORDER_ASSUMED,)),
        ("someday", (UNREADABLE,)),
        ("Thu, 31 Dec 2037 10:00:00 GMT", (CLAMPED,)),
    ],
)
def test_what_was_done_to_a_date_is_said(raw: str, flags: tuple[str, ...]) -> None:
    assert read(raw, None, CONTEXT).flags == flags


@pytest.mark.parametrize(
    "raw",
    [
        *("", "  ", "yesterday", "Tue, 32 Nov 2026", "31/31/2026", "0001-01-01T00:00:00Z"),
        *("99/99/9999", "2026-02-30", "10:00", "٣", "²", "2026-11-24T99:99:99Z"),
    ],
)
def test_what_is_no_date_stays_none(raw: str) -> None:
    assert moment(raw) is None


def test_a_date_to_come_is_now() -> None:
    assert read("2030-01-01T00:00:00Z", None, CONTEXT).moment == NOW
    assert read(None, NOW + timedelta(days=1), CONTEXT).moment == NOW


def test_feedparser_helps_where_the_text_is_of_no_known_kind() -> None:
    parsed = datetime(2003, 12, 1, tzinfo=UTC)
    assert read("2003-335", parsed, CONTEXT).moment == parsed


def test_feedparser_is_not_believed_about_a_day_that_is_not_there() -> None:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    assert read("2026 x 11 x 23", first, CONTEXT).moment is None
    assert read("2026 x 11 x 1", first, CONTEXT).moment == first


@given(st.text(max_size=60) | st.text("0123456789/:-+. TZ年月日กខ១២", max_size=30))
def test_whatever_is_written_is_read_or_not(raw: str) -> None:
    dated = read(raw, None, CONTEXT)
    assert dated.moment is None or dated.moment <= NOW
