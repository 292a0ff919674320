"""What `make audit` says of the locked packages: never that all is well when nothing is known."""

import pytest

from tools.audit import UNKNOWN, VULNERABLE, judge

FINE = {"name": "faust", "version": "1", "vulns": []}
BAD = {
    "name": "lxml",
    "version": "1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
SKIPPED = {"name": "kafka", "skip_reason": "not found"}


def test_all_is_well_only_when_each_package_was_looked_up() -> None:
    assert judge([FINE, FINE]).code == 0


@pytest.mark.parametrize("others", [[], [FINE], [SKIPPED]])
def test_a_known_vulnerability_fails_and_says_what_mends_it(others: list[dict[str, str]]) -> None:
    found = judge([BAD, *others])
    assert found.code == VULNERABLE
    assert found.lines[:2] == (
        "lxml 1: PYSEC-1 (mended in 2)",
        "lxml 1: PYSEC-2 (not mended yet)",
    )


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ([SKIPPED], "nothing was checked"),
        ([FINE, SKIPPED], "not checked, PyPI doesn't tell: kafka"),
        ([], "nothing was checked"),
    ],
)
def test_what_could_not_be_looked_up_is_no_success(
    packages: list[dict[str, str]], words: str
) -> None:
    found = judge(packages)
    assert found.code == UNKNOWN
    assert words in found.lines[-1]
