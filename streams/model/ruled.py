"""A person's word on how stories are grouped, as gather remembers it."""

import msgspec

from streams.model.alert import AlertState
from streams.model.verdict import Verdict


class Ruled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's word that gather obeys, remembered: it may be known before what it is about.

    `joined` is the alert that is part of another by this word, as it was before.
    """

    verdict: Verdict
    joined: AlertState | None = None
