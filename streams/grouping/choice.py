"""Which of the open alerts a story belongs to, and why."""

from collections.abc import Callable, Collection
from heapq import nlargest
from typing import NamedTuple

from streams.grouping.credit import names_of, shares_words
from streams.grouping.headlines import lacks_a_word, share_in
from streams.grouping.instalments import pieces_of
from streams.grouping.member_story import kept_headline
from streams.grouping.signature import words_of
from streams.grouping.similarity import ComparedStory, Likeness, evidence
from streams.grouping.weights import (
    COPY,
    MOST_RELATED,
    NOTE_WORDS,
    NOTICE,
    REVIVED,
    TELLING_HEADLINE,
    WRITTEN_ANEW,
)
from streams.model.alert import Bond, Grouping
from streams.model.editorial_signals import bare
from streams.model.story import TAKEN_BACK, Story


class Choice(NamedTuple):
    """The alert that a story belongs to, and why."""

    like: Likeness
    grouping: Grouping


class Look(NamedTuple):
    """A story beside the alerts that it may belong to; `own`: it is in the only one of them."""

    asked: ComparedStory
    found: list[Likeness]
    own: bool

    def same_story(self) -> Choice | None:
        """Choose the alert that has an earlier version of the story."""
        return Choice(self.found[0], Grouping(bond=Bond.SAME_STORY)) if self.own else None

    def copy(self) -> Choice | None:
        """Choose the alert that has the text, edited, cut or under another headline."""
        best = self._best(lambda like: like.frame, lambda like: like.copy)
        return best and self._choice(best, Bond.COPY, best.frame, COPY)

    def copy_told_by(self, names: tuple[str, ...]) -> Choice | None:
        """Choose the alert that has the text as an outlet, or who credits it, told it."""

        def told(like: Likeness) -> bool:
            whose = like.text.story if like.text is not None else ""
            members = like.alert.stories.values()
            return any(one.text == whose and shares_words(names, one.names) for one in members)

        best = self._best(lambda like: like.frame, lambda like: like.copy and told(like))
        return best and self._choice(best, Bond.COPY, best.frame, COPY)

    def report(self) -> Choice | None:
        """Choose the alert of the event that the story reports in other words."""
        best = self._best(_margin, _reports)
        if best is None and sum(self.asked.known.headline.values()) >= TELLING_HEADLINE:
            best = self._best(lambda like: like.words, self._written_anew)
            return best and self._choice(best, Bond.REPORT, best.words, WRITTEN_ANEW)
        return best and self._choice(best, Bond.REPORT, best.told.score, best.told.threshold)

    def headline(self, story: Story) -> Choice | None:
        """Choose the alert that a story's outlet told under its headline: what a kill often is.

        An edit of a known entry is of that entry alone, and that is found by its id.
        """
        if story.edited:
            return None
        names = names_of(story)
        ends = self._may_end(story) if story.status in TAKEN_BACK else _any_headline

        def share(like: Likeness) -> float:
            return self._under(like, names, ends)

        best = self._best(share, lambda like: share(like) >= NOTICE)
        return best and self._choice(best, Bond.COPY, share(best), NOTICE)

    def without(self, alerts: Collection[str]) -> "Look":
        """Leave out alerts that the story isn't of, unless it is in one of them again."""
        if self.own or not alerts:
            return self
        return self._replace(found=[like for like in self.found if like.alert.alert not in alerts])

    def told_by(self, names: tuple[str, ...]) -> "Look":
        """Look only at the alerts that an outlet, or the wire it credits, told."""
        found = [
            like
            for like in self.found
            if any(shares_words(names, member.names) for member in like.alert.stories.values())
        ]
        return self._replace(found=found)

    def nothing(self) -> Grouping:
        """Say how near the nearest alert was, when none is near enough."""
        nearest = self._best(_margin, lambda _: True)
        if nearest is None:
            return Grouping(bond=Bond.FIRST, score=0.0, threshold=0.0)
        return Grouping(
            bond=Bond.FIRST,
            score=round(nearest.told.score, 4),
            threshold=round(nearest.told.threshold, 4),
            meaning=_rounded(nearest.told.meaning),
            encoder=self._encoder(nearest),
            nearest=nearest.alert.alert,
            evidence=evidence(self.asked, nearest),
            instalment=nearest.instalment,
        )

    def related(self) -> tuple[str, ...]:
        """Return the alerts that the story may belong to, though it isn't sure: nearest first."""
        near = [like for like in self.found if like.related]
        best = nlargest(MOST_RELATED, near, key=lambda like: (_margin(like), like.alert.alert))
        return tuple(like.alert.alert for like in best)

    def _choice(self, like: Likeness, bond: Bond, score: float, threshold: float) -> Choice:
        return Choice(
            like,
            Grouping(
                bond=bond,
                score=round(score, 4),
                threshold=round(threshold, 4),
                meaning=_rounded(like.told.meaning),
                encoder=self._encoder(like),
                evidence=evidence(self.asked, like),
            ),
        )

    def _encoder(self, like: Likeness) -> str:
        """Return the encoder whose embeddings were compared, with its version."""
        embedding = self.asked.embedding
        return "" if embedding is None or like.told.meaning is None else embedding.encoder

    def _best(
        self, worth: Callable[[Likeness], float], fits: Callable[[Likeness], bool]
    ) -> Likeness | None:
        found = [like for like in self.found if fits(like)]
        # Of two with the same text the one that somebody tells.
        return max(
            found,
            key=lambda like: (worth(like), not like.alert.withdrawn, like.alert.alert),
            default=None,
        )

    def _written_anew(self, like: Likeness) -> bool:
        """Say whether the alert has another text under this very headline."""
        if like.over or like.instalment or like.alert.withdrawn or like.words < WRITTEN_ANEW:
            return False
        headline = self.asked.known.headline.keys()
        return any(words_of(text.headline).keys() == headline for text in like.alert.texts)

    def _may_end(self, story: Story) -> Callable[[str], bool]:
        """Return what says of a headline that was told whether a kill may be about it.

        Not if each has a word that the other lacks; nor if one of them has, where the kill is a
        story of its own that never was to be read, and no note on one that was.
        """
        headline, sketch = kept_headline(story), self.asked.known.sketch
        slugged = bare(story.headline) != story.headline.strip()
        note = slugged or pieces_of(len(sketch.hashes), sketch.limit) <= NOTE_WORDS

        def may_end(told: str) -> bool:
            lacking = lacks_a_word(headline, told), lacks_a_word(told, headline)
            return not (all(lacking) if note else any(lacking))

        return may_end

    def _under(self, like: Likeness, names: tuple[str, ...], fits: Callable[[str], bool]) -> float:
        """Return the share of the story's headline that stands in a fitting one of its outlet."""
        headline, figures = self.asked.known.headline, self.asked.known.facts.keys()
        told = [
            member.headline
            for member in like.alert.stories.values()
            if shares_words(names, member.names) and fits(member.headline)
        ]
        return max((share_in(headline, figures, one) for one in dict.fromkeys(told)), default=0.0)


def _any_headline(_: str) -> bool:
    """Say of any headline that a correction may be about it: what it puts right may be a word."""
    return True


def _reports(like: Likeness) -> bool:
    """Say whether a story reports an alert's event; one that was withdrawn takes surer ones alone.

    What revives it says that it was right after all: that must not come of another event.
    """
    sure = not like.alert.withdrawn or like.told.margin >= REVIVED
    return like.report and sure


def _margin(like: Likeness) -> float:
    """Return by how much a story is more alike than a join takes."""
    return like.told.margin


def _rounded(meaning: float | None) -> float | None:
    return None if meaning is None else round(max(0.0, meaning), 4)
