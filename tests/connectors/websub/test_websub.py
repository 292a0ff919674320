"""WebSub's rules: which hub, when to ask it, and whom to believe."""

import hashlib
import hmac

import pytest
from msgspec.structs import replace

from connectors.websub.protocol import (
    ASKED_AGAIN,
    DAY,
    LONGEST_LEASE,
    WANTED_LEASE,
    Offer,
    Subscription,
    answer,
    answer_farewell,
    due,
    farewell,
    offer,
    request,
    sent_on,
    signed,
)

URL = "https://courier.example/rss"
HUB, SELF = "https://hub.example/", "https://courier.example/feed"
NOW = 1_000_000.0
ASKED = Subscription(
    feed="courier", hub=HUB, topic=SELF, token="t0ken", secret="s3cret", asked=NOW - 5
)
YES = {"hub.mode": "subscribe", "hub.topic": SELF, "hub.challenge": "c"}
ACTIVE = replace(ASKED, since=NOW, lease_until=NOW + 10 * DAY)


@pytest.mark.parametrize(
    ("links", "hubs", "topic", "found"),
    [
        ([], [], None, None),
        ([], [HUB], SELF, Offer(HUB, SELF)),
        ([], [HUB, "https://other.example/"], None, Offer(HUB, URL)),
        ([f'<{HUB}>; rel="hub"', f'<{SELF}>; rel="self"'], [], None, Offer(HUB, SELF)),
        ([f"<{HUB}>; rel=hub, <{SELF}>; rel=self"], [], None, Offer(HUB, SELF)),
        (
            [f'<{HUB}>; type="x"; rel="alternate hub"'],
            ["https://no.example/"],
            None,
            Offer(HUB, URL),
        ),
        (
            ["</hub>; rel=hub", "</feed>; rel=self"],
            [],
            None,
            Offer("https://courier.example/hub", SELF),
        ),
        ([f"<{HUB}>; rel=next"], [], SELF, None),
        (["<ftp://hub.example/>; rel=hub"], [], None, None),
        (["<http://[>; rel=hub"], [], None, None),
        (["no link at all"], [], None, None),
    ],
)
def test_a_hub_is_found_in_headers_or_else_in_the_feed(
    links: list[str], hubs: list[str], topic: str | None, found: Offer | None
) -> None:
    assert offer(links, hubs, topic, URL) == found


@pytest.mark.parametrize(
    ("subscription", "after", "is_due"),
    [
        (replace(ASKED, asked=0.0), 0.0, True),
        (ASKED, 60.0, False),
        (ASKED, ASKED_AGAIN, True),
        (ACTIVE, 7 * DAY, False),
        (ACTIVE, 8.1 * DAY, True),
        (replace(ACTIVE, asked=NOW + 8.1 * DAY), 8.2 * DAY, False),
        (replace(ACTIVE, asked=NOW + 8.1 * DAY), 8.7 * DAY, True),
        (replace(ACTIVE, asked=NOW + 9.9 * DAY, tries=4), 10.5 * DAY, False),
        (replace(ACTIVE, asked=NOW + 9.9 * DAY, tries=4), 10.9 * DAY, True),
        (ACTIVE, 10.1 * DAY, True),
        (replace(ACTIVE, lease_until=NOW + 3600), 7200.0, True),
        (replace(ASKED, tries=1), 500.0, False),
        (replace(ASKED, tries=1), 600.0, True),
        (replace(ASKED, tries=2), 600.0, False),
        (replace(ASKED, tries=9), 0.9 * DAY, False),
        (replace(ACTIVE, refused="no"), 0.0, False),
        (replace(ACTIVE, refused="no"), ASKED_AGAIN, True),
    ],
)
def test_hubs_are_asked_first_again_and_before_the_lease_ends(
    subscription: Subscription, after: float, is_due: bool
) -> None:
    assert due(subscription, NOW + after) is is_due


HUB_NOW = "https://hub.example/now"


