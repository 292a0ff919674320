"""Stories of the archive, searched by words and by what they are about."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streams.model.tags import TaggedStory
from wirewatch.archive.count_rows import FacetCount, Facets
from wirewatch.archive.index_text import asked, facet, primary, storable
from wirewatch.archive.packed import unpack
from wirewatch.archive.queries import BadQuestionError, id_range
from wirewatch.archive.rows import StoryQuery, StoryRow
from wirewatch.archive.story_rows import story_row

FACETED = 5_000
"""Hits that facets are counted over, the newest: so that a count takes no longer than a page."""
MOST_VALUES = 20
"""Values of each facet that are told."""
FEW = 20_000
"""Stories of a watch so few that they are all looked up first."""
_OF_WATCH = "SELECT story FROM members WHERE watch = ?"
_IDS_OF_WATCH = f"SELECT id FROM facts WHERE story IN ({_OF_WATCH})"


def stories(db: sqlite3.Connection, query: StoryQuery) -> list[StoryRow]:
    """Return the stories wanted, newest first. Raises `BadQuestionError`."""
    rows = _chosen(db, query).rows(db, "s.id, s.record", query.limit, "JOIN stories s USING (id)")
    return [story_row(number, unpack(data, TaggedStory)) for number, data in rows]


def story_facets(db: sqlite3.Connection, query: StoryQuery, *, newest: int = FACETED) -> Facets:
    """Return what the stories wanted are about, counted over the newest of them.

    The query's cursor and limit don't matter: it is of the whole search. Raises `BadQuestionError`.
    """
    chosen = _chosen(db, query, cursor="")
    columns = "f.language, f.outlet, f.topics, f.pairs, f.countries"
    rows = db.execute(f"{chosen.of(columns)} LIMIT ?", (*chosen.values, newest)).fetchall()
    # Many stories have the same in a column: what is the same is taken apart only once.
    columns_of = zip(*rows, strict=True) if rows else [()] * 5
    languages, outlets, topics, pairs, countries = map(Counter[str], columns_of)
    return Facets(
        hits=len(rows),
        complete=len(rows) < newest,
        language=_most(languages),
        outlet=_most(outlets),
        topic=_most(_each(topics, lambda one: one.removeprefix("~"))),
        pair=_most(_each(pairs, lambda one: one.partition(":")[0])),
        country=_most(_each(countries, str)),
    )


def _each(listed: Counter[str], name: Callable[[str], str]) -> Counter[str]:
    """Return in how many stories each name is, from how many have which list of them."""
    counts = Counter[str]()
    for names, count in listed.items():
        counts.update(dict.fromkeys({name(part) for part in names.split()}, count))
    return counts


def _most(counter: Counter[str]) -> tuple[FacetCount, ...]:
    """Return the values that are in most stories."""
    ordered = sorted(counter.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        FacetCount(value=value, stories=count) for value, count in ordered[:MOST_VALUES] if value
    )


@dataclass(frozen=True)
class _Chosen:
    """Which rows of `facts`, as `f`, a query wants, and how they are found."""

    source: str
    where: tuple[str, ...]
    values: tuple[object, ...]
    order: str

    def of(self, columns: str) -> str:
        """Return the question for all rows wanted, the newest first."""
        where = " AND ".join(self.where)
        return f"SELECT {columns} FROM {self.source} WHERE {where} ORDER BY {self.order} DESC"

    def rows(
        self, db: sqlite3.Connection, columns: str, limit: int, join: str = ""
    ) -> list[tuple[Any, ...]]:
        chosen = f"{self.of('f.*')} LIMIT ?"
        return db.execute(
            f"SELECT {columns} FROM ({chosen}) f {join} ORDER BY f.id DESC", (*self.values, limit)
        ).fetchall()


def _chosen(db: sqlite3.Connection, query: StoryQuery, cursor: str | None = None) -> _Chosen:
    match = asked(query.words, _facets(query))
    if query.words.strip() and "words :" not in match:
        raise BadQuestionError(
            f"nothing to search for in {query.words!r}: give a letter or a digit"
        )
    below, least = id_range(query.cursor if cursor is None else cursor, query.since, query.until)
    source, order, where, values = "facts f", "f.id", list[str](), list[object]()
    if match:
        source, order = "texts t CROSS JOIN facts f ON f.id = t.rowid", "t.rowid"
        where, values = ["texts MATCH ?"], [match]
    where += [f"{order} < ?", f"{order} >= ?"]
    values += [below, least]
    if query.watch:
        watch = storable(query.watch)
        where.append(_of_watch(db, watch, with_words=bool(match)))
        values.append(watch)
    return _Chosen(source, tuple(where), tuple(values), order)


def _of_watch(db: sqlite3.Connection, watch: str, *, with_words: bool) -> str:
    """Return the condition that a story is a watch's, so put that SQLite goes the short way.

    It goes through the hits of words, or through all stories, in the order of time. Where a watch
    has few, these might be the last of a million. The plus keeps it from looking words up anew for
    each story.
    """
    (count,) = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM members WHERE watch = ? LIMIT ?)", (watch, FEW)
    ).fetchone()
    if count < FEW:
        return f"{'+t.rowid' if with_words else 'f.id'} IN ({_IDS_OF_WATCH})"
    return f"f.story IN ({_OF_WATCH})"


def _facets(query: StoryQuery) -> tuple[str, ...]:
    pair = f"{query.pair} {query.relation}".strip()
    topic = f"{query.topic} {query.role}".strip()
    wanted = {
        "pair": pair if query.pair else "",
        "topic": topic if query.topic else "",
        "country": query.country,
        "language": primary(query.language),
        "outlet": query.outlet,
    }
    return tuple(facet(kind, value) for kind, value in wanted.items() if value)
