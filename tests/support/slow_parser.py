"""A parser's process on a machine that is busy: each portion takes so many seconds."""

import sys
import time

from connectors.formats import registry
from connectors.formats.entry import RawFeed
from connectors.parsing import portions
from connectors.parsing.parser_worker import main


def parse(body: bytes, url: str, content_type: str) -> RawFeed:
    time.sleep(float(sys.argv[1]))
    return registry.parse(body, url, content_type)


if __name__ == "__main__":
    portions.PORTION_ENTRIES = 1_000
    main(parse)
