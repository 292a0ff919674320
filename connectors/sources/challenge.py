"""Challenge pages: what a server shows instead of a page when it takes us for a robot. Pure."""

from collections.abc import Mapping

HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "sg-captcha": "SiteGround",
    "x-datadome": "DataDome",
    "x-sucuri-block": "Sucuri",
    "x-vercel-mitigated": "Vercel",
}
"""Headers that only a challenge or a block has, and whose they are."""
MARKS = {
    b"/cdn-cgi/challenge-platform/": "Cloudflare",
    b"<title>just a moment...</title>": "Cloudflare",
    b"attention required! | cloudflare": "Cloudflare",
    b"_incapsula_resource": "Imperva",
    b"/.well-known/sgcaptcha": "SiteGround",
    b"ddos-guard": "DDoS-Guard",
    b"captcha-delivery.com": "DataDome",
    b"sucuri_cloudproxy": "Sucuri",
    b"px-captcha": "PerimeterX",
    b"awswafintegration": "AWS WAF",
    b"/_guard/html.js": "a script guard",
}
LOOKED_AT = 16 * 1024
"""Bytes of a page: the marks stand early."""


def challenger(headers: Mapping[str, str], body: bytes) -> str | None:
    """Give whose challenge page this is, `None` for any other page.

    A feed may well write about such pages, so the body counts only where it is a web page.
    """
    for name, whose in HEADERS.items():
        if name in headers:
            return whose
    start = body[:LOOKED_AT].lower()
    if b"<html" not in start:
        return None
    return next((whose for mark, whose in MARKS.items() if mark in start), None)
