"""A parser's process that documents bring down, each in its own way."""

import os
import time
from pathlib import Path

from connectors.formats.entry import NotAFeedError, RawEntry, RawFeed
from connectors.parsing.parser_worker import main


def parse(body: bytes, url: str, content_type: str) -> RawFeed:
    """Do what the body says; leave the process's number in the file that the address names."""
    Path(url).write_text(str(os.getpid()))
    match body:
        case b"sleeps":
            time.sleep(600)
        case b"computes":
            while True:
                pass
        case b"dies":
            os._exit(139)
        case b"swells":
            return RawFeed(entries=(RawEntry(title="x" * (1 << 30)),), language=None)
        case b"raves":
            os.write(1, b"\0\0\0\1x")
        case b"errs":
            raise KeyError("a fault of ours")
        case b"refuses":
            raise NotAFeedError("a web page, not a feed")
        case b"prints":
            print("feedparser says hello")  # noqa: T201 - just what it must survive
    return RawFeed(entries=(), language=content_type)


if __name__ == "__main__":
    main(parse)
