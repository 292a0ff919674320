"""What grouping is held against: plain MinHash, and clustering by TF-IDF and time.

The second follows Miranda et al., "Multilingual Clustering of Streaming News" (EMNLP 2018), as the
paper describes its monolingual part: each cluster keeps the centroids of TF-IDF vectors
(words, lemmas and entities of the title, of the body and of both; here words and capitalised
words, six in all, as there is no tagger of entities), a document goes to the cluster of the highest
similarity, and a Gaussian over the days between them is one more feature. Where the paper learns
the weights by a ranking SVM, all weigh the same here, and the threshold is the best on the data.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

HASHES = 128
SHINGLE = 3
DAYS = 3.0
"""The width of the Gaussian over time."""
_WORD = re.compile(r"\w+")


class Document(NamedTuple):
    """A document to cluster."""

    name: str
    headline: str
    body: str
    at: datetime


class MinHash:
    """Puts a document beside the first with a signature that agrees in enough places."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Work out all signatures once."""
        self._names = [document.name for document in documents]
        self._signatures = [_signature(f"{d.headline} {d.body}") for d in documents]

    def clusters(self, threshold: float) -> dict[str, int]:
        """Return the cluster of each document."""
        found: dict[str, int] = {}
        buckets: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for number, signature in enumerate(self._signatures):
            near = {other for key in enumerate(signature) for other in buckets[key]}
            best = max(near, key=lambda other: (self._alike(number, other), -other), default=None)
            joins = best is not None and self._alike(number, best) >= threshold
            found[self._names[number]] = (
                found[self._names[best]] if joins and best is not None else number
            )
            for key in enumerate(signature):
                buckets[key].append(number)
        return found

    def _alike(self, one: int, other: int) -> float:
        pairs = zip(self._signatures[one], self._signatures[other], strict=True)
        return sum(a == b for a, b in pairs) / HASHES


def _signature(text: str) -> tuple[int, ...]:
    words = _WORD.findall(text.lower())
    pieces = {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
    hashes = [crc32(piece.encode()) for piece in pieces]
    return tuple(
        min((one * (2 * turn + 1) * 0x9E3779B1 + turn * 0x85EBCA6B) & 0xFFFFFFFF for one in hashes)
        for turn in range(HASHES)
    )


Vector = dict[str, float]


class Miranda:
    """Online clustering by TF-IDF and time."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Count the words of all documents: a better idf than a stream would have."""
        self._documents = documents
        views = [_views(document) for document in documents]
        self._vectors = [[Vector() for _ in view] for view in views]
        for kind in range(len(views[0])):
            share = Counter(word for view in views for word in view[kind])
            for number, view in enumerate(views):
                vector = {
                    word: count * math.log(len(documents) / share[word])
                    for word, count in view[kind].items()
                }
                length = math.hypot(*vector.values()) or 1.0
                self._vectors[number][kind] = {w: v / length for w, v in vector.items()}

    def clusters(self, threshold: float) -> dict[str, int]:
        """Return the cluster of each document."""
        found: dict[str, int] = {}
        sums: list[list[Vector]] = []
        lengths: list[list[float]] = []
        times: list[list[datetime]] = []
        for document, vectors in zip(self._documents, self._vectors, strict=True):
            best, nearest = threshold, None
            for number, centroid in enumerate(sums):
                recent = _recent(document.at, times[number])
                alike = recent * _alike(vectors, centroid, lengths[number])
                if alike >= best:
                    best, nearest = alike, number
            if nearest is None:
                nearest = len(sums)
                sums.append([Vector() for _ in vectors])
                lengths.append([])
                times.append([])
            for vector, total in zip(vectors, sums[nearest], strict=True):
                for word, value in vector.items():
                    total[word] = total.get(word, 0.0) + value
            lengths[nearest] = [math.hypot(*total.values()) or 1.0 for total in sums[nearest]]
            times[nearest].append(document.at)
            found[document.name] = nearest
        return found


def _views(document: Document) -> list[Counter[str]]:
    title, body = _WORD.findall(document.headline), _WORD.findall(document.body)
    parts = (title, body, title + body)
    words = [Counter(word.lower() for word in part) for part in parts]
    names = [Counter(word for word in part if word[0].isupper()) for part in parts]
    return [*words, *names]


def _recent(at: datetime, times: list[datetime]) -> float:
    """Return how near in time a cluster is: a Gaussian over the days to its first and last."""
    days = [(at - time).total_seconds() / 86_400 for time in (times[0], times[-1])]
    return sum(math.exp(-((day / DAYS) ** 2) / 2) for day in days) / 2


def _alike(vectors: list[Vector], centroid: list[Vector], lengths: list[float]) -> float:
    cosines = [
        sum(value * total.get(word, 0.0) for word, value in vector.items()) / length
        for vector, total, length in zip(vectors, centroid, lengths, strict=True)
        if vector
    ]
    return sum(cosines) / (len(cosines) or 1)
