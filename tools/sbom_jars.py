"""Add the jars of the private Kafka to a CycloneDX document: `python -m tools.sbom_jars FILE`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from wirewatch.local_kafka.jars import LOCK, Jar, read_lock


def with_jars(document: dict[str, Any], jars: Iterable[Jar]) -> dict[str, Any]:
    """Return a document with a component for each jar, which the program as a whole depends on.

    A jar is known by its package URL: one that is in there already is written anew.
    """
    made = {one["bom-ref"]: one for one in map(component, jars)}
    known = {one["bom-ref"]: one for one in document.get("components", ())}
    needed = {one["ref"]: one for one in document.get("dependencies", ())}
    needed |= {name: {"ref": name} for name in made}
    if (root := document.get("metadata", {}).get("component", {}).get("bom-ref")) is not None:
        before = needed.get(root, {}).get("dependsOn", ())
        needed[root] = {"ref": root, "dependsOn": sorted({*before, *made})}
    both = known | made
    return {
        **document,
        "components": [both[name] for name in sorted(both)],
        "dependencies": [needed[name] for name in sorted(needed)],
    }


def component(jar: Jar) -> dict[str, Any]:
    """Return what CycloneDX is told of a jar."""
    url = f"pkg:maven/{jar.group}/{jar.artifact}@{jar.version}?type=jar"
    return {
        "type": "library",
        "bom-ref": url,
        "group": jar.group,
        "name": jar.artifact,
        "version": jar.version,
        "purl": url,
        "hashes": [{"alg": "SHA-256", "content": jar.sha256}],
    }


def main(file: Path) -> None:
    """Write a document anew, with the jars of the lock."""
    document = msgspec.json.decode(file.read_bytes())
    jars = read_lock(LOCK.read_text("utf-8"))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(with_jars(document, jars)), indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
