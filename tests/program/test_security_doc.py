"""What SECURITY.md points at is there."""

import re

from tests.support.folders import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")


def test_each_file_and_target_that_the_security_page_names_is_there() -> None:
    named = set(re.findall(r"`([\w./-]+(?:/|\.(?:py|lock)))`|\]\(([\w./-]+)", TEXT))
    paths = {one or other for one, other in named}
    assert len(paths) > 10
    assert not [path for path in paths if not (ROOT / path).exists()]
    targets = re.findall(r"^make ([a-z]+)", TEXT, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert targets
    assert all(f"\n{target}: " in makefile for target in targets)
