"""`wirewatch subscribers`, beside an outbox that deliver may have open."""

import json
from pathlib import Path

import pytest

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.outbox.stopped import ReceiverStop
from connectors.delivery.outbox.summary import outbox_summary
from tests.connectors.delivery.sinks.test_mail import part
from tests.support.commands import ended_here
from tests.support.delivering import Answer, Receiver, block, receiving
from tests.support.mail_server import MailBox, mail_server
from wirewatch.config.last_good import load_or_last_good

TOKEN = "hush-hush"


class Desk:
    """A folder with subscribers, and their outbox."""

    def __init__(self, folder: Path, *blocks: str) -> None:
        self.folder = folder
        (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
        (folder / "subscribers.toml").write_text("\n".join(blocks))

    def ask(self, *words: str) -> tuple[int, str]:
        data = str(self.folder / "data")
        done = ended_here("subscribers", *words, "--config", str(self.folder), "--data", data)
        return done.returncode, (done.stdout + done.stderr).decode()

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.folder / "data" / "outbox.sqlite")


ANNA = f"""
[[subscriber]]
id = "anna"

[[subscriber.channel]]
kind = "terminal"
digest = "daily"

[[subscriber.channel]]
kind = "webhook"
url = "https://desk.example/hook?token={TOKEN}"
"""


def test_the_list_shows_how_each_stands_and_no_secret(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ANNA)
    outbox = desk.outbox
    outbox.meet({"anna/webhook": "x"}, 0.0)
    entry = OutboxEntry(
        event="e", subscriber="anna/webhook", alert="a", kind="opened", payload=b"{}"
    )
    outbox.add([entry], now=0.0)
    (parcel,) = outbox.take("anna/webhook", 1.0)
    outbox.retry(parcel, 1.0, at=5.0, error="the receiver says 503")
    outbox.close()
    code, told = desk.ask("list")
    assert code == 0
    assert "daily digest" in told
    assert TOKEN not in told
    assert "webhook desk.example" in " ".join(told.split())
    assert "Secret(" not in told
    code, told = desk.ask("list", "--json")
    first, second = (json.loads(line) for line in told.splitlines())
    assert (first["id"], first["when"], first["waiting"]) == ("anna/terminal", "daily digest", {})
    assert (second["waiting"], second["last_error"]) == ({"queued": 1}, "the receiver says 503")


def test_who_wants_nothing_any_more_is_shown_as_stopped_whatever_comes_later(
    tmp_path: Path,
) -> None:
    desk, answer = Desk(tmp_path, ANNA), "the receiver answered 410"
    outbox = desk.outbox
    outbox.meet({"anna/webhook": "x"}, 0.0)
    one, other = (
        OutboxEntry(event=name, subscriber="anna/webhook", alert=name, kind="opened", payload=b"{}")
        for name in ("e", "f")
    )
    outbox.add([one], now=0.0)
    outbox.stop("anna/webhook", 1.0, reason=answer)
    outbox.add([other], now=2.0)
    outbox.close()
    said = f"stopped since 1970-01-01 00:00 UTC: {answer}"
    assert said in " ".join(desk.ask("list")[1].split())
    assert outbox_summary(desk.folder / "data" / "outbox.sqlite").stopped == {
        "anna/webhook": ReceiverStop(1.0, answer)
    }


def test_a_sample_goes_by_the_sink_and_is_marked(tmp_path: Path) -> None:
    bodies: list[dict[str, object]] = []

    def answers(body: dict[str, object]) -> Answer:
        bodies.append(body)
        return Answer()

    good, bad = Receiver(answers), Receiver(lambda _: Answer(500))
    with receiving(good, bad):
        desk = Desk(tmp_path, block("good", good), block("bad", bad))
        code, told = desk.ask("test", "good")
        assert (code, "the sample was taken" in told) == (0, True)
        code, told = desk.ask("test", "bad")
        assert (code, "the receiver says 500" in told) == (1, True)
    (body,) = bodies
    assert (body["title"], body["watch"]) == ("SAMPLE", "sample")


def test_who_is_paused_is_shown_so_until_resumed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ANNA)
    assert desk.ask("pause", "anna", "--for", "2h")[0] == 0
    assert desk.ask("list")[1].count("paused until") == 2
    assert desk.ask("resume", "anna")[0] == 0
    assert "paused" not in desk.ask("list")[1]
    assert "was not paused" in desk.ask("resume", "anna")[1]
    assert desk.ask("pause", "anna/webhook")[0] == 0
    assert desk.ask("list")[1].count("paused") == 1


