"""Labels of encodings mean what browsers make of them, and bytes win over an impossible one."""

import pytest

from connectors.formats.encoding import page_text
from connectors.parsing.page import article
from connectors.parsing.parser_pool import ParserPool
from streams.model.alert import Kind
from tests.support.folders import DATA
from tests.support.polled import Answer, polled, raised
from tests.support.wire_documents import newsml

CASES = DATA / "cases" / "04-encoding-labels"
EXPECTED = {
    "gb.xml": "美国国防部长与赵喆柬埔寨国防大臣会谈军事合作",
    "th.xml": "สหรัฐและกัมพูชาฝึกร่วมทางทหาร",
    "big5.xml": "美國同柬埔寨嘅聯合軍演",
    "euckr.xml": "미국 캄보디아 합동 군사훈련 펲",
    "utf16.xml": "US and Cambodia to hold naval drills",
    "utf16-declared-utf8.xml": "កម្ពុជា US",
}
ALERTS = {"gb.xml", "th.xml"}
TEXTS = {
    "gb18030": "美国国防部长与赵喆柬埔寨会谈",
    "big5hkscs": "美國同柬埔寨嘅聯合軍演",
    "cp949": "미국 캄보디아 합동 군사훈련 펲",
    "cp932": "米国①カンボジア髙官会談",
    "cp874": "สหรัฐและกัมพูชา “ฝึกร่วม”",
    "euc_jp": "米国カンボジア会談",
    "cp1251": "США и Камбоджа",
    "koi8_r": "США и Камбоджа",
    "cp1252": "L’été à Phnom Penh – “déjà”",
    "utf-8": "កម្ពុជា និង អាមេរិក",
}
LABELS = [
    *((label, "gb18030") for label in ("gb2312", "GBK", "gb18030", "x-gbk", "gb_2312-80", "cp936")),
    *((label, "big5hkscs") for label in ("big5", "Big5-HKSCS", "x-x-big5", "cn-big5")),
    *(
        (label, "cp949")
        for label in ("euc-kr", "ks_c_5601-1987", "ksc5601", "windows-949", "cp949")
    ),
    *((label, "cp932") for label in ("shift_jis", "x-sjis", "sjis", "ms_kanji", "windows-31j")),
    *((label, "cp874") for label in ("windows-874", "tis-620", "dos-874", "iso-8859-11")),
    ("euc-jp", "euc_jp"),
    ("x-cp1251", "cp1251"),
    ("koi8-r", "koi8_r"),
    *((label, "cp1252") for label in ("iso-8859-1", "latin1", "ascii", "windows-1252")),
]
IMPOSSIBLE = (
    "utf-16",
    "utf-16le",
    "utf-32",
    "utf-7",
    "idna",
    "hex",
    "cp037",
    "nonesuch",
    "unicode",
)
RSS = (
    '{}<rss version="2.0"><channel><title>T</title><item><title>{}</title>'
    "<description>{}</description></item></channel></rss>"
)
PAGE = '<html><head><meta charset="{}"><title>{}</title></head></html>'


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("content_type", ["application/xml", "application/rss+xml", "text/xml", ""])
def test_feeds_of_case_04(parser: ParserPool, name: str, content_type: str) -> None:
    answer = Answer((CASES / name).read_bytes(), {"Content-Type": content_type})
    polls = polled(parser, answer)
    assert polls.headlines == [EXPECTED[name]]
    if name in ALERTS:
        assert raised(polls.stories) == [Kind.OPENED]


@pytest.mark.parametrize(("label", "encoding"), LABELS)
def test_a_label_means_what_browsers_make_of_it(
    parser: ParserPool, label: str, encoding: str
) -> None:
    text = TEXTS[encoding]
    declared = f'<?xml version="1.0" encoding="{label}"?>'
    in_document = RSS.format(declared, text, text * 3).encode(encoding)
    in_header = Answer(
        RSS.format("", text, text * 3).encode(encoding),
        {"Content-Type": f"text/xml; charset={label}"},
    )
    for answer in (in_document, in_header):
        (story,) = polled(parser, answer).stories
        assert (story.headline, story.summary) == (text, text * 3)
    page = PAGE.format(label, text).encode(encoding)
    assert article(page_text(page, ""))[0] == text


@pytest.mark.parametrize("label", [*IMPOSSIBLE, *(label for label, _ in LABELS)])
def test_bytes_win_over_a_label_that_they_are_not(parser: ParserPool, label: str) -> None:
    declared = f'<?xml version="1.0" encoding="{label}"?>'
    for words in (TEXTS["utf-8"], "US and Cambodia"):
        answer = Answer(
            RSS.format(declared, words, words).encode(),
            {"Content-Type": f"application/xml; charset={label}"},
        )
        assert polled(parser, answer).headlines == [words]
        page = PAGE.format(label, words).encode()
        assert article(page_text(page, f"text/html; charset={label}"))[0] == words


def test_wire_files_have_labels_too(parser: ParserPool) -> None:
    text = TEXTS["gb18030"]
    document = newsml().replace("Ports &amp; roads", text)
    body = f'<?xml version="1.0" encoding="gb2312"?>{document}'.encode("gb18030")
    assert polled(parser, body).headlines == [text]
