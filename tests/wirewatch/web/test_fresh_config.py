"""The configuration that the page goes by."""

from pathlib import Path

import msgspec

from streams.model.watch import Watch
from tests.support.web_site import configured
from wirewatch.config import load
from wirewatch.web.fresh_config import LOOK_SECONDS, FreshConfig


def test_edits_take_effect_and_faults_do_not(tmp_path: Path) -> None:
    now = 0.0
    fresh = FreshConfig(tmp_path, {}, load(configured(tmp_path), {}), lambda: now)
    first = fresh()
    edited = [Watch(id="ream", title="Ream", words=("ream",))]
    configured(tmp_path, edited)
    assert fresh() is first
    now += LOOK_SECONDS
    assert [one.id for one in fresh().watches] == ["ream"]
    second = fresh()
    (tmp_path / "watches.toml").write_text("[[watch]]\nid = 1\n")
    now += LOOK_SECONDS
    assert msgspec.structs.replace(fresh(), is_stand_in=False) == second
    configured(tmp_path)
    now += LOOK_SECONDS
    assert fresh() == first
