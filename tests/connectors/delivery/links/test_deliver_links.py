"""Links of a real mail, followed: `wirewatch deliver`, a mail server and Kafka."""

import re
import urllib.request
from pathlib import Path

import msgspec

from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import VERDICTS
from streams.model.alert import Kind
from streams.model.verdict import Said, Verdict
from tests.connectors.delivery.sinks.test_mail import part
from tests.streams.worker.test_work import take
from tests.support.delivering import Desk
from tests.support.mail_server import MailBox, mail_server
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import PATIENCE, until
from tests.wirewatch.metrics.test_metrics import free_ports


def post(url: str, body: bytes) -> int:
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=PATIENCE) as answer:
        return int(answer.status)


def test_the_links_of_a_mail_judge_mute_but_for_the_withdrawal_and_unsubscribe(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    desk, port = Desk(tmp_path, kafka_address, prefix), free_ports(1)[0]
    alert = sample_alert(sample_story("one"))
    base = f"http://127.0.0.1:{port}/ww"
    with mail_server(MailBox()) as box:
        with (tmp_path / "wirewatch.toml").open("a") as file:
            file.write(f'\n[mail]\nhost = "localhost"\nport = {box.port}\nsecurity = "none"\n')
            file.write(f'from = "w@example.org"\n[links]\nbase = "{base}"\n')
            file.write(f'listen = "127.0.0.1:{port}"\n')
        desk.subscribers('[[subscriber]]\nid = "anna"\nkind = "mail"\nto = "a@example.org"\n')
        with desk.delivering():
            desk.put(alert)
            until(lambda: len(box.taken) == 1)
            message = box.messages[0]
            found = dict(
                re.findall(r"^(\w[\w ]*): (http\S+)", part(message, "plain"), re.MULTILINE)
            )
            raw = box.taken[0].content
            assert isinstance(raw, bytes)
            assert f"\r\nList-Unsubscribe: <{found['Unsubscribe']}>\r\n".encode() in raw
            assert message["List-Unsubscribe"] == f"<{found['Unsubscribe']}>"
            assert message["List-Unsubscribe-Post"] is None  # served here without HTTPS
            assert post(found["Wrong"], b"reason=topic") == 200
            assert post(found["Mute this alert"], b"") == 200
            change = msgspec.structs.replace
            desk.put(change(alert, event="e2", kind=Kind.UPDATED))
            desk.put(change(alert, event="e3", kind=Kind.WITHDRAWN))
            until(lambda: len(box.taken) == 2)
            assert "withdrawn" in box.messages[1]["Subject"]
            assert post(found["Unsubscribe"], b"List-Unsubscribe=One-Click") == 200
            assert desk.ask("SELECT subscriber, until FROM pauses") == [("anna", None)]
    (verdict,) = [decode(one.value, Verdict) for one in take(kafka_address, prefix, VERDICTS, bool)]
    assert (verdict.said, verdict.note, verdict.by) == (Said.WRONG, "topic", "anna")
    assert (verdict.alert, verdict.watch) == (alert.alert, alert.watch)
