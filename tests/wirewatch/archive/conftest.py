"""A data folder with an archive, and the Kafka that it is filled from."""

from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.archived import Site


@pytest.fixture
def site(kafka_address: KafkaAccess, prefix: str, tmp_path: Path) -> Site:
    return Site(kafka_address, prefix, tmp_path / "data")
