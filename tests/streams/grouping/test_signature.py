"""What a story is known by: the same in every process, whatever the order of a set is there."""

from itertools import permutations

from streams.grouping.signature import heaviest


def test_terms_of_one_weight_are_kept_by_what_they_are_not_by_when_they_came() -> None:
    kept = {
        tuple(heaviest(dict.fromkeys(order, 3.5) | {9: 4.0}, 3))
        for order in permutations((5, 1, 7))
    }
    assert kept == {(9, 1, 5)}
