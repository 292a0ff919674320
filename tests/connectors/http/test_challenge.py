"""A challenge page is told from a page, and from a feed that writes about such pages."""

import pytest

from connectors.http.challenge_pages import challenger

PAGE = b"<!doctype html><html><head>%s</head></html>"


@pytest.mark.parametrize(
    ("headers", "body", "whose"),
    [
        ({"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        ({"x-amzn-waf-action": "captcha"}, b"", "AWS WAF"),
        ({}, PAGE % b"<title>Just a moment...</title>", "Cloudflare"),
        ({}, PAGE % b'<script src="/_Incapsula_Resource?x"></script>', "Imperva"),
        ({}, PAGE % b"<title>Courier</title>", None),
        ({}, b"", None),
        ({}, b"<rss><title>Just a moment...</title> DDoS-Guard</rss>", None),
        ({}, PAGE % (b" " * 20_000 + b"<title>just a moment...</title>"), None),
    ],
)
def test_challenge_pages_are_told(headers: dict[str, str], body: bytes, whose: str | None) -> None:
    assert challenger(headers, body) == whose
