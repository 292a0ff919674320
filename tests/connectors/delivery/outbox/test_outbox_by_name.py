"""What a person asks of the outbox for one name is done for that name alone."""

from functools import partial
from pathlib import Path

from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.outbox.retry import retry_failed
from connectors.delivery.outbox.stopped import resume_stopped, unsent


def test_what_is_asked_for_one_name_is_done_for_no_other_that_is_like_it(tmp_path: Path) -> None:
    """Resumed, and sent once more: of `a_na` all channels, of `Anna` and `anna` none."""
    names = ("a_na/mail", "a_na/webhook", "Anna/mail", "anna/mail")
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.meet(dict.fromkeys(names, "x"), 0.0)
    for name in names:
        outbox.stop(name, 1.0, reason="the receiver answered 410")
        outbox.change_by_hand(partial(routing.pause, subscriber=name, now=1.0, until=None))
    outbox.add(
        [
            OutboxEntry(event="e", subscriber=name, alert="a", kind="opened", payload=b"{}")
            for name in names
        ],
        now=2.0,
    )
    assert outbox.change_by_hand(partial(unsent, subscriber="a_na")) == 2
    assert outbox.change_by_hand(partial(routing.resume, subscriber="a_na"))
    assert outbox.change_by_hand(partial(resume_stopped, subscriber="a_na"))
    assert [name for name in names if outbox.stopped(name)] == ["Anna/mail", "anna/mail"]
    assert [name for name in names if outbox.paused_until(name, 3.0)] == ["Anna/mail", "anna/mail"]
    outbox.close()
    found = retry_failed(tmp_path / "outbox.sqlite", 3.0, "a_na")
    assert (found.counts, found.stopped) == ({"a_na/mail": 1, "a_na/webhook": 1}, {})
