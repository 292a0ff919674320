"""What a receiver need not hear of any more."""

import pytest

from connectors.delivery.outbox.obsolete_events import DeliveryStep, moot


def steps(text: str) -> list[DeliveryStep]:
    """Read `opened:pending updated:done?`: kind and state; `?` where it may have been taken."""
    parts = [word.rstrip("?").split(":") for word in text.split()]
    maybe = [word.endswith("?") for word in text.split()]
    return [
        DeliveryStep(number, kind, state, state == "done" or sure)
        for number, ((kind, state), sure) in enumerate(zip(parts, maybe, strict=True))
    ]


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("opened:pending withdrawn:pending", {0, 1}),
        ("opened:pending updated:pending corrected:pending withdrawn:pending", {0, 1, 2, 3}),
        ("opened:failed withdrawn:pending", {1}),
        ("opened:failed closed:pending", {1}),
        ("opened:moot withdrawn:moot closed:pending", {2}),
        ("opened:pending withdrawn:pending closed:pending", {0, 1, 2}),
        # What the receiver has, or may have, is taken back.
        ("opened:done withdrawn:pending", set()),
        ("opened:done updated:pending withdrawn:pending", {1}),
        ("opened:pending? withdrawn:pending", {0}),
        ("opened:failed? withdrawn:pending", set()),
        ("opened:moot? withdrawn:done closed:pending", set()),
        # The alert went on.
        ("opened:pending withdrawn:pending updated:pending", set()),
        ("opened:pending withdrawn:pending opened:pending", set()),
        ("opened:failed withdrawn:pending opened:pending", {1}),
        # What was closed is still news.
        ("opened:pending closed:pending", set()),
        ("opened:pending updated:pending", set()),
        # Nobody knows what was before.
        ("withdrawn:pending", set()),
        ("closed:pending", set()),
        ("opened:done withdrawn:done", set()),
    ],
)
def test_what_is_moot_is_not_sent(text: str, dropped: set[int]) -> None:
    assert moot(steps(text), all_known=False).keys() == dropped


@pytest.mark.parametrize("kind", ["withdrawn", "closed", "corrected"])
def test_what_takes_back_is_moot_for_who_cannot_have_heard_of_the_alert(kind: str) -> None:
    bare = steps(f"{kind}:pending")
    assert moot(bare, all_known=True).keys() == {0}
    assert moot(bare, all_known=False) == {}
    assert 1 not in moot(steps(f"updated:pending? {kind}:pending"), all_known=True)
