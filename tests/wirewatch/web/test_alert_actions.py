"""Saying what an alert is, and muting it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.model.verdict import Said, Verdict
from tests.support.samples import sample_alert
from tests.support.web_site import Served, Visitor, fill, served
from wirewatch.local_kafka.errors import BrokerError

ALERT = sample_alert().alert
PLACE = f"/alerts/{ALERT}"
DESK = '[[subscriber]]\nid = "desk"\nkind = "terminal"\n'


class Kept:
    """A page whose verdicts are kept here."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.verdicts = folder, list[Verdict]()
        self.fault: Exception | None = None
        self.page = Served(0)

    async def keep(self, verdict: Verdict) -> None:
        if self.fault is not None:
            raise self.fault
        self.verdicts.append(verdict)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    fill(tmp_path / "data", [sample_alert()])
    (tmp_path / "subscribers.toml").write_text(DESK)
    with served(tmp_path, keep=made.keep) as page:
        made.page = page
        yield made


def test_what_somebody_says_is_kept_by_name(kept: Kept) -> None:
    visitor = Visitor(kept.page, PLACE)
    answer = visitor.send(f"{PLACE}/judge", {"said": "right", "name": " Sok\u202e ", "note": ""})
    assert answer.status == 303
    (verdict,) = kept.verdicts
    assert (verdict.said, verdict.by, verdict.alert) == (Said.RIGHT, "Sok", ALERT)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert 'value="Sok"' in kept.page.get(PLACE, {"Cookie": cookie}).text


@pytest.mark.parametrize(
    "fields",
    [
        {"said": "missed", "name": "Sok"},
        {"said": "right", "name": "  "},
        {"said": "wrong", "name": "Sok", "reason": "<b>"},
        {},
    ],
)
def test_what_makes_no_sense_is_refused(kept: Kept, fields: dict[str, str]) -> None:
    answer = Visitor(kept.page, PLACE).send(f"{PLACE}/judge", fields)
    assert answer.status == 400
    assert "Something is missing" in answer.text
    assert not kept.verdicts


def test_a_form_of_another_browser_is_refused(kept: Kept) -> None:
    mine, theirs = Visitor(kept.page, PLACE), Visitor(kept.page, PLACE)
    fields = {"said": "right", "name": "Sok", "form": theirs._word}
    assert mine.send(f"{PLACE}/judge", fields).status == 403
    assert "too old" in mine.send(f"{PLACE}/mute", {"to": "", "form": "none"}).text
    wordless = mine.send(f"{PLACE}/mute", {"to": "", "form": ""})
    assert wordless.status == 403
    assert "one of the two is missing" in wordless.text
    assert "too old" not in wordless.text
    assert not kept.verdicts


def test_a_kafka_that_is_away_is_told(kept: Kept) -> None:
    kept.fault = BrokerError("no Kafka at 127.0.0.1:9")
    visitor = Visitor(kept.page, PLACE)
    answer = visitor.send(f"{PLACE}/judge", {"said": "right", "name": "Sok"})
    assert answer.status == 503
    assert "no Kafka at 127.0.0.1:9" in answer.text


def test_an_alert_is_muted_and_sent_again(kept: Kept) -> None:
    visitor = Visitor(kept.page, PLACE)
    for to, name in (("desk", "desk"), ("", "everybody")):
        assert visitor.send(f"{PLACE}/mute", {"to": to}).status == 303
        assert f"Muted for {name}." in kept.page.get(PLACE).text
        assert visitor.send(f"{PLACE}/mute", {"to": to, "undo": "yes"}).status == 303
        assert f"Muted for {name}." not in kept.page.get(PLACE).text
    assert visitor.send(f"{PLACE}/mute", {"to": "nobody"}).status == 400


def test_whom_the_proxy_names_says_it(tmp_path: Path) -> None:
    made = Kept(tmp_path)
    fill(tmp_path / "data", [sample_alert()])
    with served(tmp_path, web='proxy_header = "X-User"', keep=made.keep) as page:
        visitor = Visitor(page, PLACE, {"X-User": "sok"})
        assert visitor.send(f"{PLACE}/judge", {"said": "right", "name": "other"}).status == 303
    assert [verdict.by for verdict in made.verdicts] == ["sok"]
