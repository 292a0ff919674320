"""The list of what wirewatch is made of has each jar that the private Kafka fetches, once."""

from typing import Any

from tools.sbom_jars import with_jars
from wirewatch.local_kafka.jars import LOCK, read_lock

PACKAGES: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"bom-ref": "root-component", "name": "wirewatch"}},
    "components": [{"bom-ref": "requirements-L1", "name": "aiohttp", "type": "library"}],
    "dependencies": [
        {"ref": "requirements-L1"},
        {"ref": "root-component", "dependsOn": ["requirements-L1"]},
    ],
}


def test_every_jar_of_the_lock_stands_beside_the_packages_with_its_hash() -> None:
    jars = read_lock(LOCK.read_text("utf-8"))
    made = with_jars(PACKAGES, jars)
    listed = {one["name"]: one for one in made["components"]}
    assert listed["aiohttp"] == PACKAGES["components"][0]
    for jar in jars:
        one = listed[jar.artifact]
        assert one["purl"] == f"pkg:maven/{jar.group}/{jar.artifact}@{jar.version}?type=jar"
        assert one["hashes"] == [{"alg": "SHA-256", "content": jar.sha256}]
    (root,) = [one for one in made["dependencies"] if one["ref"] == "root-component"]
    assert set(root["dependsOn"]) == {one["bom-ref"] for one in made["components"]}
    assert {one["ref"] for one in made["dependencies"]} == {"root-component", *root["dependsOn"]}


def test_done_twice_it_is_the_same() -> None:
    jars = read_lock(LOCK.read_text("utf-8"))
    once = with_jars(PACKAGES, jars)
    assert with_jars(once, jars) == once
