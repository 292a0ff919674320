"""Look up whether the locked packages have known vulnerabilities, by pip-audit.

    make audit

Exit code 0: each was looked up and none has any. 1: some have. 2: some couldn't be looked up, such
as when there is no way to PyPI's advisories, so that nothing is known of them. What only other
systems or other Pythons would install isn't looked up.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

VULNERABLE = 1
UNKNOWN = 2
_COMMAND = ("-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off")
_NAMED = 5
_MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of the packages, and the exit code."""

    lines: tuple[str, ...]
    code: int


def judge(packages: list[dict[str, Any]]) -> Judgement:
    """Return what pip-audit's list of packages comes to.

    By itself it calls it a success when it could look up no package at all.
    """
    vulnerable = {
        f"{one['name']} {one['version']}: {found['id']}{_mended(found['fix_versions'])}"
        for one in packages
        for found in one.get("vulns", ())
    }
    unknown = sorted({one["name"] for one in packages if "skip_reason" in one})
    known = len({one["name"] for one in packages} - set(unknown))
    lines = sorted(vulnerable)
    if not known:
        lines.append("nothing was checked: PyPI's advisories can't be had (a mirror?)")
    elif unknown:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        lines.append(f"not checked, PyPI doesn't tell: {', '.join(unknown[:_NAMED])}{more}")
    if vulnerable:
        return Judgement(tuple(lines), VULNERABLE)
    if lines:
        return Judgement(tuple(lines), UNKNOWN)
    return Judgement((f"no known vulnerability in {known} packages",), 0)


def main() -> None:
    """Audit the locks that are named."""
    packages: list[dict[str, Any]] = []
    for lock in sys.argv[1:]:  # each by itself: pip-audit wants no package twice
        ran = subprocess.run(
            [sys.executable, *_COMMAND, "--format", "json", "-r", lock],
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            packages += json.loads(ran.stdout)["dependencies"]
        except ValueError:
            # It prints no list where it got no answer; the last line of its complaint says why.
            why = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1][:_MOST_CHARACTERS]
            _end(Judgement((f"{lock} was not checked: pip-audit failed: {why}",), UNKNOWN))
    _end(judge(packages))


def _mended(versions: list[str]) -> str:
    return f" (mended in {', '.join(versions)})" if versions else " (not mended yet)"


def _end(judgement: Judgement) -> NoReturn:
    sys.stderr.write("".join(f"audit: {line}\n" for line in judgement.lines))
    sys.exit(judgement.code)


if __name__ == "__main__":
    main()
