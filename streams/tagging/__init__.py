"""Text in, evidence out: the countries, pairs and topics of a story."""

from streams.tagging.lexicon import Office, shipped_topics
from streams.tagging.tagger import Tagger, shipped, tag
from streams.tagging.topic_file import CueTable, HideTable, TieTable, TopicFile
from streams.tagging.weights import MAIN

__all__ = [
    "MAIN",
    "CueTable",
    "HideTable",
    "Office",
    "Tagger",
    "TieTable",
    "TopicFile",
    "shipped",
    "shipped_topics",
    "tag",
]
