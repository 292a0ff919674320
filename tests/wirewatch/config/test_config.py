"""The configuration: every fault at once, each on its line, and never a secret."""

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from connectors.delivery.routing.preferences import Period, QuietHours
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import WebhookSettings
from streams.model.tags import Relation
from streams.model.watch import Watch
from tests.support.folders import ROOT
from wirewatch.config import ENVIRONMENT, FILES, ConfigError, Fault, Settings, load, report
from wirewatch.config.feeds import WrittenFeed
from wirewatch.config.subscribers import written
from wirewatch.config.watches import WrittenWatch

SECRET = "whsec_" + base64.b64encode(b"twenty-four bytes of it!").decode()
NOTHING: Mapping[str, str] = {}

FEED = '[[feed]]\nid = "f"\nurl = "https://example.org/feed"\nsource = "F"\n'
WATCH = '[[watch]]\nid = "w"\ntitle = "W"\npair = ["KH", "US"]\ntopics = ["defense"]\n'
HOOK = '[[subscriber]]\nid = "s"\nkind = "webhook"\nurl = "https://example.org/hook"\n'


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def faults(folder: Path, environment: Mapping[str, str] = NOTHING) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        load(folder, environment)
    return caught.value.faults


def test_with_no_file_at_all_everything_is_as_shipped(tmp_path: Path) -> None:
    config = load(tmp_path, {})
    assert config.settings == Settings(data=tmp_path / "data")
    assert (config.files, config.defaults) == ((), tuple(FILES))
    assert len({feed.url for feed in config.feeds}) == len(config.feeds) > 50
    (watch,) = config.watches
    assert (watch.id, watch.pairs, watch.topics) == (
        "us-cambodia-defense",
        ("KH-US",),
        ("defense",),
    )
    assert watch.relations == (Relation.BETWEEN,)
    assert [subscriber.kind for subscriber in config.subscribers] == ["terminal"]


def test_the_shipped_examples_work_once_their_marks_are_taken_off(tmp_path: Path) -> None:
    for name, keys in documented().items():
        text = uncommented(shipped(name))
        missing = [key for key in keys if not re.search(rf"^(# )?{key} = ", text, re.MULTILINE)]
        assert not missing, name
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = {"NEWSROOM_WEBHOOK_SECRET": SECRET, "AGENCY_KEY": "k", "AGENCY_PASSWORD": "p"}
    given |= {
        "EMBEDDINGS_KEY": "e",
        "MAIL_PASSWORD": "m",
        "WIREWATCH_WEB_TOKEN": "0123456789abcdef",
    }
    given |= dict.fromkeys(("SLACK_WEBHOOK", "MATTERMOST_WEBHOOK"), "https://chat.example/h")
    given |= {"TELEGRAM_TOKEN": "1:t", "NTFY_TOPIC": "t", "APPRISE_URL": "matrixs://u:p@m.example"}
    config = load(tmp_path, given)
    assert (config.files, config.defaults) == (tuple(FILES), ())
    assert config.settings.kafka == "kafka.example.org:9092"
    assert config.settings.websub_callback == "https://wirewatch.example.org/websub"
    assert config.feeds[-1].interval == 1
    assert [watch.pairs for watch in config.watches[:3]] == [("KH-US",), ("CN-KH",), ("KH-US",)]
    assert config.watches[3].critical_words == ("warship*", "destroyer*")
    assert config.watches[4].pairs == ("KH-TH", "KH-VN", "KH-LA")
    assert [watch.everything for watch in config.watches] == [False] * 6 + [True]
    assert config.subscribers[1].sink == WebhookSettings(
        url="https://hooks.example.org/wirewatch", secret=Secret(SECRET)
    )
    anna = {one.id: one for one in config.subscribers if one.id.startswith("anna/")}
    assert [one.digest for one in anna.values()] == [None, Period.WEEKLY]
    assert {one.quiet_hours for one in anna.values()} == {QuietHours(22 * 60, 7 * 60)}


def documented() -> dict[str, list[str]]:
    kinds: list[type[msgspec.Struct]] = [Settings, WrittenFeed, WrittenWatch, written("")]
    return {
        name: [info.encode_name.split(".")[-1] for info in msgspec.structs.fields(kind)]
        for name, kind in zip(FILES, kinds, strict=True)
    }


def shipped(name: str) -> str:
    return (ROOT / "wirewatch" / "defaults" / name).read_text(encoding="utf-8")


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^# (?=\[|\w+ = |# )", "", text)


