"""Ids outlast a poll that failed: what a feed calls its stories by then doesn't matter."""

from pathlib import Path

import pytest

from connectors.kafka import KafkaError
from tests.connectors.polling.test_poller import World, play

TITLE = "The ministers signed in the capital what their envoys had long written"


@pytest.mark.parametrize("sent", [True, False])
def test_what_a_failed_poll_sent_goes_again_under_the_same_id(tmp_path: Path, sent: bool) -> None:
    """Kafka may have taken what it didn't confirm, and a feed may draw new guids at each poll."""

    async def act(world: World) -> None:
        await world.poll("0-a Nothing of note")
        world.log.fails = "after" if sent else "before"
        for guid in "bc":
            with pytest.raises(KafkaError):
                await world.poll(f"1-{guid} {TITLE}")
        world.log.fails = ""
        for guid in "de":
            await world.poll(f"1-{guid} {TITLE}")

    told = [one for one in play(tmp_path, act).log.stories if one.headline == TITLE]
    assert len(told) == (3 if sent else 1)
    assert len({one.id for one in told}) == 1
