"""Only public addresses are dialled, however they are written and wherever they come from."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.http.ssrf_guard import guarded_connector, guarded_session, public, refusal
from tests.support.addresses import NOTATIONS, PRIVATE, PUBLIC, each


@pytest.mark.parametrize("address", each(PRIVATE))
def test_private_addresses_are_told(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", each(PUBLIC))
def test_public_addresses_are_told(address: str) -> None:
    assert public(address)


class Rebinding(AbstractResolver):
    """Says that every name is 127.0.0.1, as a hostile name server would."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        return


def get(url: str, *, allow_private: bool) -> int:
    """Get a URL while a server listens on loopback; `{port}` is its port."""

    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://localhost:{request.url.port}/there")

    async def there(_: web.Request) -> web.Response:
        return web.Response()

    async def main() -> int:
        app = web.Application()
        app.router.add_get("/there", there)
        app.router.add_get("/redirect", redirect)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        connector = guarded_connector(allow_private=allow_private, resolver=Rebinding())
        try:
            async with (
                aiohttp.ClientSession(connector=connector) as session,
                session.get(url.format(port=port)) as response,
            ):
                return response.status
        finally:
            await runner.cleanup()

    return asyncio.run(main())


@pytest.mark.parametrize("host", each(NOTATIONS))
def test_a_private_address_is_refused_where_it_is_dialled(host: str) -> None:
    with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidURL)) as caught:
        get(f"http://{host}:{{port}}/there", allow_private=False)
    error = caught.value
    if isinstance(error, aiohttp.ClientConnectorError):  # else it is no address at all
        assert refusal(error.os_error) is not None


class Twofold(Rebinding):
    """Says that every name is both 127.0.0.1 and 10.0.0.1."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        (first,) = await super().resolve(host, port, family)
        return [first, ResolveResult(**{**first, "host": "10.0.0.1"})]


def test_a_name_with_several_private_addresses_is_refused_by_all_of_them() -> None:
    async def main() -> str | None:
        session = guarded_session(user_agent="tests", allow_private=False, resolver=Twofold())
        async with session:
            with pytest.raises(aiohttp.ClientConnectorError) as caught:
                await session.get("http://rebound.example/")
            return refusal(caught.value.os_error)

    assert asyncio.run(main()) is not None


def test_another_error_is_no_refusal() -> None:
    assert refusal(ConnectionRefusedError("nobody there")) is None


@pytest.mark.parametrize("path", ["there", "redirect"])
def test_a_private_address_is_dialled_when_allowed(path: str) -> None:
    assert get(f"http://127.0.0.1:{{port}}/{path}", allow_private=True) == 200
