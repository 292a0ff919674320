"""Every number that grouping decides by, each with its reason."""

from datetime import timedelta
from typing import Final, NamedTuple

REMEMBERED: Final = timedelta(days=14)
"""So long after its last story a closed alert still takes copies, corrections and kills: sites
tell old stories again under new dates, and a kill may take a week."""

LEAD_WORDS: Final = 60
"""The headline and about two sentences: words there count `LEAD` times."""
LEAD: Final = 2.0
NAME: Final = 1.4
"""A capitalised word inside a sentence names someone or somewhere: that tells events apart."""
TERMS: Final = 64
"""Heaviest words kept of a story or an event: beyond these, words say little and cost memory."""

STORY_WORDS: Final = 300
"""Words in a usual story, from which a word's chance to stand in one is worked out."""
FIRST_WORD_SHARE: Final = 0.08
"""Share of all running words that the commonest word has; the n-th has an n-th of it (Zipf)."""
RAREST: Final = 7.5
"""The weight of a word that no list knows: it stands in about one story of 1,800."""
EMPTY: Final = 0.3
"""Words lighter than this are in every story, and are left out."""
PRIOR_STORIES: Final = 500
"""Stories that the shipped word list counts for beside those in the window."""
FIGURE_WEIGHT: Final = 4.5
"""A number of three digits or more, or with decimals; plain small ones are everywhere ..."""
SMALL_FIGURE_WEIGHT: Final = 1.5
"""... and count this."""
LARGE_AMOUNT: Final = 100.0
"""An amount from here on tells as much as that where languages differ ..."""
LEAST_AMOUNT: Final = 10.0
"""... one from here on a little, and less than that nothing ..."""
SMALL_AMOUNT: Final = 2.0
"""... namely this."""
GRAM_WEIGHT: Final = 3.0
"""A piece of two or three letters in a script without spaces."""
COUNTRY_WEIGHT: Final = 4.0
"""A main country: language-free, and one of some fifty that news is about."""
PAIR_WEIGHT: Final = 6.0
"""A pair that acts together: rarer than its countries."""
TOPIC_WEIGHT: Final = 2.5
"""One topic of five."""

SAME_SENTENCE: Final = 0.6
"""Share of letters, in order, that an edited sentence keeps: below it is put anew."""
SKETCH: Final = 64
"""Pieces kept of a text, the smallest by hash: an error of 0.06 in how much two texts share."""
REPEAT: Final = 0.35
"""What a word said again adds to its weight ..."""
MOST_REPEATS: Final = 4
"""... up to so many times."""
OFFICE: Final = 3.5
"""At most this for the name of an office holder or a seat of power: they are in the news daily."""
NAME_FROM: Final = 2.0
"""A capitalised word lighter than this begins a sentence as often as it names someone."""
KIND_WEIGHT: Final = 3.0
"""A kind of place or force, such as a city of Cambodia: all that a name in another script says."""
FREE_NAME: Final = 5.5
"""A capitalised word as rare as this is a name, wherever it stands in its sentence."""
FREE: Final = 32
"""Language-free terms kept of a story or an event."""
MOST_FREE: Final = 96
"""The same of an event, with what its later reports add."""
SURE: Final = 0.5
"""A pair or topic of this score counts as evidence: the tagger's own even chance."""

