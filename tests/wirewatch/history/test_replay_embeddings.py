"""A replay of Kafka's log goes by the embeddings that were made when the stories came."""

from pathlib import Path

import msgspec

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.encoder import Embedding
from tests.streams.worker.test_work import put
from tests.support.commands import ended
from tests.support.encoders import endpoint
from tests.support.samples import sample_story, sample_tagged


def test_stories_that_work_has_encoded_are_not_encoded_again(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    text = "The US and Cambodian defense ministers met in Phnom Penh."
    known = sample_story("1", headline="US and Cambodia resume an exercise", body=text)
    new = sample_story("2", headline="Cambodia and the US open an exercise", body=text)
    edited = msgspec.structs.replace(known, headline="US and Cambodia put it off", version="later")
    tagged = msgspec.structs.replace(
        sample_tagged(), story=known, embedding=Embedding(encoder="endpoint-m", vector=b"\x7f\x01")
    )
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, *map(message, (known, new, edited, tagged)))
    with endpoint() as served:
        (tmp_path / "wirewatch.toml").write_text(
            f'[tagging]\nencoder_url = "{served.url}"\nencoder_model = "m"\n'
        )
        given = {"WIREWATCH_KAFKA_PREFIX": prefix, "WIREWATCH_ENCODER": ""}
        words = ["replay", "--since", "1d", "--json", "--kafka", kafka_address.address]
        ran = ended(*words, cwd=tmp_path, given=given)
    assert ran.returncode == 0, ran.stderr
    asked = [text for _, _, request in served.requests for text in request["input"]]
    assert {text.partition("\n")[0] for text in asked} == {new.headline, edited.headline}
