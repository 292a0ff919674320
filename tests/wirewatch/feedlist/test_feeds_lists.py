"""Lists as CSV and as text; what becomes of a list; the text of feeds.toml."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from wirewatch.config import load
from wirewatch.config.faults import LineFault
from wirewatch.feedlist import file
from wirewatch.feedlist.blocks import Block, plan, stem
from wirewatch.feedlist.file import FeedsFileError
from wirewatch.feedlist.imported_feed import ImportedList, Listed, ListError, same
from wirewatch.feedlist.lists import read_list

URL = "https://a.example/feed"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name,url\nA,https://a.example/feed\n", "A"),
        ("Title;Feed URL;Language\r\nA;https://a.example/feed;en\r\n", "A"),
        ("url\tname\nhttps://a.example/feed\tA\n", "A"),
        ("\ufeffxmlUrl,title\nhttps://a.example/feed,A", "A"),
        ('id,name,url\nx,"A, the ""first""",https://a.example/feed', 'A, the "first"'),
        ("A,https://a.example/feed\n", "A"),
        ("https://a.example/feed\n", ""),
        ("url,name\n\n , \nhttps://a.example/feed,A,too,many\n", "A"),
        ('url,name\nhttps://a.example/feed,"A\nover two lines"\n', "A over two lines"),
    ],
)
def test_tables_of_many_kinds(text: str, name: str) -> None:
    found = read_list(text.encode(), "list.csv")
    assert [(feed.url, feed.name) for feed in found.feeds] == [(URL, name)]
    assert not found.problems


def test_a_table_says_more_than_an_address() -> None:
    text = "url,id,language,country,interval,tags\nhttps://a.example/,a,km,kh,600,Asia;Wire|fast\n"
    (feed,) = read_list(text.encode(), "list.csv").feeds
    assert feed == Listed(
        line=2,
        url="https://a.example/",
        id="a",
        language="km",
        country="KH",
        interval=600,
        tags=("asia", "wire", "fast"),
    )


def test_faults_of_a_table_are_named() -> None:
    text = 'name,url\nA,\n"B\nb",ftp://b.example/\nC,https://c.example/\n'
    found = read_list(text.encode(), "list.csv")
    assert [(problem.line, problem.message[:11]) for problem in found.problems] == [
        (2, "no address "),
        (3, "the address"),
    ]
    assert [feed.line for feed in found.feeds] == [5]
    with pytest.raises(ListError, match="no column"):
        read_list(b"name,place\nA,B\n", "list.csv")


def test_a_text_with_an_address_a_line() -> None:
    text = (
        "# my feeds\n\nhttps://a.example/feed\nb.example/rss The B News\n"
        'https://c.example/ "asia" "wire" "~The C" "!hidden"\nnot an address\n'
    )
    found = read_list(text.encode(), "urls")
    assert [(feed.url, feed.name, feed.tags) for feed in found.feeds] == [
        ("https://a.example/feed", "", ()),
        ("https://b.example/rss", "The B News", ()),
        ("https://c.example/", "The C", ("asia", "wire")),
    ]
    assert [problem.line for problem in found.problems] == [6]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("https://a.example/feed", "http://A.example/feed/", True),
        ("https://a.example/feed", "https://a.example:443/feed#new", True),
        ("http://a.example:80", "https://a.example/", True),
        ("https://a.example/feed?a=1", "https://a.example/feed?a=2", False),
        ("https://a.example/Feed", "https://a.example/feed", False),
        ("https://a.example:8443/", "https://a.example/", False),
        ("https://[broken", "https://[broken", True),
    ],
)
def test_addresses_of_one_feed(one: str, other: str, alike: bool) -> None:
    assert (same(one) == same(other)) is alike


