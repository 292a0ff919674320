"""What subscribers may ask for, and what is said of what they can't."""

from pathlib import Path

import pytest

from connectors.delivery.routing.preferences import QuietHours, Weekday
from connectors.delivery.sinks.subscriber import Subscriber
from streams.model.watch import Severity
from wirewatch.config import ConfigError, load


def subscribers(folder: Path, text: str) -> tuple[Subscriber, ...]:
    (folder / "subscribers.toml").write_text(text)
    return load(folder, {}).subscribers


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as raised:
        subscribers(folder, text)
    return [(fault.line, fault.message) for fault in raised.value.faults]


def test_times_are_written_as_people_say_them(tmp_path: Path) -> None:
    (one,) = subscribers(
        tmp_path,
        '[[subscriber]]\nid = "a"\nkind = "terminal"\nquiet_hours = "22:30-06:00"\n'
        'digest = "weekly"\ndigest_at = "07:05"\ndigest_day = "Friday"\ngroup_wait = "45s"\n'
        'cooldown = "2h"\nrepeat_interval = "1d"\ntime_zone = "Asia/Phnom_Penh"\n',
    )
    assert one.quiet_hours == QuietHours(22 * 60 + 30, 6 * 60)
    assert (one.digest_at, one.digest_day) == (7 * 60 + 5, Weekday.FRIDAY)
    assert (one.group_wait, one.cooldown, one.repeat_interval) == (45, 7_200, 86_400)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('quiet_hours = "22-7"', "write it like 07:30"),
        ('quiet_hours = "night"', "write it like 22:00-07:00"),
        ('quiet_hours = "07:00-07:00"', "subscribers pause"),
        ('cooldown = "90"', "is not a valid duration (30s, 15m, 12h, 7d)"),
        ('group_wait = "2h"', "use digest for more"),
        ('repeat_interval = "5s"', "less than a minute"),
        ('digest = "daily"\ndigest_at = "24:00"', "is not a time of day"),
        ('digest_at = "07:00"', 'says nothing without digest = "daily" or "weekly"'),
        ('time_zone = "UTC"', "says nothing without quiet_hours or digest"),
        ('digest = "weekly"\ndigest_day = "mondy"', 'did you mean "monday"?'),
        ('quiet_hours = "22:00-07:00"\ntime_zone = "../../etc/passwd"', "is no time zone"),
        ("hourly_cap = 0", "subscribers pause"),
        ('language = "de"', "not one of en, fr, km"),
        ('events = ["joined"]', "is sent to nobody"),
        ('update_reasons = ["new"]', "is not one of new_fact, official"),
    ],
)
def test_what_nobody_can_ask_for_is_told_with_the_remedy(
    tmp_path: Path, line: str, words: str
) -> None:
    found = faults(tmp_path, f'[[subscriber]]\nid = "a"\nkind = "terminal"\n{line}\n')
    assert any(words in message for _, message in found), found


CHANNELS = """
[[subscriber]]
id = "anna"
min_severity = "high"

[[subscriber.channel]]
kind = "terminal"

[[subscriber.channel]]
id = "overview"
kind = "webhook"
url = "https://desk.example/"
min_severity = "low"
"""


def test_each_channel_has_what_its_subscriber_has_and_what_differs(tmp_path: Path) -> None:
    found = subscribers(tmp_path, CHANNELS)
    assert [(one.id, one.kind, one.min_severity) for one in found] == [
        ("anna/terminal", "terminal", Severity.HIGH),
        ("anna/overview", "webhook", Severity.LOW),
    ]


def test_a_fault_that_all_channels_have_is_told_once(tmp_path: Path) -> None:
    text = CHANNELS.replace('"high"', '"hihg"', 1)
    ((line, message),) = faults(tmp_path, text)
    assert (line, 'did you mean "high"?' in message) == (4, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[subscriber.channel]]\nkind = "terminal"\n', "must stand below its [[subscriber]]"),
        (CHANNELS.replace("min_severity", 'kind = "terminal"\nmin_severity', 1), "in each of them"),
        (CHANNELS.replace("overview", "terminal"), "already taken"),
        (CHANNELS.replace('"anna"', '"an/na"'), "is not an id"),
        (CHANNELS.replace("overview", "a/b"), "is not an id"),
        ('[[subscriber]]\nid = "a/b"\nkind = "terminal"\n', "is not an id"),
    ],
)
def test_channels_out_of_place_are_told(tmp_path: Path, text: str, words: str) -> None:
    assert any(words in message for _, message in faults(tmp_path, text))
