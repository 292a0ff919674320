"""Many faults at once are one report, each with its line."""

import re
from pathlib import Path

from tests.wirewatch.config.test_config import faults, write
from wirewatch.config import ConfigError, Fault, report

# Each line that holds a fault says what will be told of it, after `#!`.
MANY_FEEDS = '''
[[feed]]
id = "a"
url = "gopher://example.org"  #! the address must begin with http:// or https://
intervall = 60                #! unknown key "intervall"; did you mean "interval"?
source = 3                    #! source: expected text in quotes, found 3

[[feeds]]                     #! "[[feeds]]" is not a table of this file: write [[feed]]
id = "a"                      #! id: already taken in line 3
url = "https:///path"         #! url: the address has no host
source = "x                   #! not TOML: Illegal character
interval = 0                  #! interval: 0 is not between 30 and
language = """ #! is not a language tag: write it like
id = 'not a key' # [[feed]] ]
oops = """                    # A text over lines is told where its key is.

[[feed]]                      #! feed number 3: id: missing #! feed number 3: source: missing
url = "http://127.0.0.1/a"
interval = 0                  #! interval: 0 is not between 1 and
interval = 60                 #! interval: already set in line 19
= 3                           #! not TOML: Invalid statement

[feed]                        #! "[feed]" is not a table of this file
id = "b c"                    #! id: "b c" is not an id
url = [                       #! url: expected text in quotes, found a list of 1
  "https://example.org/[b]",  # ]
]
source = "B"
language = "english"          #! language: "english" is not a language tag
topics = { a = ["x"] }        #! unknown key "topics" (keys: id, url
interval = [
  1,
  two,                        #! not TOML: Invalid value at column 3, in what begins in line 31
]
[[watch]]                     #! "[[watch]]" belongs in watches.toml
'''
MANY_WATCHES = '''
[[watch]]
id = "w"
title = ""                    #! title: "" is not a line of readable text
pair = [                      #! pair: expected a list of exactly 2 in brackets, found a list of 3
  "kh", # Cambodia
  "cambodia",                 #! did you mean "KH"?
  "zz",                       #! "zz" is not an ISO 3166-1 alpha-2 country code
]
topics = ["defense", """
china-
ties""", "human rights",      #! "china-\\nties" is not one of #! did you mean "human-rights"?
]
relations = ["sitting"]       #! did you mean "setting"?
min_pair_score = -0.1         #! expected a number from 0 to 1, found -0.1
'''


def test_many_faults_are_one_report(tmp_path: Path) -> None:
    write(tmp_path, feeds=MANY_FEEDS, watches=MANY_WATCHES)
    expected = marked("feeds.toml", MANY_FEEDS) + marked("watches.toml", MANY_WATCHES)
    told = report.lines(ConfigError(faults(tmp_path)))
    assert [place(line) for line in told[:-1]] == [place for place, _ in expected]
    for where, says in expected:
        assert any(place(line) == where and says in line for line in told), (where, says)
    assert told[-1] == f"{len(expected)} faults in 2 places"
    assert len(expected) > 25


def marked(file: str, text: str) -> list[tuple[str, str]]:
    return [
        (f"{file}:{number}", says.strip())
        for number, line in enumerate(text.split("\n"), 1)
        for says in line.split("#!")[1:]
    ]


def place(line: str) -> str:
    found = re.match(r"\w+\.toml:\d+", line)
    assert found
    return found[0]


def test_faults_that_the_log_leaves_out_are_counted() -> None:
    faults = tuple(Fault("feeds.toml", line, "no") for line in range(1, report.TOLD + 2))
    each = [f"feeds.toml:{fault.line}: no" for fault in faults]
    rest = "and 1 more: `wirewatch check` lists all"
    assert report.told(ConfigError(faults))["because"] == [*each[:-1], rest]
    assert report.told(ConfigError(faults[:-1]))["because"] == each[:-1]
