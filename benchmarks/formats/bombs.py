"""Small documents made to fill the memory or to bring things in: refused or harmless.

Each goes to a parser worker of its own that has read an ordinary document before. Told are what
came of it, the CPU it took, and by how much it made the worker grow. Ends with 1 when entities
made a worker grow by more than 64 MiB, or another shape by more than 128, when text came in, or
when a worker wasn't ended in time.
"""

import re
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.support.options import Options
from benchmarks.support.wire_files import NEWSML, NITF, SITEMAP
from connectors.parsing.parser_messages import ParseAnswer, Request
from connectors.parsing.parser_pool import SECONDS, ParserProcess

MOST_MIB, MOST_MIB_OF_SHAPES = 64, 128
MOST_TEXT = 20_000
"""Characters of headlines that are no expansion yet."""
RSS = (
    '<rss version="2.0"><channel><title>T</title><item><guid>1</guid>'
    "<title>Ministers weigh drills</title></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>'
    "<title>Ministers weigh drills</title></entry></feed>"
)
HOLDERS = {"RSS": RSS, "Atom": ATOM, "sitemap": SITEMAP, "NewsML-G2": NEWSML, "NITF": NITF}
PLACE = "Ministers weigh drills"

LAUGHS = '<!ENTITY x0 "ha">' + "".join(
    f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12)
)
ENTITIES = {
    "a billion laughs": (LAUGHS, "&x11;"),
    "a long entity, 100,000 times": (f'<!ENTITY q "{"ha" * 20_000}">', "&q;" * 100_000),
    "an entity in itself": ('<!ENTITY r "&s;"><!ENTITY s "&r;">', "&r;"),
    "a file": ('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"),
    "an address": ('<!ENTITY u SYSTEM "http://127.0.0.1:9/">', "&u;"),
    "a parameter entity": ('<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;', ""),
    "an outside DTD": ("", ""),
}
SHAPES = {
    "100,000 elements deep": "<div>" * 100_000,
    "20,000 attributes": "<a" + "".join(f" a{n}='1'" for n in range(20_000)) + "/>",
    "a name of 5 MB": f"<{'a' * 5_000_000}/>",
    "a title of 5 MB": "x" * 5_000_000,
    "500,000 references": "&#65;" * 500_000,
    "20,000 namespaces": "".join(f'<a xmlns:n{n}="u"/>' for n in range(20_000)),
    "markup escaped 1,000 times": "&" + "amp;" * 1_000 + "lt;b&gt;",
}
JSONS = {
    "JSON a million deep": "[" * 1_000_000,
    "JSON objects 100,000 deep": '{"items":' * 100_000,
    "a JSON number of 5 MB": '{"items": [{"id": ' + "9" * 5_000_000 + "}]}",
    "a million JSON items": '{"items": [' + ",".join(["{}"] * 1_000_000) + "]}",
}


def bombs() -> dict[str, str]:
    """Return the documents, each by what it is and where it stands."""
    found = dict(JSONS)
    for holder, document in HOLDERS.items():
        root = re.sub(r"<\?xml.*?\?>\s*", "", document)
        for name, (declared, used) in ENTITIES.items():
            outside = ' SYSTEM "http://127.0.0.1:9/x.dtd"' if "DTD" in name else ""
            doctype = f'<?xml version="1.0"?><!DOCTYPE r{outside} [{declared}]>'
            found[f"{name} in {holder}"] = doctype + root.replace(PLACE, used, 1)
        for name, shape in SHAPES.items():
            found[f"{name} in {holder}"] = root.replace(PLACE, shape, 1)
    return found


def main() -> int:
    """Try each bomb, print a table, and give the exit code."""
    table = Table("document", "KiB", "grew by MiB", "CPU s", "outcome", box=None, pad_edge=False)
    bad = 0
    for name, document in bombs().items():
        body = document.encode()
        answer, seconds, grown = burst(body)
        wrong = fault(name, answer, seconds, grown)
        bad += bool(wrong)
        told = (
            wrong or answer.reason or f"{len(answer.parsed.entries) if answer.parsed else 0} read"
        )
        table.add_row(name, f"{len(body) // 1024:,}", f"{grown:.0f}", f"{seconds:.2f}", told)
    Console(highlight=False, width=130).print(table)
    print(f"harmful: {bad}")
    return 1 if bad else 0


def burst(body: bytes) -> tuple[ParseAnswer, float, float]:
    """Have a fresh worker read a document; give what came of it, seconds and MiB."""
    worker = ParserProcess()
    try:
        ask(worker, RSS.encode())
        before = memory_mib(worker)
        began = cpu_seconds(worker)
        answer = ask(worker, body)
        seconds = cpu_seconds(worker) - began if worker.process else SECONDS
        return answer, seconds, max(0.0, memory_mib(worker) - before)
    finally:
        worker.end()


def ask(worker: ParserProcess, body: bytes) -> ParseAnswer:
    """Parse as the connector does."""
    return worker.ask(Request(body, "https://x.example/", "application/xml", SECONDS))


def cpu_seconds(worker: ParserProcess) -> float:
    """Return the CPU that the worker has had, which other work on the machine doesn't change."""
    if worker.process is None:
        return 0.0
    times = psutil.Process(worker.process.pid).cpu_times()
    return float(times.user + times.system)


def memory_mib(worker: ParserProcess) -> float:
    """Return the most memory that the worker has had, 0 when it has ended."""
    status = Path(f"/proc/{worker.process.pid}/status") if worker.process else None
    high = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status and status.exists() else None
    return int(high[1]) / 1024 if high else 0.0


def fault(name: str, answer: ParseAnswer, seconds: float, grown: float) -> str:
    """Say what harm was done; nothing if none was."""
    if grown > (MOST_MIB if name.split(" in ", maxsplit=1)[0] in ENTITIES else MOST_MIB_OF_SHAPES):
        return f"grew by {grown:.0f} MiB"
    if seconds > SECONDS + 1:
        return f"took {seconds:.0f} s"
    entries = answer.parsed.entries if answer.parsed else ()
    if any("root:" in entry.title for entry in entries):
        return "a file came in"
    if sum(len(entry.title) for entry in entries) > MOST_TEXT:
        return "it was expanded"
    return ""


if __name__ == "__main__":
    options = Options(__doc__, takes="a few minutes")
    options.given()
    raise SystemExit(main())
