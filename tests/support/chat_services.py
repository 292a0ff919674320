"""Chat services for tests: each takes what the real one takes, and knows its limits."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

CALLS = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z*_]")
"""What services take for calling somebody."""
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>&:$^=\"'])")
LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(https?://[^\s()]*\)", re.DOTALL)
LIVE = re.compile(r"(?<!\\)(?:\\\\)*([`_\[#|~<>!])")
"""Markdown that isn't escaped, but for the bold and the links that we write."""


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


@dataclass
class ChatService:
    """Takes posts. `answers` are given first; `shown` is what people then see of each post."""

    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    knows_names = True

    def see(self, body: dict[str, Any]) -> str:
        """Return what people see; raises `ValueError` for what the service doesn't take."""
        raise NotImplementedError

    async def handle(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        if self.answers:
            status, headers, text = self.answers.pop(0)
            return web.Response(status=status, headers=headers, text=text)
        body = json.loads(await request.read())
        try:
            shown = self.see(body)
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        self.got.append(body)
        self.shown.append(shown)
        self.calls += CALLS.findall(shown) if self.knows_names else []
        return web.Response(text='{"ok":true}')


class Slack(ChatService):
    def see(self, body: dict[str, Any]) -> str:
        text = body["text"]
        if not text.strip() or len(text) > 40_000:
            raise ValueError("invalid_text")
        self.calls += re.findall(r"<[^>]*>", text)
        shown = ""
        for block in body["blocks"]:
            for section in block["elements"]:
                for element in section["elements"]:
                    if not element["text"] or len(element["text"]) > 3_000:
                        raise ValueError("invalid_blocks")
                    if element["type"] == "link" and not element["url"].startswith("http"):
                        raise ValueError("invalid_blocks")
                    shown += element["text"]
        if len(body["blocks"]) > 50:
            raise ValueError("invalid_blocks")
        return shown


class Mattermost(ChatService):
    def see(self, body: dict[str, Any]) -> str:
        text = body["text"]
        if not text.strip() or len(text) > 16_383:
            raise ValueError("too long")
        links = re.sub(
            r"\[((?:[^\[\]\\]|\\.)*)\]\(https?://[^\s()]*\)", r"\1", text, flags=re.DOTALL
        )
        self.calls += LIVE.findall(links)
        return ESCAPED.sub(r"\1", re.sub(r"(?<!\\)\*\*", "", links))


class Telegram(ChatService):
    def see(self, body: dict[str, Any]) -> str:
        text = body["text"]
        size = len(utf16(text)) // 2
        if not text.strip() or size > 4_096:
            raise ValueError("Bad Request: message is too long")
        for entity in body["entities"]:
            end = entity["offset"] + entity["length"]
            if entity["length"] < 1 or end > size:
                raise ValueError("Bad Request: entity out of bounds")
            utf16(text)[2 * entity["offset"] : 2 * end].decode("utf-16-le")
        return str(text)


class Ntfy(ChatService):
    knows_names = False

    def see(self, body: dict[str, Any]) -> str:
        if len(body["message"].encode()) > 4_096 or not re.fullmatch(
            r"[-_\w]{1,64}", body["topic"]
        ):
            raise ValueError("too long")
        if "\n" in body["title"]:
            raise ValueError("title")
        return f"{body['title']}\n{body['message']}"


@asynccontextmanager
async def serving(service: ChatService) -> AsyncIterator[ChatService]:
    """Serve on this machine until the end."""
    app = web.Application(client_max_size=10_000_000)
    app.router.add_post("/{path:.*}", service.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()