def test_files_of_ones_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        wirewatch='data = "../kept"\nlog_level = "debug"\nkafka = { prefix = "mine-" }\n',
        feeds=FEED + 'interval = 30\n[[feed]]\nid = "g"\nurl = "http://[::1]/g"\nsource = "G"\n'
        "interval = 1\n",
        watches=WATCH.replace('["KH", "US"]', '["us", "Kh"]')
        + 'relations = ["setting", "between"]\nmin_pair_score = 1\n'
        + WATCH.replace('"w"', '"off"')
        + "enabled = false\n",
        subscribers=HOOK + 'secret_file = "hook.secret"\nwatches = ["w", "off"]\n',
    )
    (tmp_path / "hook.secret").write_text(SECRET + "\n")
    config = load(tmp_path, {})
    assert config.settings.data == tmp_path.parent / "kept"
    assert (config.settings.prefix, config.settings.log_level) == ("mine-", "debug")
    assert [(feed.id, feed.interval) for feed in config.feeds] == [("f", 30), ("g", 1)]
    assert config.watches == (
        Watch(
            id="w",
            title="W",
            pairs=("KH-US",),
            topics=("defense",),
            relations=(Relation.SETTING, Relation.BETWEEN),
            min_pair_score=1.0,
        ),
    )
    assert config.subscribers[0].sink == WebhookSettings(
        url="https://example.org/hook", secret=Secret(SECRET)
    )


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("WIREWATCH_KAFKA", "env:9092", "kafka", "env:9092"),
        ("WIREWATCH_KAFKA", " ", "kafka", "file:9092"),
        ("WIREWATCH_KAFKA_PREFIX", "env-", "prefix", "env-"),
        ("WIREWATCH_DATA", "/env", "data", Path("/env")),
        ("WIREWATCH_DATA", "env", "data", Path.cwd() / "env"),
        ("WIREWATCH_ALLOW_PRIVATE_ADDRESSES", "false", "allow_private_addresses", False),
        ("WIREWATCH_BACKFILL_ALERTS", "0", "backfill_alerts", False),
        ("WIREWATCH_LOG_LEVEL", "error", "log_level", "error"),
    ],
)
def test_the_environment_goes_over_the_file(
    tmp_path: Path, variable: str, text: str, field: str, value: object
) -> None:
    write(
        tmp_path,
        wirewatch='data = "file"\nallow_private_addresses = true\nbackfill_alerts = true\n'
        'log_level = "warning"\n[kafka]\naddress = "file:9092"\nprefix = "file-"\n',
    )
    assert variable in ENVIRONMENT
    before, after = load(tmp_path, {}).settings, load(tmp_path, {variable: text}).settings
    assert after == msgspec.structs.replace(before, **{field: value})


def test_the_environment_is_checked_too(tmp_path: Path) -> None:
    wrong = {
        "WIREWATCH_KAFKA": "nowhere",
        "WIREWATCH_BACKFILL_ALERTS": "perhaps",
        "WIREWATCH_LOG_LEVEL": "INFO",
    }
    assert [(fault.file, fault.line) for fault in faults(tmp_path, wrong)] == [
        ("environment", 0)
    ] * 3
    told = report.lines(ConfigError(faults(tmp_path, wrong)))
    assert told[0].startswith("environment: WIREWATCH_BACKFILL_ALERTS: ")
    assert told[-2].endswith('did you mean "info"?')
    assert told[-1] == "3 faults in environment"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").mkdir()
    (tmp_path / "watches.toml").symlink_to("gone.toml")
    os.mkfifo(tmp_path / "subscribers.toml")
    (tmp_path / "wirewatch.toml").write_bytes(b"# fine\n# caf\xe9\nlog_level = 1\n")
    assert report.lines(ConfigError(faults(tmp_path))) == [
        "feeds.toml: this is not a file",
        "subscribers.toml: this is not a file",
        "watches.toml: a link to a file that is not there",
        "wirewatch.toml:2: not UTF-8 (byte 0xe9): save the file as UTF-8",
        "wirewatch.toml:3: log_level: expected debug or info or warning or error, found 1",
        "5 faults in 4 places",
    ]


def test_a_folder_that_is_not_there_is_no_reason_to_run_on_defaults(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "typo")
    assert fault == Fault(
        str(tmp_path / "typo"), 0, "no such folder: it should hold your TOML files"
    )


def test_files_from_windows_are_read(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_bytes(b"\xef\xbb\xbf" + FEED.replace("\n", "\r\n").encode())
    assert [feed.id for feed in load(tmp_path, {}).feeds] == ["f"]


def test_a_subscriber_is_not_blamed_for_watches_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, watches=WATCH.replace('"w"', '"w'), subscribers=HOOK + 'watches = ["w"]')
    assert [(fault.file, fault.line) for fault in faults(tmp_path)] == [("watches.toml", 2)]


def test_a_good_secret_is_in_no_text(tmp_path: Path) -> None:
    write(tmp_path, subscribers=HOOK + 'secret_env = "HOOK"\n')
    config = load(tmp_path, {"HOOK": SECRET})
    assert config.subscribers[0].sink == WebhookSettings(
        url="https://example.org/hook", secret=Secret(SECRET)
    )
    assert SECRET not in f"{config!r} {config}"


@pytest.mark.parametrize(
    "place", ["secret", "secret_env", "secret_file", "url", "token", "secret_"]
)
@pytest.mark.parametrize(
    "form", ['"%s"', '["%s"]', '"%s', "'%s\n", '"""%s\n', "%s", "{ a = '%s' }"]
)
def test_a_secret_in_the_wrong_place_is_never_told(tmp_path: Path, place: str, form: str) -> None:
    text = HOOK.replace("url =", "# url =") if place == "url" else HOOK
    write(tmp_path, subscribers=f"{text}{place} = {form % SECRET}")
    error = ConfigError(faults(tmp_path, {"OTHER": SECRET}))
    told = f"{error} {error!r} {report.lines(error)}"
    assert not any(SECRET[at : at + 8] in told for at in range(0, len(SECRET), 8))


def test_a_broken_secret_is_never_told(tmp_path: Path) -> None:
    broken = SECRET.replace("b", "!")
    write(tmp_path, subscribers=HOOK + 'secret_env = "HOOK"\n')
    (tmp_path / "hook").write_text(broken)
    told = str(faults(tmp_path, {"HOOK": broken}))
    write(tmp_path, subscribers=HOOK + 'secret_file = "hook"\n')
    told += str(faults(tmp_path))
    assert told.count("holds no signing secret") == 2
    assert broken[6:14] not in told
