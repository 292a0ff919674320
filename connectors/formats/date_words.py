"""Words in dates: months, halves of the day and zones, as the feeds of the region write them."""

import re
import unicodedata
from collections.abc import Iterable

_MONTHS = """
en January February March April May June July August September October November December
en jan feb mar apr may jun jul aug sep oct nov dec
en - - - - - june july - sept - - -
fr janvier février mars avril mai juin juillet août septembre octobre novembre décembre
fr janv févr - avr - - juil - - - - déc
fr - fevrier - - - - - aout - - - decembre
id januari februari maret april mei juni juli agustus september oktober november desember
km មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ
km - កុម្ភះ - - - - - - - - - -
th มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
th ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.
th มกรา กุมภา มีนา เมษา พฤษภา มิถุนา กรกฎา สิงหา กันยา ตุลา พฤศจิกา ธันวา
zh 一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月
"""
"""A row for each way to write the twelve; `-` where the row has no word of its own."""

_VIETNAMESE = """
một hai ba tư năm sáu bảy tám chín mười mười_một mười_hai
giêng - - bốn - - bẩy - - - - chạp
"""
"""What stands behind `tháng`, month."""

ZONES = {
    "ut": 0.0,
    "utc": 0.0,
    "gmt": 0.0,
    "wet": 0.0,
    "west": 1.0,
    "met": 1.0,
    "mez": 1.0,
    "mest": 2.0,
    "mesz": 2.0,
    "wat": 1.0,
    "cat": 2.0,
    "sast": 2.0,
    "eat": 3.0,
    "trt": 3.0,
    "idt": 3.0,
    "irst": 3.5,
    "brt": -3.0,
    "bst": 1.0,
    "cet": 1.0,
    "cest": 2.0,
    "eet": 2.0,
    "eest": 3.0,
    "msk": 3.0,
    "gst": 4.0,
    "pkt": 5.0,
    "ist": 5.5,
    "npt": 5.75,
    "mmt": 6.5,
    "ict": 7.0,  # Cambodia, Laos, Thailand, Vietnam
    "wib": 7.0,
    "wita": 8.0,
    "wit": 9.0,
    "bnt": 8.0,
    "pht": 8.0,
    "phst": 8.0,
    "pst": -8.0,
    "pdt": -7.0,
    "mst": -7.0,
    "mdt": -6.0,
    "cst": -6.0,
    "cdt": -5.0,
    "est": -5.0,
    "edt": -4.0,
    "ast": -4.0,
    "adt": -3.0,
    "akst": -9.0,
    "akdt": -8.0,
    "hst": -10.0,
    "sgt": 8.0,
    "myt": 8.0,
    "hkt": 8.0,
    "awst": 8.0,
    "kst": 9.0,
    "jst": 9.0,
    "tlt": 9.0,
    "acst": 9.5,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "et": -5.0,
    "pt": -8.0,
    "giờ việt nam": 7.0,
    "北京时间": 8.0,
    "香港时间": 8.0,
}
"""Hours ahead of UTC, by what is written."""

COUNTRY_HOURS = {
    "KH": 7.0,
    "LA": 7.0,
    "TH": 7.0,
    "VN": 7.0,
    "MM": 6.5,
    "BN": 8.0,
    "CN": 8.0,
    "HK": 8.0,
    "MO": 8.0,
    "MY": 8.0,
    "PH": 8.0,
    "SG": 8.0,
    "TW": 8.0,
    "JP": 9.0,
    "KR": 9.0,
    "KP": 9.0,
    "TL": 9.0,
    "IN": 5.5,
    "NP": 5.75,
}
"""What a date without a zone means in a country that has one zone and no summer time."""

COUNTRY_ZONES = {
    ("cst", "CN"): 8.0,
    ("cst", "TW"): 8.0,
    ("cst", "HK"): 8.0,
    ("cst", "MO"): 8.0,
    ("pst", "PH"): 8.0,
    ("sst", "SG"): 8.0,
    ("mst", "MY"): 8.0,
    ("mst", "MM"): 6.5,
    ("ist", "IL"): 2.0,
    ("ist", "IE"): 1.0,
    ("bst", "BD"): 6.0,
    ("ast", "SA"): 3.0,
}
"""Zones that mean something else in the mouth of an outlet there."""

MONTH_FIRST = frozenset({"US", "PH", "FM", "PW", "MH", "GU"})
"""Countries where 11/12 is the twelfth of November."""

BEFORE_NOON = ("am", "a.m.", "上午", "凌晨", "早上", "ព្រឹក", "sáng", "sa", "오전", "午前")
AFTER_NOON = (
    *("pm", "p.m.", "下午", "晚上", "中午", "ល្ងាច", "រសៀល", "យប់"),
    *("chiều", "tối", "ch", "오후", "午後"),
)


_MINUS = {0x2212: "-", 0x2013: "-"}


def written(text: str) -> str:
    """Return a text in the one shape in which all is compared: digits 0 to 9, small letters."""
    normal = unicodedata.normalize("NFKC", text).lower().translate(_MINUS)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in normal)


def _month_table(rows: str) -> dict[str, int]:
    table = {}
    for row in rows.strip().splitlines():
        for number, word in enumerate(row.split()[-12:], 1):
            if word != "-":
                table[written(word.replace("_", " "))] = number
    return table


MONTHS = _month_table(_MONTHS)
VIETNAMESE = _month_table(_VIETNAMESE)


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words: whole ones, in scripts that part their words."""
    ordered = sorted({written(word) for word in words}, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in ordered if word[0] < "\u0e00")
    joined = [re.escape(word) for word in ordered if word[0] >= "\u0e00"]
    return "|".join([rf"(?<![^\W\d_])(?:{spaced})(?![^\W\d_])", *joined])
