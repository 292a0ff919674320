"""Why an alert event came and what it changes, in a person's language. Pure.

On Kafka a reason is an English sentence, and stays that. Those without a name or a number in them
are looked up whole; for the others the event's fields say the same. One that isn't known, as of a
later release, is shown as it came.
"""

from collections.abc import Callable

from connectors.delivery.frame.catalogue import ENGLISH, translations
from connectors.delivery.frame.labels import labelled, listed
from connectors.delivery.frame.spikes import spike_line
from connectors.delivery.repeats import REMINDER
from streams.model.alert import AlertEvent, Bond, Change, Kind
from streams.model.alert_reasons import JOINED, PARTED
from streams.model.story import TAKEN_BACK, Status

REASONS = frozenset(
    {
        "new story",
        "another story in an entry that is known",
        "new fact",
        "first official source",
        "severity up",
        "third outlet",
        "tenth outlet",
        "reported again",
        "reinstated",
        "released after a hold",
        "rewritten by the outlet",
        "corrected by the outlet",
        "edited, and no longer matches the watch",
        "killed by the outlet",
        "held back by the outlet",
        "gone from its address",
    }
)
"""The reasons that are the same for every alert."""
CHANGES = frozenset(
    {"headline", "figures", "names", "countries", "act", "alert", "outlets", "text"}
)
"""What a change is of."""
ANNOUNCED = "announced"
"""What an act was before it was done."""
NAMED = 3
"""Outlets named in a reason."""


def reason_line(event: AlertEvent, language: str) -> str:
    """Return why an event came."""
    _ = translations(language).gettext
    said = event.reason
    if language == ENGLISH or not said:
        return said
    if event.spike is not None:
        return spike_line(event.spike, language)
    if said in REASONS:
        return _(said)
    if said.startswith(f"{REMINDER} "):  # deliver's own, of an event that was told before
        return _("still open: reminder {number}").format(number=said.removeprefix(f"{REMINDER} "))
    if event.grouping is not None and event.grouping.bond is Bond.RULING:
        return _by_hand(event, event.grouping.by, language) or said
    if event.kind is Kind.CLOSED:
        return _quiet(event, language)
    if event.kind is Kind.UPDATED and event.story.status in TAKEN_BACK:
        return _still_told(event, language)
    return said


def change_line(change: Change, language: str) -> str:
    """Return what changed; names, figures and texts in it as the stories have them."""
    _ = translations(language).gettext
    what = _(change.what) if change.what in CHANGES else change.what
    before = _(ANNOUNCED) if change.before == ANNOUNCED else change.before
    if before and not change.after:
        return labelled(what, gone(before, _), _)
    return labelled(what, f"{before} → {change.after}" if before else change.after, _)


def gone(before: str, _: Callable[[str], str]) -> str:
    """Return what a story said before and doesn't say now: nothing has taken its place."""
    return _("{text} (no longer there)").format(text=before)


def _by_hand(event: AlertEvent, by: str, language: str) -> str:
    """Return who joined alerts, or parted them; nothing for what isn't known."""
    _ = translations(language).gettext
    joined = event.reason.startswith(f"{JOINED} ")
    match event.kind:
        case Kind.OPENED:
            text = _("parted from another alert by {name}")
        case Kind.CLOSED if joined:
            text = _("joined to another alert by {name}")
        case Kind.UPDATED if joined:
            text = _("another alert was joined to it by {name}")
        case Kind.UPDATED | Kind.WITHDRAWN | Kind.CLOSED if event.reason.startswith(f"{PARTED} "):
            text = _("stories were parted from it by {name}")
        case _:
            return ""
    return text.format(name=by or _("somebody"))


def _quiet(event: AlertEvent, language: str) -> str:
    """Return for how long nothing new came; records of the first release only say it in English."""
    said, hours = translations(language), event.window_hours
    if hours is None:
        return said.gettext("nothing new has come for the time that the watch sets")
    text = said.ngettext(
        "nothing new has come for {count} hour", "nothing new has come for {count} hours", hours
    )
    return text.format(count=hours)


def _still_told(event: AlertEvent, language: str) -> str:
    """Return that one outlet took its story back, and who reports it still."""
    _ = translations(language).gettext
    text = (
        _("held back by {outlet}, still reported by {others}")
        if event.story.status is Status.WITHHELD
        else _("killed by {outlet}, still reported by {others}")
    )
    source = event.story.source
    others = [name for name in event.outlets if name != source] or [source]
    return text.format(outlet=source, others=listed(others, NAMED, language))