COPY: Final = 0.6
"""Share of the shorter text's frame from which it is a copy: an editor changes less than that."""
COPY_SCORE: Final = 0.35
"""... if its words are alike too: a frame alone is a form, filled in anew."""
SHORT_TEXT: Final = 28
"""Words up to which a report says little more than its headline: it is compared by that too ..."""
SAME_FORM: Final = 0.45
"""... where the headlines share so much of the shorter one's words: then what differs is the event
if each has ..."""
TELLING_WORD: Final = 2.5
"""... a word as rare as this that the other's whole text lacks."""
FORM_SHARE: Final = 0.5
"""Share of the shorter headline's words that two of one form have in the same order, of texts up to
..."""
FORM_TEXT: Final = 80
"""... so many words, some four sentences: what such a text leaves out is no part of its event. Two
events fill ..."""
SLOTS: Final = 2
"""... so many places of the form with words that the other lacks: one may be the same in other
words."""
NAMED_IN_A_TEXT: Final = 3.0
"""A word in capitals inside a sentence names someone or something, if it is as rare as this."""
FRAME: Final = 0.5
"""Share of a frame from which two texts may be instalments of one form."""
SAME_FIGURES: Final = 0.5
"""Instalments share fewer than this of their figures and dates, edits and copies more ..."""
LEAST_FIGURES: Final = 2
"""... where there are so many at least."""
SAME_FIGURES_OTHER_DAY: Final = 0.6
"""... or fewer than this, if they name days of the week, and none that both name."""
SAME_FIGURES_LATER: Final = 0.75
"""A short text that comes again a round later must keep this share: forms have figures that never
change, such as the hours of a day."""
USUAL: Final = 0.28
"""Likeness that makes two texts reports of one event, by their words alone."""
NEAR_IN_ALL_NEWS: Final = 0.2
"""As like an alert as this, a story may be of its event: one that opens its own is `related`."""


class EvidenceWeights(NamedTuple):
    """What speaks for one event, in a watch of a pair or across languages: logarithms of odds.

    `start` is what two stories of one watch have without anything shared. `words` is for words that
    are all the same, `meaning` for each whole of cosine above `MEANING_FROM`, `name` and `amount`
    for each that both have, up to `MOST_SHARED`. From 0 on a story joins, from `near` on it is
    `related`. The last four are for what texts of a few sentences tell of: `kind` for each group in
    which both have a kind in common, `other_kind` where they have one without any in common,
    `other_names` where each names someone and none the same, `other_act` for another act.
    """

    start: float
    words: float
    meaning: float
    same_act: float
    act_ahead: float
    name: float
    amount: float
    near: float
    kind: float = 0.0
    other_kind: float = 0.0
    other_names: float = 0.0
    other_act: float = 0.0


