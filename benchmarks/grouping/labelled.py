"""Grouping on labelled streams, on forms and on a simulated week, beside two peers.

FOLDER holds JSON lines with `id`, `headline`, `body`: `cnn_stream.jsonl` (with `date`, `cluster`,
`duplicate_of`), `semeval8_docs.jsonl` and `semeval8_pairs.jsonl` (with `a`, `b`,
`near_duplicate`), and two on Cambodia (with `cluster`, `date`). As many
merges across clusters as are asked for are printed, to be looked at one by one.
"""

import random
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.grouping.forms import forms, instalments
from benchmarks.grouping.peers import Document, MinHash, Miranda
from benchmarks.grouping.stories import b_cubed_recall, gather, precision_recall, story_of
from benchmarks.grouping.week import play
from benchmarks.support.options import Options, existing
from streams.grouping import Gathering
from streams.matching.match import Watches, match
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from streams.model.watch import Watch
from streams.tagging import tag

ANY_DAY = datetime(2020, 1, 1, tzinfo=UTC)
WATCH = Watch(id="w", title="US–Cambodia defense", pairs=("KH-US",), topics=("defense",))
THRESHOLDS = [number / 50 for number in range(1, 26)]
Row = dict[str, Any]


def main(folder: Path, merges: int = 0) -> None:
    """Measure, and print the figures."""
    rows = sorted(_rows(folder / "cnn_stream.jsonl"), key=lambda row: str(row["date"]))
    stream = [_story(row) for row in rows]
    edits(rows, stream, merges)
    pairs(folder)
    families()
    families(apart=timedelta(minutes=30))
    play(stream)
    for name in ("cambodia_focus_dev", "cambodia_voa"):
        watch(_rows(folder / f"{name}.jsonl"), name)


def edits(rows: list[Row], stream: list[Story], merges: int) -> None:
    """Say how many versions join the alert of their first one."""
    found = gather(stream)
    steps = [row for row in rows if row["duplicate_of"]]
    joined = sum(found.alert[row["id"]] == found.alert[row["duplicate_of"]] for row in steps)
    truth = {row["id"]: row["cluster"] for row in rows}
    print(f"version steps that join              {joined:>7} of {len(steps)}")
    print(f"B-cubed recall                       {b_cubed_recall(found.alert, truth):>7.4f}")
    print(
        f"alerts, clusters by address          {len(set(found.alert.values())):>7}"
        f" {len(set(truth.values()))}"
    )
    print(f"stories/s                            {found.rate:>7.0f}")
    for line in random.Random(5).sample(_merges(stream, found.alert, truth), merges):
        print(f"  {line}")


def _merges(stream: list[Story], alert: Mapping[str, str], truth: Mapping[str, str]) -> list[str]:
    """Return a line for each story that joined an alert of other clusters alone."""
    there: defaultdict[str, list[Story]] = defaultdict(list)
    lines = []
    for story in stream:
        before = there[alert[story.id]]
        if before and truth[story.id] not in {truth[other.id] for other in before}:
            lines.append(f"{story.headline}  <-  {before[0].headline}; {before[-1].headline}")
        before.append(story)
    return lines


def pairs(folder: Path) -> None:
    """Judge pairs of stories that people called the same event or not, beside the peers."""
    stories = [_story(row) for row in _rows(folder / "semeval8_docs.jsonl")]
    judged = [
        (row["a"], row["b"], bool(row["near_duplicate"]))
        for row in _rows(folder / "semeval8_pairs.jsonl")
        if row["near_duplicate"] is not None
    ]
    found = gather(stories)
    shown = "{:<36} {:>6.3f} {:>6.3f}   {:>8.0f} stories/s"
    print("pairs of one event: precision, recall")
    print(shown.format("  wirewatch", *precision_recall(found.alert, judged), found.rate))
    documents = [Document(s.id, s.headline, s.body, s.first_seen) for s in stories]
    for name, kind in (("MinHash", MinHash), ("TF-IDF and time", Miranda)):
        began = time.process_time()
        peer = kind(documents)
        first = peer.clusters(THRESHOLDS[len(THRESHOLDS) // 2])
        rate = len(first) / (time.process_time() - began)
        results = [precision_recall(peer.clusters(at), judged) for at in THRESHOLDS]
        best = max(results, key=lambda result: _f1(*result))
        print(shown.format(f"  {name}, at its best threshold", *best, rate))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall or 1)


def families(apart: timedelta | None = None) -> None:
    """Say how many pairs of instalments of one form are taken for one event.

    They come as far apart as their desks send them, or all `apart`.
    """
    start = datetime(2026, 3, 2, 6, tzinfo=UTC)
    family: dict[str, int] = {}
    stories = []
    for number, form in enumerate(forms()):
        begin = start + timedelta(minutes=7 * number)
        for turn, (usual, headline, body) in enumerate(instalments(number, form, begin)):
            at = usual if apart is None else begin + turn * apart
            stories.append(story_of(f"form {number} {turn}", headline, body, at))
            family[stories[-1].id] = number
    found = gather(sorted(stories, key=lambda story: story.first_seen)).alert
    same = [(a, b) for a, b in combinations(family, 2) if family[a] == family[b]]
    merged = sum(found[a] == found[b] for a, b in same)
    print(f"instalments of one form merged       {merged:>7} of {len(same)} pairs")


def watch(rows: list[Row], name: str) -> None:
    """Gather what matches the shipped watch, and list events with more or fewer alerts than one."""
    gathering = Gathering()
    alerts: defaultdict[str, set[str]] = defaultdict(set)
    for row in sorted(rows, key=lambda row: str(row.get("date"))):
        story = _story(row)
        tagged = TaggedStory(story=story, tags=tag(story), times=Timestamps())
        for found in match(tagged, Watches([WATCH]), story.first_seen):
            outcome = gathering.step(found, story.first_seen)
            alerts[row["cluster"] or row["id"]].update(outcome.groupings)
    split = sorted(event for event, known in alerts.items() if len(known) > 1)
    shared = [(a, b) for a, b in combinations(sorted(alerts), 2) if alerts[a] & alerts[b]]
    print(f"{name}: {len(alerts)} events alert; split: {split}; merged: {shared}")


def _rows(file: Path) -> list[Row]:
    return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]


def _story(row: Row) -> Story:
    at = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row.get("date") else ANY_DAY
    return story_of(row["id"], row["headline"], row["body"], at)


if __name__ == "__main__":
    options = Options(__doc__, takes="many minutes")
    options.add_argument("folder", type=existing, metavar="FOLDER", help="labelled streams")
    options.number("merges", 0, "merges to print", kind=int)
    given = options.given()
    main(given.folder, given.merges)
