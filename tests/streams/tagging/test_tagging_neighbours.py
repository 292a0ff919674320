"""Two countries in neighbouring sentences meet, and less surely than in one sentence."""

from streams.tagging import tag
from tests.support.samples import sample_story

HEADLINE = "Ministers meet at the regional forum"
ONE = "Cambodia and the United States discussed the loan. The talks went on."
TWO = "Cambodia discussed the loan. The United States listened to the talks."
APART = "Cambodia discussed the loan. The talks went on for long. The United States listened."


def score(body: str) -> float:
    pairs = {pair.name: pair for pair in tag(sample_story(headline=HEADLINE, body=body)).pairs}
    return pairs["KH-US"].score if "KH-US" in pairs else 0.0


def test_the_next_sentence_ties_less_than_the_same_and_far_more_than_one_apart() -> None:
    same, following, apart = score(ONE), score(TWO), score(APART)
    assert same > following > apart
    assert same - following < following - apart
