"""The page beside the archive's service, on a real Kafka."""

from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.archived import Site
from tests.support.commands import running
from tests.support.samples import sample_alert, sample_story, sample_tagged
from tests.support.waiting import until
from tests.support.web_site import Served, Visitor, configured, stream
from tests.wirewatch.metrics.test_metrics import free_ports

pytestmark = pytest.mark.long


def test_alerts_come_from_kafka_to_open_pages_and_verdicts_go_back(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    site = Site(kafka_address, prefix, tmp_path / "data")
    (port,) = free_ports(1)
    folder = str(configured(tmp_path / "config"))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    archive = ("archive", "run", "--json", "--config", folder, *site.words)
    web = ("web", "--json", "--config", folder, *site.words, "--listen", f"127.0.0.1:{port}")
    with (
        running(tmp_path / "log", archive, given) as filling,
        running(tmp_path / "log", web, given) as serving,
    ):
        filling.says('"archiving"')
        serving.says(f"http://127.0.0.1:{port}/")
        until((site.data / "archive.sqlite").exists)
        page = Served(port)
        with stream(port, "/alerts/live?after=0-") as told:
            story = sample_story()
            alert = sample_alert(story)
            site.put(sample_tagged(story), alert)
            assert next(one.alert for one in told if one.event == "alert") == alert.alert
        visitor = Visitor(page, f"/alerts/{alert.alert}")
        words = {"said": "wrong", "reason": "topic", "note": "a <b>parade</b>", "name": "Sok"}
        answer = visitor.send(f"/alerts/{alert.alert}/judge", words)
        assert answer.status == 303, answer.text
        assert "kept as wrong" in page.get(answer.headers["location"].partition("#")[0]).text

        def is_there() -> bool:
            shown = page.get(f"/alerts/{alert.alert}").text
            return "<strong>wrong</strong>" in shown and "topic a &lt;b&gt;parade" in shown

        until(is_there)
        assert serving.stop() == 0
        assert filling.stop() == 0
