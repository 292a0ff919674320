"""The Kubernetes example is valid, and says what the program takes."""

import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from streams.contract.topics import MATCHES, PARTITIONS, STORIES
from tests.support.commands import ended
from tests.support.folders import ROOT
from wirewatch.cli.commands import COMMANDS

FOLDER = ROOT / "docs" / "kubernetes"
VERSION = "1.33"
"""Of Kubernetes: the oldest that still gets mends."""


def manifests(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / name).read_text("utf-8")))


def name_of(manifest: dict[str, Any]) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


ALL = manifests("wirewatch.yaml")
PODS = {
    name_of(one): one["spec"]["template"]["spec"]
    for one in ALL
    if "template" in one.get("spec", {})
}


@pytest.mark.parametrize("manifest", ALL, ids=name_of)
def test_what_kubernetes_is_given_is_by_its_schema(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_a_field_that_kubernetes_has_not_would_be_seen() -> None:
    wrong = next(one for one in manifests("wirewatch.yaml") if one["kind"] == "Deployment")
    wrong["spec"]["replica"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_each_pod_has_no_rights_and_keeps_to_its_folders(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_each_pod_calls_a_command_that_there_is(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert container["args"][0] == container["name"]
    assert container["name"] in COMMANDS


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_each_folder_of_a_pod_has_its_volume(pod: dict[str, Any]) -> None:
    claimed = {
        claim["metadata"]["name"]
        for one in ALL
        if one["kind"] == "StatefulSet" and one["spec"]["template"]["spec"] is pod
        for claim in one["spec"]["volumeClaimTemplates"]
    }
    (container,) = pod["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == claimed | {volume["name"] for volume in pod["volumes"]}


def test_its_configuration_is_one(tmp_path: Path) -> None:
    (config,) = [one for one in ALL if one["kind"] == "ConfigMap"]
    for name, text in config["data"].items():
        (tmp_path / name).write_text(text.replace("/run/kafka/client.conf", "client.conf"))
    (tmp_path / "client.conf").write_text("security.protocol=PLAINTEXT\n")
    checked = ended("check", "--config", str(tmp_path))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_probes_call_the_ports_that_the_configuration_opens() -> None:
    (config,) = [one for one in ALL if one["kind"] == "ConfigMap"]
    listens = tomllib.loads(config["data"]["wirewatch.toml"])["metrics"]
    probed = {
        container["name"]: f"0.0.0.0:{container['ports'][0]['containerPort']}"
        for pod in PODS.values()
        for container in pod["containers"]
        if "ports" in container
    }
    assert probed == listens


def test_keda_scales_the_workers_by_the_lag_of_topics_that_they_share() -> None:
    (scaled,) = [one for one in manifests("keda.yaml") if one["kind"] == "ScaledObject"]
    assert f"Deployment {scaled['spec']['scaleTargetRef']['name']}" in PODS
    assert scaled["spec"]["maxReplicaCount"] == PARTITIONS
    read = [trigger["metadata"]["topic"] for trigger in scaled["spec"]["triggers"]]
    assert read == [STORIES.name, MATCHES.name]
    assert {trigger["metadata"]["consumerGroup"] for trigger in scaled["spec"]["triggers"]} == {
        "wirewatch"
    }
