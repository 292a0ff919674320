"""What people said of the grouping, remembered: what came before its story is obeyed when it comes.

Of two words on one thing by one person the later one counts, in whatever order they are read.
"""

from collections.abc import Iterable
from datetime import datetime

from streams.grouping.weights import RULED
from streams.model.alert import AlertState
from streams.model.ruled import Ruled
from streams.model.verdict import Said, Verdict


class Rulings:
    """The rulings on the alerts of some watches.

    `changed` is what is to be written down, `None` for what is forgotten; who writes it clears it.
    """

    def __init__(self, ruled: Iterable[Ruled] = ()) -> None:
        """Start from what is remembered."""
        self._ruled: dict[str, Ruled] = {}
        self._stories: dict[str, dict[str, Verdict]] = {}
        self._alerts: dict[str, dict[str, Verdict]] = {}
        self.changed: dict[str, Ruled | None] = {}
        for one in sorted(ruled, key=lambda one: one.verdict.at):
            self._keep(one)

    def of(self, verdict: Verdict) -> Ruled | None:
        """Return what was said before by the same person on the same thing."""
        return self._ruled.get(verdict.key)

    def put(self, verdict: Verdict, joined: AlertState | None = None) -> None:
        """Remember a ruling, with the alert that it joined to another."""
        ruled = Ruled(verdict=verdict, joined=joined)
        self._keep(ruled)
        self.changed[verdict.key] = ruled

    def parted(self, watch: str, story: str) -> dict[str, Verdict]:
        """Return the alerts that a story isn't of, with who said so."""
        found = self._stories.get(story)
        if not found:
            return {}
        return {one.alert or "": one for one in found.values() if one.watch == watch}

    def joined(self, alert: str) -> list[Verdict]:
        """Return what was said of an alert being one with another."""
        return list(self._alerts.get(alert, {}).values())

    def now(self, alert: str) -> str:
        """Return the alert that an alert is part of by now, itself if it is its own."""
        known = {alert}
        while following := [
            other
            for one in self._alerts.get(alert, {}).values()
            if (ruled := self._ruled[one.key]).joined is not None
            and ruled.joined.alert == alert
            and (other := _other(one, alert)) not in known
        ]:
            alert = following[0]
            known.add(alert)
        return alert

    def forget(self, clock: datetime) -> None:
        """Forget what is so old that no alert is left that it could be about."""
        for key, one in list(self._ruled.items()):
            if one.verdict.at + RULED < clock:
                self._drop(key)
                self.changed[key] = None

    def _keep(self, ruled: Ruled) -> None:
        verdict = ruled.verdict
        self._drop(verdict.key)
        self._ruled[verdict.key] = ruled
        if verdict.taken_back:
            return
        if verdict.said is Said.TWO_EVENTS:
            self._stories.setdefault(verdict.story, {})[verdict.key] = verdict
        else:
            for alert in _both(verdict):
                self._alerts.setdefault(alert, {})[verdict.key] = verdict

    def _drop(self, key: str) -> None:
        ruled = self._ruled.pop(key, None)
        if ruled is None:
            return
        for kept, names in (
            (self._stories, (ruled.verdict.story,)),
            (self._alerts, _both(ruled.verdict)),
        ):
            for name in names:
                if name in kept:
                    kept[name].pop(key, None)
                    if not kept[name]:
                        del kept[name]


def _both(verdict: Verdict) -> tuple[str, ...]:
    return tuple(name for name in (verdict.alert, verdict.other) if name)


def _other(verdict: Verdict, alert: str) -> str:
    return next((name for name in _both(verdict) if name != alert), alert)
