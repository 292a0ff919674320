"""Who tells the event of an alert: what holds, kills and releases come to. Pure.

It is worked out anew from the newest version of each story, so the order in which they came is
of no account.
"""

from collections.abc import Mapping
from datetime import datetime

from streams.grouping.credit import reaches, wires_of
from streams.grouping.headlines import is_under
from streams.grouping.versions import newest, standing, taken_back
from streams.model.alert import Member, Version

Members = Mapping[str, Member]


def tellers(members: Members) -> dict[str, Member]:
    """Return the stories that tell the event in words that nobody took back.

    What takes a story back goes for that story, and for what its outlet, or who credits it, told
    until then in the same words; where it is an entry of its own, for what it names. A missing page
    goes for its own story. Words that others copied go with the outlet that told them first,
    unless that tells them again, or they are a wire's, which didn't take them back. Once one was
    taken back, what fits the watch no more doesn't stand for it.
    """
    last = {story: standing(member.versions) for story, member in members.items()}
    kills = [(member, end) for member in members.values() if (end := end_of(member)) is not None]
    living = {
        story: members[story]
        for story, one in last.items()
        if one is not None and not taken_back(one) and not _killed(members[story], one, kills)
    }
    if len(living) == len(members):
        return living
    owners = _owners({story: members[story] for story, one in last.items() if one is not None})
    killers = {kill.names[0] for kill, _ in kills}
    told = {
        member.text
        for member in living.values()
        if member.names[0] in owners[member.text]
        or not wires_of(member.names).isdisjoint(owners[member.text] - killers)
    }
    ended = any(one is not None and taken_back(one) for one in last.values())
    return {
        story: member
        for story, member in living.items()
        if member.text in told and not (ended and _is_outgrown(member))
    }


def end_of(member: Member) -> Version | None:
    """Return the version by which an outlet took a story back, if that is the last it sent."""
    last = standing(tuple(one for one in member.versions if not one.gone))
    return last if last is not None and taken_back(last) else None


def who_tells(members: Members, still: Members) -> tuple[str, ...]:
    """Return the outlets that tell the event; of an event that nobody tells, those who did.

    `still` are its tellers, whose working out takes a while in a large alert.
    """
    return outlets(still or {name: one for name, one in members.items() if one.was_told})


def who_tells_in_own_words(still: Members) -> tuple[str, ...]:
    """Return the outlets that tell the event in words of their own; the first, if all copy."""
    own = outlets({name: one for name, one in still.items() if one.text == name})
    return own or outlets(still)[:1]


def outlets(members: Members) -> tuple[str, ...]:
    """Return the outlets of stories, each once."""
    return tuple(dict.fromkeys(member.outlet for member in members.values()))


def _is_outgrown(member: Member) -> bool:
    """Say whether what an outlet tells last fits the watch no more."""
    last = newest(member.versions)
    return last is not None and not last.fits and not taken_back(last)


def _killed(member: Member, one: Version, kills: list[tuple[Member, Version]]) -> bool:
    return any(
        one.seen <= end.seen and reaches(kill.names, member.names) and _names(kill, member)
        for kill, end in kills
    )


def _names(kill: Member, member: Member) -> bool:
    """Say whether what takes a story back is about another one: by its words, or its headline.

    A headline counts only where that is all there is: of a kill that is no version of a story.
    """
    if kill.text == member.text:
        return True
    return all(map(taken_back, kill.versions)) and is_under(kill.headline, member.headline)


def _owners(members: Members) -> dict[str, set[str]]:
    """Return for each text who told it first, and the wires they credit; several, if at once."""
    first: dict[str, datetime] = {}
    for member in members.values():
        first[member.text] = min(first.get(member.text, member.first), member.first)
    owners: dict[str, set[str]] = {text: set() for text in first}
    for member in members.values():
        if member.first == first[member.text]:
            owners[member.text] |= {member.names[0], *wires_of(member.names)}
    return owners
