"""What a story is about: countries, pairs of countries and topics, each with its evidence."""

from typing import Annotated, Literal, get_args

import msgspec

from streams.encoder import Embedding
from streams.model.open_enum import OpenEnum
from streams.model.story import Story
from streams.model.timestamps import Timestamps

Field = Literal["headline", "summary", "body"]
FIELDS: tuple[Field, ...] = get_args(Field)
"""The texts of a story, in the order in which they are read."""
AnyField = Annotated[str, msgspec.Meta(examples=list(FIELDS))]
"""One of them, or a text of a later release, which this one has no use for."""
Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
MOST = msgspec.Meta(max_length=500)
"""More tags of a kind, or spans of a tag, than the tagger gives: a record that has more is refused
when it is read, for each of them is work."""


class Relation(OpenEnum):
    """How the two countries of a pair meet in a story."""

    BETWEEN = "between"
    """They act together, or one acts on the other."""
    THIRD_PARTY = "third_party"
    """Someone else speaks about both, or one about the other's tie to a third."""
    CO_MENTION = "co_mention"
    """Both are in the story and nothing ties them, or people, a paper or a court stand for one."""
    SETTING = "setting"
    """One of them is only the place."""


class Stance(OpenEnum):
    """How the text puts what it says of a pair."""

    ACTUAL = "actual"
    """It happens or happened, as told: also a visit, talks, a request, whatever comes of them."""
    PLANNED = "planned"
    """It is announced, or agreed for later."""
    HYPOTHETICAL = "hypothetical"
    """It may happen."""
    HISTORICAL = "historical"
    """It lies years back, or the whole story tells of history."""
    DENIED = "denied"
    """Someone says that it isn't so, or refuses to do it."""


class Span(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A piece of evidence: `story.<field>[start:end] == surface`, always.

    `entry` is the lexicon entry that matched, `weight` what it counted for.
    """

    field: AnyField
    start: int
    end: int
    surface: str
    entry: str
    weight: float = 1.0


class Stretch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A piece of a story's text: `story.<field>[start:end]`."""

    field: AnyField
    start: int
    end: int

    def holds(self, span: Span) -> bool:
        """Say whether a piece of evidence stands in it."""
        return span.field == self.field and self.start <= span.start and span.end <= self.end


class CountryTag(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A country (ISO 3166-1 alpha-2) and how much the story is about it (0..1)."""

    code: str
    salience: Score
    main: bool
    spans: Annotated[tuple[Span, ...], MOST]


class PairTag(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Two countries, `a < b`, how they meet (score 0..1), and how the text puts it.

    `sentence` is the one that ties them best, if any does.
    """

    a: str
    b: str
    relation: Relation
    stance: Stance = Stance.ACTUAL
    score: Score
    spans: Annotated[tuple[Span, ...], MOST]
    sentence: Stretch | None = None

    @property
    def name(self) -> str:
        """The pair as people and headers write it: `KH-US`."""
        return f"{self.a}-{self.b}"


class TopicRole(OpenEnum):
    """What a topic is to a story."""

    MAIN = "main"
    """The story is about it: headline and lead say so."""
    BACKGROUND = "background"
    """It is only mentioned, or too little speaks for it."""


class TopicTag(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A news topic by its slug, and how surely the story is about it (score 0..1).

    Records of releases that knew no roles are read as main. Where a second reader read the story
    too, `cues` and `reader` are what each of the two made of it.
    """

    slug: str
    score: Score
    role: TopicRole = TopicRole.MAIN
    spans: Annotated[tuple[Span, ...], MOST]
    cues: Score | None = None
    reader: Score | None = None

    @property
    def background(self) -> bool:
        """Whether the story isn't about it."""
        return self.role is TopicRole.BACKGROUND


class ReaderState(OpenEnum):
    """Whether an encoder read the story beside the cues."""

    NOT_ASKED = "not asked"
    """No watch asks for what the story holds, or there is no encoder."""
    READ = "read"
    TIMED_OUT = "timed out"
    """The encoder had no answer within the time that a story waits."""
    BUSY = "busy"
    """More stories waited for it than it could have read in that time."""
    FAILED = "failed"
    """It crashed or could not be reached."""


class Tags(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """All that the tagger found in one story, best first.

    `tagger` is the tagger's version: a digest of its lexicons and rules. `cut` names the fields of
    which only the beginning was read: they are too long, or full of words that the tagger knows.
    `reader` says whether an encoder read it too.
    `unsupported` says that no lexicon covers the language: what is empty may only be unknown.
    """

    language: str | None
    countries: Annotated[tuple[CountryTag, ...], MOST]
    pairs: Annotated[tuple[PairTag, ...], MOST]
    topics: Annotated[tuple[TopicTag, ...], MOST]
    tagger: str
    cut: tuple[AnyField, ...] = ()
    reader: ReaderState = ReaderState.NOT_ASKED
    unsupported: bool = False


class TaggedStory(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A story with its tags and the times it passed each stage.

    `embedding` is that of its headline and the beginning of its text, if an encoder read it.
    """

    story: Story
    tags: Tags
    times: Timestamps
    embedding: Embedding | None = None