WITH_ENCODER: Final = EvidenceWeights(-5.4, 8.0, 43.0, 1.6, -2.0, 0.5, 0.1, -0.9, 0.3, -2.2)
"""Fitted by `benchmarks.grouping.weights` to every other event of a set of labelled stories and to
made-up weeks, and rounded. `start` is such that of twenty pairs of events one is joined at most,
for a wrong join hides news; `near` such that no true pair is neither joined nor related ..."""
WITHOUT_ENCODER: Final = EvidenceWeights(-4.7, 12.0, 0.0, 2.0, -1.4, 0.7, 0.4, -1.3, 0.3, -2.2)
WITH_ENCODER_FOREIGN: Final = EvidenceWeights(-2.7, 0.0, 40.0, 1.8, -2.0, 1.7, 1.3, -1.1)
"""... and for texts in two languages, whose words tell nothing."""
WITHOUT_ENCODER_FOREIGN: Final = EvidenceWeights(-2.9, 0.0, 0.0, 2.0, -1.5, 1.7, 1.5, -0.9)
WITH_ENCODER_SHORT: Final = EvidenceWeights(
    -6.6, 7.0, 80.0, 0.5, -2.0, 0.0, 0.0, -1.5, 0.85, -6.0, -0.3, -0.7
)
"""... and for reports of two lines: by two made-up days of `tests/data/dense_days`, where thirty
events are of few kinds. There meanings lie further apart, and the kinds tell events apart that all
else has in common: 4 of 296 pairs of one event have others, of two events one in four. So those
count for more than was fitted. `start` is such that no more events are hidden than before."""
WITHOUT_ENCODER_SHORT: Final = EvidenceWeights(
    -6.0, 18.5, 0.0, 0.9, -1.4, 0.0, 0.7, -1.5, 1.2, -6.0, -0.4, -1.3
)
CONTRARY: Final = -3.0
"""Odds at most where the headlines say contrary things, whatever else is shared: of 146 pairs of
reports of one event in three sets of labelled stories none does, of 2,087 pairs of two US–Cambodia
events 292 do."""
MEANING_FROM: Final = 0.85
"""Cosine of the embeddings of two different events of one watch, at most."""
MOST_SHARED: Final = 2
"""Names, and amounts, that count: a long text shares more by chance."""
WORTH_OF_LIKENESS: Final = 7.0
"""What words that are all the same tell: so what asks for more likeness asks for such odds."""
IN_ALL_NEWS: Final = 1.5
"""Odds asked for across languages where a watch isn't of a pair: it has more to mistake ..."""
FOREIGN: Final = 0.6
"""... or else this share of a text's language-free terms, which the event must have too ..."""
FOREIGN_ANCHOR: Final = 4.5
"""... with this much beside countries, pairs and topics: a name, an amount, two kinds of
places ..."""
FOREIGN_APART: Final = timedelta(hours=48)
"""... and no further apart: two days have room for all languages."""
MOST_RELATED: Final = 3
"""Alerts named as related: a reader looks at no more."""
LATER: Final = 0.07
"""What the likeness must have more for each day between a story and the event."""
LATER_IN_A_PAIR: Final = 0.15
"""... after the first in a watch of a pair: its affairs go on under the same names for weeks ..."""
LATER_SAME_ACT: Final = 0.07
"""... and so much where the headlines say that the same is done."""
FARTHEST: Final = timedelta(days=10)
"""... up to here: a wrong date alone parts no two stories that say the same."""
GROWN: Final = 0.045
"""... and for each doubling of the reports: a long affair draws in all that is near it."""
CROWDED: Final = 3
"""A story that is like so many open alerts belongs to a running affair that they all tell of: an
election, a war. Their words don't tell its events apart ..."""
CROWD: Final = 0.42
"""... so it takes this share of the third one's likeness more."""
OTHER_PARTIES: Final = 0.12
"""So much more likeness, where a story and an alert tell of pairs that have to do with each other,
and of none that is the same: calls, visits and sanctions are told in the same words of all."""
TELLING_HEADLINE: Final = 20.0
"""A headline with so much in it, four rare words or so, is given twice only to one event ..."""
WRITTEN_ANEW: Final = 0.35
"""... whose text was written anew, with so much alike still."""
NEXT_ROUND: Final = timedelta(hours=18)
"""From this distance on, figures with nothing in common are those of another round ..."""
NEXT_ROUND_SCORE: Final = 0.15
"""... so that it takes this much more likeness."""
TABLE_FIGURES: Final = 6
"""Figures of a text that is mostly made of them, as tables, prices and results are ..."""
DENSE: Final = 0.1
"""... as one of ten words at least ..."""
TABLE_SHARED: Final = 0.34
"""... and instalments share fewer than this of them, whenever they come."""
LONG_FORM: Final = 60
"""Words of a text in which a date by itself makes no instalment: a caption has it, or a credit."""
LONG_STORY: Final = 150
"""Words of a text that is told in sentences, if few are figures: it is updated, not refilled."""
ROUND_FIGURES: Final = 4
"""Figures that both must have for that."""
NOTICE: Final = 0.6
"""Likeness, or share of the headline's words, by which a kill without the story's id finds it."""
FORM_OF_A_WORD: Final = 4
"""Letters that a word has at least to be the same with an ending: sign, signed ..."""
NOTE_WORDS: Final = 14
"""Words up to which a kill's text is a note (`Please do not use the story that was sent at 10:00`).
A longer one, without a slug such as `KILL:`, is a story that was held or killed before it was told:
its headline must have the very words."""
MOST_HEADLINES: Final = 2_000
"""Headlines whose words are remembered: those of alerts that a kill is held against."""
REVIVED: Final = 0.12
"""So much more likeness, for a report that brings a withdrawn alert back."""

