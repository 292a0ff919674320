"""Faults of configuration files: each kind by itself, told once, and many in one report."""

from pathlib import Path

import msgspec
import pytest

from tests.wirewatch.config.test_config import FEED, HOOK, SECRET, WATCH, faults, write
from wirewatch.config import ConfigError, Settings, load
from wirewatch.config.report import each

BARE = '[[watch]]\nid = "w"\ntitle = "W"\n'
ONE_PAIR = BARE + 'pairs = ["KH-US"]\n'

# Each text has one fault, told once: (file, text, "line: message").
MAIL = "[mail]\nhost = 'm.example'\nfrom = 'w@m.example'\n"
MAILED = '[[subscriber]]\nid = "s"\nkind = "mail"\nto = "s@m.example"\n'

ONE_FAULT = [
    (
        "feeds",
        FEED + "intervall = 60",
        '5: feed "f": unknown key "intervall"; did you mean "int',
    ),
    (
        "feeds",
        FEED + 'interval = "60"',
        '5: feed "f": interval: expected a whole number, found text',
    ),
    (
        "feeds",
        FEED + "interval = true",
        '5: feed "f": interval: expected a whole number, found true',
    ),
    ("feeds", FEED + "interval = 29", '5: feed "f": interval: 29 is not between 30 and'),
    ("feeds", FEED + "interval = 9999999", '5: feed "f": interval: 9999999 is not between'),
    (
        "feeds",
        FEED + 'language = "Khmer!"',
        '5: feed "f": language: "Khmer!" is not a language tag',
    ),
    ("feeds", FEED + 'id = "g"', '5: feed "f": id: already set in line 2'),
    ("feeds", FEED + "\n" + FEED, '7: feed "f": id: already taken in line 2'),
    ("feeds", FEED.replace('"f"', '"f f"'), '2: feed "f f": id: "f f" is not an id'),
    ("feeds", FEED.replace('"F"', '"\\u001b[2J"'), '4: feed "f": source: "\\x1b[2J" is not a line'),
    ("feeds", FEED.replace("https", "ftp"), '3: feed "f": url: the address must begin with http:'),
    ("feeds", FEED.replace("example.org", ""), '3: feed "f": url: the address has no host'),
    ("feeds", FEED.replace(".org", ".org:x"), '3: feed "f": url: not a valid address'),
    ("feeds", FEED.replace('source = "F"\n', ""), '1: feed "f": source: missing'),
    ("feeds", FEED.replace('id = "f"\n', ""), "1: feed number 1: id: missing"),
    (
        "feeds",
        FEED.replace("[[feed]]", "[[feeds]]"),
        '1: "[[feeds]]" is not a table of this file: write [[fe',
    ),
    (
        "feeds",
        FEED.replace("[[feed]]", "[feed]"),
        '1: "[feed]" is not a table of this file: write [[feed]]',
    ),
    ("feeds", FEED.replace("[[feed]]", "[[feed]"), "1: not TOML: Expected ']]'"),
    ("feeds", WATCH, '1: "[[watch]]" belongs in watches.toml'),
    ("feeds", "poll = 1\n" + FEED, '1: "poll" stands outside of a [[feed]] table'),
    ("feeds", FEED + "[feed.more]", '5: "[feed.more]" is not a table of this file'),
    ("feeds", FEED.replace('"F"', '"F'), "4: not TOML: Illegal character"),
    ("feeds", FEED.replace('"F"', ""), "4: not TOML: Invalid value at column 10"),
    ("feeds", FEED.replace('"F"', '"""F'), "4: not TOML: Unterminated string: what begins here is"),
    (
        "watches",
        WATCH.replace("US", "USA"),
        '4: watch "w": pair: "USA" is not an ISO 3166-1 alpha-2',
    ),
    ("watches", WATCH.replace("US", "UK"), 'country code, such as KH; did you mean "GB"?'),
    ("watches", WATCH.replace("US", "kh"), '4: watch "w": pair: KH twice'),
    ("watches", WATCH.replace('"US"', ""), '4: watch "w": pair: expected a list of exactly 2 in'),
    ("watches", WATCH.replace('"US"', "1"), '4: watch "w": pair: expected text in quotes, found 1'),
    (
        "watches",
        WATCH.replace("defense", "defence"),
        'human-rights, trade; did you mean "defense"?',
    ),
    ("watches", WATCH.replace('["defense"]', "[]"), '5: watch "w": topics: the list is empty'),
    (
        "watches",
        WATCH.replace('["defense"]', '"defense"'),
        "topics: expected a list in brackets, fo",
    ),
    (
        "watches",
        WATCH + 'relations = ["betwen"]',
        '"betwen" is not one of between, third_party, co_m',
    ),
    ("watches", WATCH + "relations = []", '6: watch "w": relations: the list is empty'),
    (
        "watches",
        WATCH + "min_pair_score = 1.5",
        "min_pair_score: expected a number from 0 to 1, fou",
    ),
    ("watches", WATCH + "min_topic_score = nan", '6: watch "w": min_topic_score: expected a numbe'),
    ("watches", WATCH + 'pairs = ["KH-US"]', '6: watch "w": pairs: pair is there too: keep one'),
    (
        "watches",
        ONE_PAIR.replace("KH-US", "KHUS"),
        'pairs: "KHUS" is not a pair: write it like KH-US',
    ),
    ("watches", ONE_PAIR.replace("US", "UK"), 'country code, such as KH; did you mean "GB"?'),
    ("watches", ONE_PAIR.replace("US", "kh"), '4: watch "w": pairs: KH twice: a pair is two coun'),
    ("watches", BARE, '1: watch "w": pair: missing: name a pair, countries, topics or words to w'),
    ("watches", BARE + "everything = false", '4: watch "w": everything: false, and nothing else'),
    ("watches", WATCH + "everything = true", '6: watch "w": everything: pair is there too: keep'),
    (
        "watches",
        BARE + 'topics_none = ["trade"]',
        '1: watch "w": pair: missing: name a pair, count',
    ),
    ("watches", WATCH + "words = []", '6: watch "w": words: the list is empty, so that no'),
    ("watches", WATCH + "outlets_none = []", "the list is empty: name at least one, or remove it"),
    ("watches", WATCH + 'words = ["na*val"]', '6: watch "w": words: "na*val" is not a word: write'),
    ("watches", WATCH + 'words_near = ["a"]', '6: watch "w": words_near: needs at least two words'),
    ("watches", WATCH + 'critical_when = ["words"]', "critical_when: no critical_words say which"),
    ("watches", WATCH + 'critical_when = ["actul"]', 'sure, actual, words; did you mean "actual"?'),
    (
        "watches",
        WATCH + 'severity = "urgent"',
        '"urgent" is not one of low, normal, high, critical',
    ),
    ("watches", WATCH + "window_hours = 0", "window_hours: 0 is not between 1 and 720 hours"),
    ("watches", WATCH + "min_country_score = 0.3", "says nothing without countries or countries_"),
    (
        "watches",
        BARE + 'words = ["x"]\nrelations = ["setting"]',
        '5: watch "w": relations: says nothing without pair or pairs',
    ),
    (
        "watches",
        BARE + 'words = ["x"]\nspikes = true',
        "spikes: says nothing without pair or pairs",
    ),
    ("watches", WATCH + "enabled = 0", '6: watch "w": enabled: expected true or false, found 0'),
    (
        "subscribers",
        HOOK.replace("webhook", "webhok"),
        '3: subscriber "s": kind: "webhok" is not one',
    ),
    ("subscribers", HOOK.replace("url =", "# url ="), '1: subscriber "s": url: missing: a webhook'),
    (
        "subscribers",
        HOOK.replace("webhook", "terminal"),
        '4: subscriber "s": url: a terminal has none: remove it, or choose a kind that has it (w',
    ),
    ("subscribers", HOOK + 'watches = ["w"]', 'watches: "w" is not one of us-cambodia-defense'),
    ("subscribers", HOOK + 'secret_env = "UNSET"', '5: subscriber "s": secret_env: no environment'),
    (
        "subscribers",
        HOOK + 'secret_env = "SHORT"',
        "secret_env: what it names holds no signing sec",
    ),
    (
        "subscribers",
        HOOK + 'secret_file = "nope"',
        "secret_file: the file can't be read: No such f",
    ),
    ("subscribers", HOOK + 'secret_file = "."', '5: subscriber "s": secret_file: what it names i'),
    ("subscribers", HOOK + f'secret = "{SECRET}"', '5: subscriber "s": secret: secrets don\'t bel'),
    (
        "subscribers",
        HOOK + 'secret_env = "GOOD"\nsecret_file = "subscribers.toml.secret"',
        '6: subscriber "s": secret_file: secret_env is there too',
    ),
    ("wirewatch", "[kafka]\naddress = 'here'", '2: kafka.address: "here" is not HOST:PORT'),
    ("wirewatch", "[kafka]\nprefix = 'a b'", '2: kafka.prefix: "a b" can\'t begin a Kafka topic'),
    (
        "wirewatch",
        "[kafka]\nadress = ''",
        '2: unknown key "kafka.adress"; did you mean "kafka.a',
    ),
    ("wirewatch", "[kafka]\n[kafka]", "2: [kafka] is already there in line 1"),
    ("wirewatch", "kafka.prefix = 'a'\n[kafka]", "2: not TOML: Cannot declare"),
    (
        "wirewatch",
        "[kafak]\nprefix = 'a'",
        '1: "[kafak]" is not a table of this file: write [kafka] or [web',
    ),
    (
        "wirewatch",
        "\n\ndata = 2026-11-24",
        "3: data: expected a path in quotes, found a date or ti",
    ),
    ("wirewatch", "[mail]\nhost = 'm.example'", "2: mail.from: missing: a mail server needs host"),
    ("wirewatch", MAIL + "user = 'u'", "4: mail.password_env: missing: name where the passw"),
    ("wirewatch", MAIL + "password_env = 'GOOD'", "4: mail.user: missing"),
    (
        "wirewatch",
        MAIL + "user = 'u'\npassword_env = 'GOOD'\nsecurity = 'none'",
        "6: mail.security: without TLS the password could be read on the way",
    ),
    ("wirewatch", "[kafka]\naddress = 'k:9092'\nport = 9093\n", "3: kafka.port: it is the private"),
    ("wirewatch", "[kafka]\nport = 70000\n", "2: kafka.port: 70000 is not between 1 and 65535"),
    ("wirewatch", MAIL + "folder = 'mails'", "4: mail.folder: host is there too: remove folder"),
    ("wirewatch", "[mail]\nfolder = 'mails'", "2: mail.from: missing: mails written into a folder"),
    ("wirewatch", MAIL + "port = 65536", "4: mail.port: 65536 is not between 1 and 65535"),
    ("wirewatch", MAIL.replace("'w@m.example'", r'"w@m\nBcc: x"'), "3: mail.from: "),
    ("wirewatch", MAIL.replace("'m.example'", "'http://m'"), '2: mail.host: "http://m" is no host'),
    ("subscribers", MAILED, '3: subscriber "s": kind: a table [mail] in wirewatch.toml must name'),
    ("subscribers", MAILED.replace("s@", "s@ "), '4: subscriber "s": to: "s@ m.example" is no m'),
    (
        "subscribers",
        MAILED.replace('"mail"\nto = "s@m.example"', '"slack"\nurl = "https://x.example/hush"'),
        '4: subscriber "s": url: secrets don\'t belong in this file: put it in an environment',
    ),
    (
        "subscribers",
        MAILED.replace('"mail"\nto = "s@m.example"', '"apprise"\nurl_env = "GOOD"'),
        '4: subscriber "s": url_env: what it names must begin with one of discord://, gotify',
    ),
    (
        "subscribers",
        MAILED.replace('"mail"\nto = "s@m.example"', '"slack"'),
        '1: subscriber "s": url_env: missing: a slack needs it; name the environment variable',
    ),
    (
        "wirewatch",
        "[links]\nbase = 'https://d.example/?a'",
        '2: links.base: "https://d.example/?a" has',
    ),
    (
        "wirewatch",
        "[links]\nbase = 'http://d.example/ww'",
        '2: links.base: "http://d.example/ww" begins with http: whoever reads a link',
    ),
    ("wirewatch", "[links]\nlisten = 'here'", '2: links.listen: "here" is not HOST:PORT'),
    ("wirewatch", "data = ''", "1: data: expected a path in quotes, found empty text"),
    (
        "wirewatch",
        "log_level = 'loud'",
        '1: log_level: "loud" is not one of debug, info, warning, err',
    ),
    ("wirewatch", f"data = {'[' * 5000}", "1: not TOML: "),
]


@pytest.mark.parametrize(("name", "text", "says"), ONE_FAULT)
def test_each_fault_is_told_once(tmp_path: Path, name: str, text: str, says: str) -> None:
    write(tmp_path, **{name: text})
    (tmp_path / "subscribers.toml.secret").write_text(SECRET)
    (fault,) = faults(tmp_path, {"GOOD": SECRET, "SHORT": "whsec_c2hvcnQ="})
    assert fault.file == f"{name}.toml"
    assert says in f"{fault.line}: {fault.message}"


@pytest.mark.parametrize("value", ['"text"', "true", "-7", "1.5", "[1]", "{ a = 1 }", "2026-01-01"])
def test_a_value_of_any_type_for_any_key_is_taken_or_told_with_its_line(
    tmp_path: Path, value: str
) -> None:
    for info in msgspec.structs.fields(Settings):
        table, _, key = info.encode_name.rpartition(".")
        head = f"[{table}]\n" if table else ""
        (tmp_path / "wirewatch.toml").write_text(f"{head}{key} = {value}\n")
        try:
            load(tmp_path, {})
        except ConfigError as error:
            lines = each(error)
            assert any(line.startswith("wirewatch.toml:") for line in lines), lines
