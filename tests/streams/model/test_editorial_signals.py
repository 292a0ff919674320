"""Wires write before a headline how its story is; ordinary words in capitals say nothing."""

import pytest

from streams.model.editorial_signals import bare, slug
from streams.model.story import Status


@pytest.mark.parametrize(
    ("headline", "status"),
    [
        ("CORRECTION: US and Cambodia", Status.CORRECTED),
        ("CORRECTED - US and Cambodia", Status.CORRECTED),
        ("CORRECTED-US and Cambodia", Status.CORRECTED),
        ("CORRECTED-UPDATE 1-US and Cambodia", Status.CORRECTED),
        ("UPDATE 2-CORRECTED-US and Cambodia", Status.CORRECTED),
        ("REFILE-CORRECTED: US and Cambodia", Status.CORRECTED),
        ("CORRECTS: US and Cambodia", Status.CORRECTED),
        ("(Corrected) US and Cambodia", Status.CORRECTED),
        ("US and Cambodia [CORRECTED]", Status.CORRECTED),
        ("US and Cambodia (correction)", Status.CORRECTED),
        ("KILL: US and Cambodia", Status.CANCELED),
        ("KILL - US and Cambodia", Status.CANCELED),
        ("KILL NOTICE: US and Cambodia", Status.CANCELED),
        ("MANDATORY KILL: US and Cambodia", Status.CANCELED),
        ("WITHDRAWN – US and Cambodia", Status.CANCELED),
        ("RETRACTION: US and Cambodia", Status.CANCELED),
        ("CORRECTED-WITHDRAWN-US and Cambodia", Status.CANCELED),
        ("US and Cambodia (Withdrawn)", Status.CANCELED),
        ("CORRECTION KILL: US and Cambodia", Status.CANCELED),
        ("KILL CORRECTION - US and Cambodia", Status.CANCELED),
        ("HOLD: US and Cambodia", Status.WITHHELD),
        ("WITHHOLD: US and Cambodia", Status.WITHHELD),
        ("EMBARGO: US and Cambodia", Status.WITHHELD),
        ("EMBARGOED UNTIL 6 PM: US and Cambodia", Status.WITHHELD),
        ("ADVISORY: what we cover today", Status.WITHHELD),
        ("ADVISORY 2-what we cover today", Status.WITHHELD),
        # none of these is a slug
        ("US and Cambodia", Status.USABLE),
        ("UPDATE 2-US and Cambodia", Status.USABLE),
        ("Correction facilities are full", Status.USABLE),
        ("Correction: we were wrong", Status.USABLE),
        ("KILL BILL RETURNS", Status.USABLE),
        ("KILL-SWITCH PUT TO THE TEST", Status.USABLE),
        ("HOLD-UP AT A BANK", Status.USABLE),
        ("HOLD THE LINE: A MEMOIR", Status.USABLE),
        ("KILLED IN ACTION: 12 SOLDIERS", Status.USABLE),
        ("EMBARGO LIFTED - WEAPONS MAY BE SOLD", Status.USABLE),
        ("KILLED: two soldiers in a blast", Status.USABLE),
        ("KILLED - two soldiers in a blast", Status.USABLE),
        ("Two soldiers in a blast (Killed)", Status.USABLE),
        ("(Hold) the line", Status.USABLE),
        ("WITHDRAWAL OF TROOPS BEGINS", Status.USABLE),
        ("Kill switch: how it works", Status.USABLE),
        ("Road to peace (part one)", Status.USABLE),
        ("", Status.USABLE),
    ],
)
def test_a_slug_says_the_status(headline: str, status: Status) -> None:
    assert slug(headline)[0] is status


def test_long_headlines_take_no_time() -> None:
    for unit in ("CORRECTED-", "UPDATE ", "(", "EMBARGOED UNTIL ", " ", "KILL "):
        slug(unit * 100_000)


@pytest.mark.parametrize(
    ("headline", "rest"),
    [
        ("KILL: US and Cambodia", "US and Cambodia"),
        (" CORRECTION - US and Cambodia", "US and Cambodia"),
        ("CORRECTED-WITHDRAWN-US and Cambodia", "US and Cambodia"),
        ("CORRECTION KILL: US and Cambodia", "US and Cambodia"),
        ("HOLD-UP AT A BANK", "HOLD-UP AT A BANK"),
        ("KILLED: two soldiers", "KILLED: two soldiers"),
        ("US and Cambodia", "US and Cambodia"),
        ("", ""),
    ],
)
def test_headlines_are_compared_without_their_slugs(headline: str, rest: str) -> None:
    assert bare(headline) == rest
