"""The embeddings of an alert: those of the first report in each language. Pure."""

from streams.encoder import Embedding
from streams.grouping.weights import LANGUAGES
from streams.model.alert import AlertState


def of_first_reports(
    known: dict[str, Embedding], language: str, new: Embedding | None
) -> dict[str, Embedding]:
    """Return an alert's embeddings with a report's: kept if it is the first in its language."""
    if new is None or language in known or len(known) >= LANGUAGES:
        return known
    return {**known, language: new}


def likeness_of_meaning(
    embedding: Embedding | None, language: str, alert: AlertState
) -> float | None:
    """Return the likeness to the first report in a story's language, else to the very first.

    `None`: one has no embedding, or another encoder's.
    """
    if language in alert.languages:
        first = alert.embeddings.get(language)
    else:
        first = next(iter(alert.embeddings.values()), None)
    return None if embedding is None or first is None else embedding.similarity(first)