FIND_BY: Final = 16
"""Heaviest terms that an alert can be found by."""
FIND_FREE: Final = 12
"""The same of its language-free terms."""
ASK_BY: Final = 28
"""Heaviest terms of a story that are looked up."""
MOST_FOUND: Final = 100
"""Alerts under a term beyond which it finds none: it is too common to tell them apart."""
MOST_LOOKED_AT: Final = 300
"""Alerts looked at in all, rarest terms first: this bounds the cost of a story."""
COPY_BY: Final = 6
"""Pieces of a text that its copies are found by: edits leave some of them alone."""
COPY_CANDIDATES: Final = 2
"""Alerts with the same pieces that are compared in full ..."""
CANDIDATES: Final = 6
"""... and those with the same terms."""
CENTRE: Final = 6
"""Reports that an alert's terms are the mean of: with more, a new one would hardly move them."""

LANGUAGES: Final = 4
"""Languages whose first report's embedding is kept: 512 bytes each."""
RULED: Final = timedelta(days=60)
"""How long what people said of the grouping is remembered: longer than any alert it is about."""
TEXTS: Final = 16
"""Texts kept of an alert, to know their copies by: the first and the latest."""
REWRITTEN: Final = 0.85
"""A copy that shares less than this with the texts there is kept too: the next one follows it.
Where it tells of other parties, it is no copy but the same form of words."""
KEPT_TEXT: Final = 0.2
"""An edit keeps this share of its text, or is like its alert. Else its entry was rewritten ..."""
KEPT_HEADLINE: Final = 0.34
"""... and if so little of its headline is left too, it tells of another event under an old id."""
OUTGROWS: Final = 3
"""A text so many times as long as before is a teaser's or a flash's story, in whatever words."""
STORIES: Final = 500
"""Stories remembered by id for an alert: ten times the copies of a big event."""
VERSIONS: Final = 20
"""Versions remembered of a story, so that an old one that comes again is known."""
ON_ITS_WAY: Final = timedelta(seconds=10)
"""A known version that comes back so soon after a newer one was under way when that was read."""
OUTLETS: Final = 100
"""Outlets named; the third and tenth are told, beyond this nobody counts."""
MOST_TAKEN_BACK: Final = 2_000
"""Stories remembered that were held back or killed: some days of all wires' embargoes ..."""
MOST_EDITED: Final = 1_000
"""... and of those that were corrected or edited, whose older version may come after that."""
EDITS_REMEMBERED: Final = timedelta(days=1)
"""How late such an older version may come: after a worker's restart, or by another wire line."""
HEARD_CHARACTERS: Final = 600
"""Characters kept of what a kill says: it is looked for by its words again."""
LATE_KILLS: Final = 50
"""Kills of one outlet that are held against a story which came after them."""
FACTS: Final = 60
"""Figures of headlines remembered."""
FIGURES: Final = 40
"""Figures remembered of a text."""

TELL_AGAIN: Final = timedelta(hours=1)
"""New facts are told at most this often: a toll that rises by the minute is one update. What is
held back is told when the hour is over, or by the next report that says it ..."""
HELD: Final = 4
"""Stories whose new facts are held back at most, the latest ones, about 2 KB each."""
MUCH_MORE: Final = 1.5
"""... but a figure that is so many times what was told, or less, is told at once: 12 dead, 30
dead ..."""
MUCH_LESS: Final = 1 / MUCH_MORE
"""... and one that is so much smaller."""
NEW_NAME: Final = 4.5
"""The weight from which a capitalised word of a headline may be a new name: rarer than offices."""
LONG_ENOUGH: Final = 60
"""Words of a text that would say a figure of its headline again."""
NEARLY_SAME: Final = 0.05
"""A figure that is no further from one told is the same, rounded or a little on."""
SAID: Final = 400
"""Names, figures and countries remembered of an alert's texts, 2 bytes each."""
TOLD_OUTLETS: Final = {3: "third outlet", 10: "tenth outlet"}
"""Independent outlets that are worth an update: confirmed, and everywhere."""
