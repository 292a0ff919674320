"""Texts that break what shows them, of every kind that we know; and an alert made of one."""

import msgspec

from streams.model.alert import AlertEvent, Change, Kind
from tests.support.samples import sample_alert

LINE_BREAKS = [
    "Talks resume\r\nBcc: everyone@example.org",
    "Talks resume\nX-Injected: yes",
    "Talks resume\r\n\r\n<h1>another body</h1>",
    "Talks\rresume",
    "Talks\x0bresume\x0cagain",
    "Talks\x85resume\u2028again\u2029and again",
    "Talks\x1cresume\x1dagain\x1eand\x1fagain",
    "%0d%0aSet-Cookie: a=b",
    "Talks\r\n.\r\nMAIL FROM:<x@example.org>",
    "=?utf-8?b?VGFsa3M=?= =?utf-8?q?=0D=0ABcc:_x?=",
    "Subject: =?utf-8?q?a?=",
]
HTML = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe src=javascript:alert(1)>",
    "</mark></blockquote></body></html><h1>end",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;&#60;b&#62;&#x3c;b&#x3e;",
    "<!-- -->]]><![CDATA[ x ]]>",
    '<a href="https://evil.example">click</a>',
    "<style>*{display:none}</style>",
    "<base href=https://evil.example>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "a < b && c > d",
    "AT&T and R&D",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
]
MARKDOWN = [
    "**bold** __bold__ *it* _it_ ~~gone~~ `code`",
    "[click](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "# Heading",
    "> quote\n- item\n1. item",
    "```\ncode\n```",
    "| a | b |\n|---|---|",
    "***",
    "\\*not bold\\* \\\\ \\",
    "a_b_c snake_case_name",
    "[ref]: https://evil.example",
    "<https://evil.example|click>",
    ":boom: :tada: ::",
    "$$x^2$$ and $y$",
    "- [ ] task",
    "^sup^ ~sub~ ==mark==",
    "https://evil.example/_a_*b*",
    "1) first) ](",
    "*",
    "_",
    "`",
]
MENTIONS = [
    "@channel come",
    "@here @everyone @all",
    "<!channel> <!here> <!everyone>",
    "<@U012AB3CD> <#C012AB3CD> <!subteam^S1>",
    "@somebody_known writes",
    "tg://user?id=1 t.me/join",
    "/start /ban@somebot",
    "#hashtag ~town-square",
    "@**all** @_**someone**_",
    "mail desk@example.org",
    "@\u200bchannel",
    "\uff20channel",
    "@@@@",
    "<https://evil.example|Slack link>",
    "&lt;!channel&gt;",
]
BIDI = [
    "abc \u202etxt.exe\u202c def",
    "\u2066isolate\u2069 \u2067rtl\u2068",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\u05e9\u05dc\u05d5\u05dd \u200f\u05e2\u05d5\u05dc\u05dd\u200e",
    "\u202a\u202b\u202d",
    "user\u2069\u2066// comment",
]
TERMINAL = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31m",
    "\x1b[2J\x1b[H",
    "\x07\x08\x7f",
    "\x00null\x00",
    "\x1bP+q\x1b\\",
    "a\b\b\bb",
]
FORMULAS = [
    "=1+1",
    "=HYPERLINK('https://evil.example')",
    "+1-555",
    "-2+3",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
]
UNICODE = [
    "lone \ud800 surrogate",
    "lone \udfff surrogate",
    "\udcff bytes",
    "\ufeffmark\ufffe",
    "\U0010ffff \U000e0001",
    "👩‍👩‍👧‍👦 🇰🇭 👍🏽",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    "ក្រសួងការពារជាតិ\u200bកម្ពុជា",
    "กระทรวงกลาโหม",
    "ကာကွယ်ရေး",
    "柬埔寨国防部",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "ﬁ ﬀ ①",
    "\u0131 \u0130 \u00df \u017f",
    "e\u0301 \u00e9",
    "\u00a0\u2003\u3000 blanks \u200b",
    "\U0001d54b\U0001d552\U0001d55d\U0001d55c\U0001d564",
    "",
    " ",
    "\u200b",
]
CODE = [
    "'; DROP TABLE deliveries; --",
    '" OR ""="',
    "../../../../etc/passwd",
    "$(reboot) `reboot` ; reboot | reboot & reboot",
    "%s %d %n %x {0} {a}",
    "C:\\Users\\x NUL con",
    '{"a": 1}',
    "null undefined NaN None true",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "\\u0000 \\x00 \\n",
]
HUGE = ["A" * 20_000, "ខ្មែរ " * 5_000, "@" * 5_000, "*_" * 5_000, "&<>" * 5_000, "💥" * 5_000]
NAUGHTY = [
    *LINE_BREAKS,
    *HTML,
    *MARKDOWN,
    *MENTIONS,
    *BIDI,
    *TERMINAL,
    *FORMULAS,
    *UNICODE,
    *CODE,
    *HUGE,
]


def naughty_alert(text: str, number: int, kind: Kind = Kind.OPENED) -> AlertEvent:
    """An event with the text in every field that a feed, or a person's file, fills."""
    event = sample_alert()
    story = msgspec.structs.replace(
        event.story, headline=text, summary=text, body=text, source=text, url=text, language=text
    )
    return msgspec.structs.replace(
        event,
        event=f"event-{number}-{kind}",
        alert=f"alert-{number}",
        kind=kind,
        story=story,
        title=text,
        reason=text,
        outlets=(text, "Courier"),
        changes=(Change(what=text, before=text, after=text),),
        related=(text,),
    )
