"""Statements of a TOML text: the line of each, whatever is in them; `tomllib` is the judge."""

import tomllib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.config.document import Leaf, read, referee

hard = st.text(alphabet=list("ab\"'\\\\[]{}=#\n ,é។\u2028\x85"), max_size=12)


def basic(text: str) -> str:
    return '"' + escaped(text).replace("\n", "\\n") + '"'


def escaped(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace('"', '\\"')
    return kept.replace("\x85", "\\u0085")


VALUES: list[Callable[[str], str]] = [
    basic,
    lambda text: '"""\n' + escaped(text) + '"""',
    lambda text: '"""' + escaped(text) + ' \\\n   # [[x]]\n"""',
    lambda text: "'''\n" + text.replace("'", "").replace("\x85", "") + "'''",
    lambda text: f"[\n  {basic(text)}, # ]\n\n  [1, 2],\n]  # end",
    lambda text: f"[ # [\n{basic(text)} ]",
    lambda text: f"{{ a = {basic(text)}, b = [1] }}",
    lambda text: f"[\n{{ a.b = {basic(text)} }},\n1]",
    lambda _text: "1979-05-27T07:32:00Z  # ]",
]
NAMES = [("k%d", ("k%d",)), ("'k.%d'", ("k.%d",)), ("k%d.sub", ("k%d", "sub"))]
GAPS = ["", "\n", "# c ] = [\n", "  \n\n"]


@st.composite
def keys(draw: st.DrawFn, number: int) -> str:
    name, _ = draw(st.sampled_from(NAMES))
    return f"{name % number} = {draw(st.sampled_from(VALUES))(draw(hard))}"


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Leaf]]:
    """A text, and the leaf that each of its keys must become."""
    text, leaves = "", []
    for number in range(draw(st.integers(0, 6))):
        text += draw(st.sampled_from(GAPS))
        if draw(st.booleans()):
            text += f"[[t{number}]] # h\n"
        source = draw(keys(number))
        ((key, value),) = tomllib.loads(source).items()
        leaves.append(Leaf(key, value, text.count("\n") + 1, source))
        text += source + "\n"
    return text, leaves


@given(documents())
def test_every_key_has_its_value_and_line(made: tuple[str, list[Leaf]]) -> None:
    text, leaves = made
    document = read(text)
    assert (document.problems, referee(text)) == ((), None)
    assert [leaf for section in document.sections for leaf in section.leaves] == leaves
    assert read(text.replace("\n", "\r\n")).sections == document.sections


@given(documents(), documents(), st.sampled_from(["x = ", "x", "= 1", "[[t", 'x = "', "x = {"]))
def test_a_broken_line_hides_nothing(
    before: tuple[str, list[Leaf]], after: tuple[str, list[Leaf]], broken: str
) -> None:
    document = read(f"{before[0]}{broken}\n{after[0]}")
    line = before[0].count("\n") + 1
    assert [problem.line for problem in document.problems] == [line]
    read_leaves = [leaf for section in document.sections for leaf in section.leaves]
    values = [(leaf.key, leaf.value, leaf.line) for leaf in read_leaves if leaf.text]
    assert values == [(leaf.key, leaf.value, leaf.line) for leaf in before[1]] + [
        (leaf.key, leaf.value, leaf.line + line) for leaf in after[1]
    ]


scraps = st.sampled_from(
    ["a", "b.c", " = ", "\n", "[", "]", "[[", "]]", "{", "}", '"', '"""', "'''", "1", ",", "#"]
)


@given(st.lists(scraps, max_size=30).map("".join))
def test_what_tomllib_takes_is_no_problem_and_what_it_refuses_is_one(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert read(text).problems or referee(text)
    else:
        assert not read(text).problems
        assert not referee(text)


@pytest.mark.parametrize(
    ("items", "lines"),
    [
        ("['a', 'b']", [1, 1]),
        ("['a',\n 'b', 'c'\n, 'd']", [1, 2, 2, 3]),
        ("[ # ]\n'a', # ]\n\n'''\n]\n''',\n[\n'x', ]]", [2, 6, 8]),
    ],
)
def test_the_items_of_a_list_have_lines(items: str, lines: list[int]) -> None:
    ((leaf,),) = (section.leaves for section in read(f"k = {items}\n").sections)
    assert [leaf.line_of(number) for number in range(len(lines))] == lines


def test_a_long_list_takes_no_longer_than_it_must() -> None:
    items = "\n".join(f'  "item {number}",' for number in range(20_000))
    ((leaf,),) = (section.leaves for section in read(f"k = [\n{items}\n]\n").sections)
    assert isinstance(leaf.value, list)
    assert len(leaf.value) == 20_000


def test_each_statement_is_parsed_once_however_many_lines_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(f'  {{ id = "f{number}", tags = [\n"a"] }},\n' for number in range(60))
    text = f"feed = [\n{rows}]\nlast = 1\n"
    parsed: list[str] = []
    loads = tomllib.loads

    def counted(part: str) -> object:
        parsed.append(part)
        return loads(part)

    monkeypatch.setattr(tomllib, "loads", counted)
    root, *feeds = read(text).sections
    assert [section.line for section in feeds] == list(range(3, 123, 2))
    assert len(root.leaves) + len(feeds[-1].leaves) == 3
    assert sum(map(len, parsed)) < 2 * len(text)


@pytest.mark.parametrize("key", ["a", '"a"', "'a'", "b-1 "])
@pytest.mark.parametrize("around", ["%s = 1", "[%s]", "x = { %s = 1 }", "x = [\n{ %s = 1 } ]"])
def test_a_key_of_very_many_parts_is_told_rather_than_parsed(around: str, key: str) -> None:
    """The time that `tomllib` takes grows with their square: a megabyte takes it hours."""
    (told,) = read("ok = 1\n" + around % ".".join([key] * 1_000)).problems
    assert (told.line, told.message) == (2, "not TOML: A key of more than 200 parts")


@pytest.mark.parametrize("text", ["a = [\n" * 2_000, "a = [\n" * 1_000 + "]\n" * 1_000])
def test_a_text_that_is_broken_all_over_is_read_so_far_and_no_further(text: str) -> None:
    """Behind each of its faults all the rest would be read again."""
    *told, last = read(text).problems
    assert 10 < len(told) < 50
    assert last.message == "too much is broken: the rest is not read"


def test_a_text_with_many_faults_of_few_lines_is_read_to_its_end() -> None:
    text = "a = [\n 1 2 ]\nb = ?\n" * 500
    assert len(read(text).problems) == 1_000
