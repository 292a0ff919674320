"""Every number the tagger decides by, in one place."""

# Countries: what one mention counts for, by kind of evidence.
KINDS = {
    "name": 1.0,
    "demonym": 0.55,
    "force": 0.65,
    "seat": 0.85,
    "ministry": 0.8,
    "base": 0.8,
    "capital": 0.6,
    "office": 0.65,
    "party": 0.6,
    "city": 0.65,
    "region": 1.0,
    "dateline": 0.55,
    "local": 0.25,
}
SCHOOL = 0.3
"""A university or hospital named after a place says this share of it."""
OUT_OF_OFFICE = 0.5
"""... and an office holder out of term."""

# Salience: three reasons, each a chance that the country matters; they are joined as chances.
HEADLINE = 0.6
"""It is in the headline."""
LEAD = 0.55
"""It is in the first sentence ..."""
LATER_IN_LEAD = 0.55
"""... or further down in the lead: this share of it."""
ABOUT = 0.75
"""Others talk about it: this share again."""
ONLY_PLACE = 0.7
"""It is only where something happens: this share again."""
SHARE = 0.8
"""Much of what the story says of countries is said of it ..."""
HALF_SHARE = 0.24
"""... where this share of all counts half."""
MAIN = 0.4
"""The salience from which a country is one of the story's main ones."""
FAR = 1_000
"""Characters into a story from which on its main countries aren't first named ..."""
FAR_LITTLE = 1.2
"""... where that comes to less than this, as one mention does, and it names other countries: ..."""
FAR_MOST = 0.35
"""... such a country has this salience at most."""
LEAST_SALIENCE = 0.06
"""A country of less isn't worth a tag: it is one name of dozens, far from headline and lead."""

# Pairs: each sentence that holds both is a chance that they have to do with each other.
TIE_HEADLINE = 0.7
TIE_LEAD = 0.6
TIE_REST = 0.25
TIE_PLACE = 0.6
"""A sentence in which one of the two is only a place counts this share of it ..."""
TIE_VISIT = 0.9
"""... but this share when someone of the other country comes there."""
TIE_TOLD = 0.85
"""Where one only says or feels something of the other, and no third is there, it counts this."""
TIE_CROWD = 0.5
"""With n countries more in the sentence, it counts 1/(1+n)**TIE_CROWD."""
TIE_NEXT = 0.6
"""Two sentences that follow on each other, one country in each, count this share of one."""
FOREMOST = 0.6
"""A sentence nearer the beginning tells the news of a pair if it counts this share of the best."""
TIE_FRONT = 0.25
"""Both stand in the headline or the lead, beside any nearer tie they have."""
NO_TIE = 0.3
"""Both are main, and no sentence holds them: the share of their salience that the pair scores."""
PAIR_SALIENCE = 0.5
"""The lesser salience, from which on it no longer lowers a pair's score."""
TOLD = 0.7
"""Sentences in which others speak of two, beside those in which the two act on each other, count
this share when a pair's relation is decided ..."""
BESIDE = 0.5
"""... and those in which one is only the place, or that tie them in no way, this one."""
MOST_PAIRS = 15
MOST_IN_SENTENCE = 10
MOST_MENTIONS = 24
"""A sentence with more countries or more words for them is a list: it ties none of them."""
MOST_SENTENCES = 50
"""Sentences of a story in which countries are looked at together, the first ones."""
MOST_COUNTRIES = 40
"""Countries of a story between which pairs are looked for, the most salient first."""

# Topics: points by where a cue stands, and what they come to.
CUE_HEADLINE = 2.0
CUE_LEAD = 1.2
CUE_REST = 0.5
LONG_TEXT = 2_500
"""Characters from which on what stands further down counts less: there is more background."""
CUE_STRONG = 1.8
"""Cues of fewer points than this make no topic from further down: together they count there ..."""
CUE_WEAK_REST = 0.6
"""... no more than this."""
CUE_SLIGHT = 0.5
"""Cues of fewer points than this only add to others: alone, wherever they stand, they come ..."""
CUE_SLIGHT_MOST = 1.2
"""... to no more than this, which is less than half a score."""
BACKGROUND = 1.2
"""Of what stands further down, no more than this, and as much again as headline and lead say,
speaks for a story's being about a topic: background confirms."""
SHORT_TEXT = 1_500
"""Characters from which on it confirms less: that cap falls as the text grows."""
CUE_REPEAT = 0.5
"""The second time a cue comes it counts this share of the first, and so on down."""
TOPIC_HALF = 2.0
"""Points at which a topic scores 0.5: one settling cue in the lead, or two fair ones."""
TOPIC_MAIN = 0.5
"""The score from which a story is about a topic, and ..."""
BACKGROUND_MOST = 0.45
"""... the most that a topic scores of which headline and lead say too little."""
TOPIC_LEAST = 0.25
"""A topic below this score isn't worth a tag."""

MOST_SPANS = 12
"""Spans kept per tag, heaviest first."""