def test_what_becomes_of_a_list() -> None:
    feeds = (
        Listed(line=1, url="https://a.example/", name="The Mekong Courier"),
        Listed(line=2, url="http://a.example", name="Again"),
        Listed(line=3, url="https://known.example/"),
        Listed(line=4, url="https://b.example/", name="The Mekong Courier"),
        Listed(line=5, url="https://www.khmer.example/", name="ខ្មែរ", interval=5),
    )
    decided = plan(
        ImportedList(feeds, (LineFault(6, "bad"),)),
        known={same("https://known.example"): "known"},
        taken=["The-Mekong-Courier-2"],
    )
    assert [(block.id, block.source, block.interval) for block in decided.blocks] == [
        ("the-mekong-courier", "The Mekong Courier", None),
        ("the-mekong-courier-3", "The Mekong Courier", None),
        ("khmer.example", "ខ្មែរ", None),
    ]
    assert decided.duplicates == (
        LineFault(2, "the same as in line 1"),
        LineFault(3, 'already there as "known"'),
    )
    assert decided.problems == (LineFault(6, "bad"),)


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["", "Café de l'Étoile – Nouvelles"], "cafe-de-letoile-nouvelles"),
        (["mine.1", "Title"], "mine.1"),
        (["中文", "news.example"], "news.example"),
        (["x" * 99], "x" * 40),
        (["A very long title " * 9], "a-very-long-title-a-very-long-title-a"),
        (["!", ""], "feed"),
    ],
)
def test_ids(names: list[str], made: str) -> None:
    assert stem(names) == made


MINE = """# my feeds

[[feed]]
id = "a"   # the first
url = "https://a.example/"
source = "A"
tags = [
  "one",
]
# said of a

# Others

[[feed]]
id = "b"
paused = false # for now
url = "https://b.example/"
source = "B"
"""


def test_feeds_are_written_at_the_end() -> None:
    odd = 'A "quoted" \\ name — ខ្មែរ'
    block = Block(id="c", url="https://c.example/?a=1&b", source=odd, tags=("x",), interval=60)
    text = file.parse(MINE.rstrip("\n")).with_blocks([block])
    assert text.startswith(MINE + "\n[[feed]]\n")
    assert tomllib.loads(text)["feed"][-1] == {
        "id": "c",
        "url": "https://c.example/?a=1&b",
        "source": odd,
        "interval": 60,
        "tags": ["x"],
    }


def test_a_feed_is_paused_where_it_stands() -> None:
    paused = file.parse(MINE).with_paused("a", paused=True)
    assert paused == MINE.replace("]\n# said", "]\npaused = true\n# said")
    assert file.parse(paused).with_paused("a", paused=True) == paused
    assert file.parse(paused).with_paused("a", paused=False) == MINE
    assert file.parse(MINE).with_paused("a", paused=False) == MINE
    both = file.parse(MINE).with_paused("b", paused=True)
    assert both == MINE.replace("false #", "true #")
    assert file.parse(both).with_paused("b", paused=False) == MINE


def test_a_feed_is_removed_and_what_stands_around_it_stays() -> None:
    left = file.parse(MINE).without("a")
    assert left.startswith('# my feeds\n\n# said of a\n\n# Others\n\n[[feed]]\nid = "b"')
    assert [feed["id"] for feed in tomllib.loads(left)["feed"]] == ["b"]


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own.with_paused("aa", paused=True),
        lambda own: own.without("aa"),
    ],
)
def test_a_feed_that_is_not_there_is_named(change: Callable[[file.FeedsFile], str]) -> None:
    with pytest.raises(FeedsFileError, match='no feed is called "aa"; did you mean "a"'):
        change(file.parse(MINE))


def test_a_file_that_is_no_toml_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(MINE + "oops\n")
    with pytest.raises(FeedsFileError, match=r"feeds\.toml:19: not TOML"):
        file.open_file(tmp_path)
    with pytest.raises(FeedsFileError):
        file.save(tmp_path, "[[feed]\n")
    assert (tmp_path / "feeds.toml").read_text() == MINE + "oops\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_inline_table_is_left_to_people() -> None:
    own = file.parse('feed = [{ id = "a", url = "https://a.example/", source = "A" }]\n')
    with pytest.raises(FeedsFileError, match="by hand"):
        own.with_paused("a", paused=True)


def test_a_file_is_written_in_its_own_way(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.toml"
    target.write_bytes(b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode())
    target.chmod(0o640)
    (tmp_path / "feeds.toml").symlink_to(target)
    own = file.open_file(tmp_path)
    assert own is not None
    file.save(tmp_path, own.with_paused("b", paused=True))
    assert (tmp_path / "feeds.toml").is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert b"paused = true # for now\r\n" in target.read_bytes()
    assert [feed.paused for feed in load(tmp_path, {}).feeds] == [False, True]