def test_an_alert_is_muted_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ANNA)
    outbox = desk.outbox
    entries = [
        OutboxEntry(
            event=alert, subscriber="anna/webhook", alert=alert, kind="opened", payload=b"{}"
        )
        for alert in ("abcdef12", "abcdef34")
    ]
    outbox.add(entries, now=0.0)
    outbox.close()
    assert "several alerts begin with abcdef" in desk.ask("mute", "abcdef")[1]
    assert "was ever queued" in desk.ask("mute", "123456")[1]
    assert desk.ask("mute", "abcdef1", "--to", "anna")[0] == 0
    outbox = desk.outbox
    assert [parcel.id for parcel in outbox.take("anna/webhook", 1.0)] == ["abcdef34"]
    outbox.close()
    shown = " ".join(desk.ask("list")[1].split())
    assert shown.count("muted until you unmute") == 2  # hers, on both channels
    listed = [json.loads(line) for line in desk.ask("list", "--json")[1].splitlines()]
    assert [list(one["muted"]) for one in listed] == [["abcdef12"], ["abcdef12"]]
    assert desk.ask("unmute", "abcdef1")[0] == 0
    assert "muted until" not in desk.ask("list")[1]
    assert "was not muted" in desk.ask("unmute", "abcdef1")[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pause", "ana"), 2, 'no subscriber is called "ana"; did you mean "anna"?'),
        (("resume", "ana"), 2, 'did you mean "anna"?'),
        (("test", "nobody"), 2, "there are anna, anna/terminal, anna/webhook"),
        (("mute", "xyz"), 2, "is not an alert's id"),
        (("mute", "abcdef99"), 1, "no alert abcdef99 was ever queued"),
        (("mute", "abcdef", "--to", "ana"), 2, 'did you mean "anna"?'),
        (("unmute", "abcdef", "--to", "ana"), 2, 'did you mean "anna"?'),
        (("pause", "anna", "--for", "soon"), 2, "90m, 12h"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_can(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ended, told = Desk(tmp_path, ANNA).ask(*words)
    assert ended == code
    assert said in told


def test_what_is_retried_is_of_a_known_subscriber_or_of_one_that_was(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ANNA)
    outbox = desk.outbox
    outbox.add(
        [OutboxEntry(event="e", subscriber="ben", alert="a", kind="opened", payload=b"{}")], now=0.0
    )
    outbox.close()
    where = ("--config", str(tmp_path), "--data", str(tmp_path / "data"))

    def retried(*names: str) -> tuple[int, str]:
        done = ended_here("deliver", "retry", *names, *where)
        return done.returncode, (done.stdout + done.stderr).decode()

    code, told = retried("ana")
    assert (code, 'no subscriber is called "ana"; did you mean "anna"?' in told) == (2, True)
    code, told = retried("nobody")
    assert (code, "there are anna, anna/terminal, anna/webhook, ben" in told) == (2, True)
    for name in ("anna", "anna/webhook", "ben"):
        assert retried(name) == (0, f"nothing was given up for {name}\n")
    (tmp_path / "data" / "outbox.sqlite").unlink()
    assert retried("ana")[0] == 2
    assert "there is no outbox" in retried("anna")[1]


def test_while_the_file_is_broken_people_are_listed_paused_and_muted_by_the_last_good_one(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, ANNA)
    load_or_last_good(tmp_path, {})
    (tmp_path / "subscribers.toml").write_text(ANNA + "[[subscriber]]\nid = 7\n")
    entry = OutboxEntry(
        event="e", subscriber="anna/webhook", alert="abcdef12", kind="opened", payload=b"{}"
    )
    outbox = desk.outbox
    outbox.add([entry], now=0.0)
    outbox.close()
    for words in (
        ("list",),
        ("pause", "anna"),
        ("resume", "anna"),
        ("mute", "abcdef", "--to", "anna"),
        ("unmute", "abcdef", "--to", "anna"),
    ):
        code, told = desk.ask(*words)
        assert code == 0, told
        assert "anna" in told
        assert "is in force until this is mended" in told


@pytest.mark.parametrize(
    "words", [["list"], ["list", "--json"], ["resume", "anna"], ["mute", "3f2a91c7"]], ids=" ".join
)
def test_who_only_looks_or_finds_nothing_makes_no_outbox(tmp_path: Path, words: list[str]) -> None:
    desk = Desk(tmp_path, ANNA)
    desk.ask(*words)
    assert not (tmp_path / "data" / "outbox.sqlite").exists()


def test_who_was_stopped_is_so_no_more_once_resumed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ANNA)
    outbox = desk.outbox
    outbox.meet({"anna/webhook": "x"}, 0.0)
    one = OutboxEntry(event="e", subscriber="anna/webhook", alert="a", kind="opened", payload=b"{}")
    outbox.add([one], now=0.0)
    outbox.stop("anna/webhook", 1.0, reason="the receiver answered 410")
    outbox.close()
    assert "sends once more the 1 event" in desk.ask("resume", "anna")[1]
    assert "stopped" not in desk.ask("list")[1]
    assert outbox_summary(desk.folder / "data" / "outbox.sqlite").stopped == {}
    assert desk.ask("resume", "anna")[0] == 1


def test_a_sample_by_mail_has_links_and_speaks_the_readers_language(tmp_path: Path) -> None:
    who = '[[subscriber]]\nid = "anna"\nkind = "mail"\nto = "a@example.org"\nlanguage = "fr"\n'
    desk = Desk(tmp_path, who)
    with mail_server(MailBox()) as box:
        (tmp_path / "wirewatch.toml").write_text(
            f'[mail]\nhost = "localhost"\nport = {box.port}\nsecurity = "none"\n'
            'from = "w@example.org"\nallow_private_address = true\n'
            '[links]\nbase = "https://desk.example/ww"\n'
        )
        code, told = desk.ask("test", "anna")
    assert (code, "the sample was taken" in told) == (0, True)
    text = part(box.messages[0], "plain")
    assert "Ceci est un essai" in text
    assert "Raison : sample" in text
    for name in ("Juste", "Fausse", "Se désabonner"):
        assert f"{name} : https://desk.example/ww/" in text
