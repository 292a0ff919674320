"""An entry that was rewritten under its old id: another event's story, or news of its own. Pure.

Feeds use ids again: a brief that is written anew each day, a page whose address stays. An edit
leaves something of the headline or of the text, or tells of the same in other words.
"""

import msgspec

from streams.grouping.headlines import share_in
from streams.grouping.signature import Signature
from streams.grouping.similarity import Likeness
from streams.grouping.versions import merged, newest, standing, taken_back, version_of
from streams.grouping.weights import KEPT_HEADLINE, KEPT_TEXT, OUTGROWS
from streams.model.alert import AlertState, pack_stories
from streams.model.story import ON_OTHERS, Story


def tells_of_another(like: Likeness, known: Signature, story: Story) -> bool:
    """Say whether a new version of a story in an alert tells of another event altogether."""
    if not is_rewritten(like, story) or like.told.near:
        return False
    member = like.alert.stories[story.id]
    shared = share_in(known.headline, frozenset(), member.headline)
    return bool(known.headline) and shared < KEPT_HEADLINE


def is_rewritten(like: Likeness, story: Story) -> bool:
    """Say whether nothing of a story's text is left in a new version that isn't like its alert."""
    member = like.alert.stories.get(story.id)
    if member is None or story.status in ON_OTHERS or like.alert.withdrawn:
        return False
    before, last = (
        standing(member.versions),
        newest(merged(member.versions, version_of(story, fits=True))),
    )
    if before is None or taken_back(before) or last is None or last.version != story.version:
        return False
    known = any(one.version == story.version for one in member.versions)
    return not known and like.frame < KEPT_TEXT and like.told.margin < 0


def is_replaced(like: Likeness, story: Story) -> bool:
    """Say whether a rewritten text is no longer than before: a teaser makes room for its story."""
    member = like.alert.stories.get(story.id)
    before = None if member is None else standing(member.versions)
    now = version_of(story, fits=True).size
    return before is not None and is_rewritten(like, story) and now < OUTGROWS * before.size


def without_its_entry(alert: AlertState, story: str) -> AlertState:
    """Return an alert that keeps what a story told under a name of its own: its id goes on."""
    member = alert.stories[story]
    last = standing(member.versions)
    name = f"{story} {last.version if last is not None else ''}"
    stories = {}
    for key, one in alert.stories.items():
        text = name if one.text == story else one.text
        kept = one if text == one.text else msgspec.structs.replace(one, text=text)
        if key == story:
            stories[name] = msgspec.structs.replace(kept, story=story)
        else:
            stories[key] = kept
    texts = tuple(
        msgspec.structs.replace(text, story=name) if text.story == story else text
        for text in alert.texts
    )
    return msgspec.structs.replace(alert, packed_stories=pack_stories(stories), texts=texts)
