"""Right, wrong and missed: precision, recall and F1 with their intervals."""

from dataclasses import dataclass

Z = 1.96
"""For intervals of 95 %."""


@dataclass(frozen=True)
class Counts:
    """Found and right, found and wrong, not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Add two counts."""
        return Counts(
            self.right + other.right, self.wrong + other.wrong, self.missed + other.missed
        )

    @property
    def precision(self) -> float:
        """Share of the found that is right; 1 when nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what there is that was found; 1 when there is nothing."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 1.0

    @property
    def precision_interval(self) -> tuple[float, float]:
        """The 95 % interval of precision."""
        return wilson(self.right, self.right + self.wrong)

    @property
    def recall_interval(self) -> tuple[float, float]:
        """The 95 % interval of recall."""
        return wilson(self.right, self.right + self.missed)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return Wilson's score interval of a share, 95 %.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if trials == 0:
        return 0.0, 1.0
    share = hits / trials
    spread = Z * (share * (1 - share) / trials + Z * Z / (4 * trials * trials)) ** 0.5
    middle = share + Z * Z / (2 * trials)
    scale = 1 + Z * Z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def compare(
    found: frozenset[str], gold: frozenset[str], tolerated: frozenset[str] = frozenset()
) -> Counts:
    """Count labels found against labels given."""
    return Counts(
        right=len(found & gold),
        wrong=len(found - gold - tolerated),
        missed=len(gold - found),
    )