@pytest.mark.parametrize(
    ("status", "location", "schemes", "where"),
    [
        (307, "/now", ("https",), HUB_NOW),
        (308, HUB_NOW, ("https",), HUB_NOW),
        (308, "https://other.example/hub", ("https",), "https://other.example/hub"),
        (301, HUB_NOW, ("https",), None),
        (302, HUB_NOW, ("https",), None),
        (307, "", ("https",), None),
        (307, "http://hub.example/now", ("https",), None),
        (307, "http://hub.example/now", ("https", "http"), None),
        (307, "file:///etc/passwd", ("https",), None),
        (307, "http://[bad/", ("https",), None),
    ],
)
def test_a_hub_sends_a_request_on_only_where_its_secret_may_go(
    status: int, location: str, schemes: tuple[str, ...], where: str | None
) -> None:
    assert sent_on(HUB, status, location, schemes) == where


def test_a_hub_that_asks_back_is_counted_from_anew() -> None:
    assert answer(replace(ASKED, tries=3), YES, NOW)[0].tries == 0


def test_a_hub_is_told_topic_callback_and_secret() -> None:
    assert request(ASKED, "https://watch.example/hubs/") == {
        "hub.mode": "subscribe",
        "hub.topic": SELF,
        "hub.callback": "https://watch.example/hubs/t0ken",
        "hub.secret": "s3cret",
        "hub.lease_seconds": "864000",
    }


def test_a_hub_is_asked_to_end_what_it_was_asked_for_and_believed_when_it_asks_back() -> None:
    asked = farewell(ACTIVE, "https://watch.example/hubs")
    assert asked == {
        "hub.mode": "unsubscribe",
        "hub.topic": SELF,
        "hub.callback": "https://watch.example/hubs/t0ken",
    }
    back = asked | {"hub.challenge": "c"}
    assert answer_farewell(ACTIVE, back) == "c"
    assert answer_farewell(ACTIVE, back | {"hub.topic": "https://other.example/"}) is None
    assert answer_farewell(ACTIVE, back | {"hub.mode": "subscribe"}) is None


@pytest.mark.parametrize(
    ("query", "text", "lease"),
    [
        (YES | {"hub.lease_seconds": "86400"}, "c", DAY),
        (YES, "c", WANTED_LEASE),
        (YES | {"hub.lease_seconds": "soon"}, "c", WANTED_LEASE),
        (YES | {"hub.lease_seconds": "1" * 400}, "c", LONGEST_LEASE),
        (YES | {"hub.lease_seconds": "0"}, "c", 60.0),
        (YES | {"hub.topic": "https://other.example/"}, None, None),
        (YES | {"hub.mode": "unsubscribe"}, None, None),
        ({"hub.mode": "subscribe", "hub.topic": SELF}, None, None),
        ({"hub.mode": "denied", "hub.topic": SELF}, "", None),
        ({}, None, None),
    ],
)
def test_a_hub_that_asks_back_is_answered_if_it_was_us(
    query: dict[str, str], text: str | None, lease: float | None
) -> None:
    after, said = answer(ASKED, query, NOW)
    assert said == text
    assert after.lease_until == (None if lease is None else NOW + lease)


def test_what_we_didnt_ask_for_lately_wasnt_us() -> None:
    assert answer(replace(ASKED, asked=NOW - 2 * DAY), YES, NOW)[1] is None


def test_a_hub_that_says_no_ends_the_subscription() -> None:
    denied = {"hub.mode": "denied", "hub.topic": SELF, "hub.reason": "not yours"}
    after, _ = answer(ACTIVE, denied, NOW)
    assert (after.active(NOW), after.refused) == (False, "not yours")


def signature(algorithm: str, secret: str = "s3cret", body: bytes = b"<rss/>") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


@pytest.mark.parametrize(
    ("header", "good"),
    [
        *((signature(name), True) for name in ("sha1", "sha256", "sha384", "sha512")),
        (signature("sha256").upper().replace("SHA256", "sha256"), True),
        (signature("md5"), False),
        (signature("sha256", secret="other"), False),
        (signature("sha256", body=b"<rss></rss>"), False),
        (signature("sha256").replace("sha256", "sha1"), False),
        (f"sha256={hashlib.sha256(b'<rss/>').hexdigest()}", False),
        ("sha256=", False),
        ("é=é", False),
        ("sha256=é", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_secrets_signature_is_believed(header: str | None, good: bool) -> None:
    assert signed("s3cret", header, b"<rss/>") is good


def test_secrets_stay_out_of_the_text() -> None:
    assert "s3cret" not in repr(ACTIVE)
    assert "t0ken" not in str(ACTIVE)
