"""Text comes out of HTML clean: no tags, no entities, nothing that drives a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.plain_text import line, plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("a<br>b", "a\nb"),
        ("Cambodia&#8217;s navy", "Cambodia’s navy"),
        ("US &amp; Cambodia", "US & Cambodia"),
        ("<b>US</b> <i>navy</i>", "US navy"),
        ("kept<script>alert(1)</script>", "kept"),
        ("kept<style>p{}</style>", "kept"),
        ("1 < 2", "1 < 2"),
        ("  too \t many   spaces ", "too many spaces"),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb"),
        ("កម្ពុជា\u200bសហរដ្ឋ", "កម្ពុជា\u200bសហរដ្ឋ"),
        ("nul\x00 esc\x1b[2J bidi\u202e lone\ud800", "nul esc[2J bidi lone"),
        ("hidden in entities &#x1b;[2J &#x202e;", "hidden in entities [2J"),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\nTwo."),
        ("&amp;lt;b&amp;gt;US&amp;lt;/b&amp;gt; navy", "US navy"),
        ("US &amp;amp; Cambodia", "US & Cambodia"),
        ("Cambodia&amp;#8217;s navy", "Cambodia’s navy"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;kept", "kept"),
        ("if a &lt; b and c &gt; d", "if a < b and c > d"),
        ("a &lt;placeholder&gt; stays", "a <placeholder> stays"),
        ("hidden twice &amp;#x202e;right", "hidden twice right"),
        ("", ""),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_a_headline_is_one_line() -> None:
    assert line("<p>US and</p>\n<p>Cambodia</p>") == "US and Cambodia"


@given(st.text())
def test_whatever_comes_becomes_encodable_text(markup: str) -> None:
    text = plain(markup)
    text.encode()
    assert text == text.strip()
    assert not any(char in text for char in "\x00\x1b\x07\u202e\ufeff")
