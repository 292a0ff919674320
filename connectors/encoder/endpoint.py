"""An encoder behind an address of the operator's own, by OpenAI's embeddings interface.

Text Embeddings Inference, Ollama, vLLM and others speak it. The address is the operator's, so it
may be a private one. Redirects aren't followed, for the key goes to this address alone.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import aiohttp
import msgspec

from connectors.http.ssrf_guard import guarded_session
from streams.encoder import Embedding, EncoderError, quantised
from streams.encoder.embedding import MOST_NUMBERS

SECONDS = 30.0
MOST_BYTES = 16 << 20


class _Vector(msgspec.Struct):
    embedding: Annotated[list[float], msgspec.Meta(min_length=1, max_length=MOST_NUMBERS)]
    index: int = 0


class _Answer(msgspec.Struct):
    data: list[_Vector]


class Endpoint:
    """Asks the endpoint, one request at a time for each thread that calls it."""

    def __init__(
        self, *, url: str, model: str, user_agent: str, key: str | None = None, prefix: str = ""
    ) -> None:
        """Say where it is: `url` up to `/v1`. `prefix` goes before each text, if its model asks."""
        self._user_agent = user_agent
        base = url.rstrip("/")
        self._url = base if base.endswith("/embeddings") else f"{base}/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._prefix = prefix
        self._name = f"endpoint-{model}-{prefix.strip()}" if prefix.strip() else f"endpoint-{model}"

    @property
    def name(self) -> str:
        """Its model's name: which version runs behind the address is the operator's to know."""
        return self._name[:200]

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """Return the embedding of each text. Raises `EncoderError`."""
        if not texts:
            return []
        try:
            return asyncio.run(self._ask(texts))
        except TimeoutError:
            raise EncoderError(f"no answer in {SECONDS:.0f} s") from None
        except (aiohttp.ClientError, OSError) as error:
            # Their texts may repeat the address.
            raise EncoderError(f"it can't be reached ({type(error).__name__})") from None

    def close(self) -> None:
        """Do nothing: each request is over when it is answered."""

    async def _ask(self, texts: Sequence[str]) -> list[Embedding]:
        # Some refuse numbers as base64, none refuses floats; an empty text is one that some refuse.
        given = [f"{self._prefix}{text}" or " " for text in texts]
        asked = {"model": self._model, "input": given, "encoding_format": "float"}
        session = guarded_session(user_agent=self._user_agent, allow_private=True, limit=1)
        async with (
            asyncio.timeout(SECONDS),
            session,
            session.post(
                self._url,
                data=json.dumps(asked).encode(),
                headers={"Content-Type": "application/json", **self._headers},
                allow_redirects=False,
            ) as answer,
        ):
            if answer.status != 200:
                raise EncoderError(f"it answers with status {answer.status}")
            body = await answer.content.read(MOST_BYTES)
            while len(body) < MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                body += more
        return self._read(body, len(texts))

    def _read(self, body: bytes, wanted: int) -> list[Embedding]:
        try:
            data = msgspec.json.decode(body, type=_Answer).data
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise EncoderError("its answer holds no embeddings") from None
        if sorted(one.index for one in data) != list(range(wanted)):
            raise EncoderError(f"it answers {wanted} texts with {len(data)} vectors")
        ordered = sorted(data, key=lambda one: one.index)
        vectors = [quantised(one.embedding) for one in ordered]
        if not all(map(any, vectors)):
            raise EncoderError("it answers with vectors of zeros")
        return [Embedding(encoder=self.name, vector=vector) for vector in vectors]
