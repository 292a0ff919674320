"""Only public addresses are dialled, however they are written and wherever they come from."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.dial import RefusedError, guarded_connector, public

PRIVATE = (
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3",
    "169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.168.0.1",
    "192.168.255.255 198.18.0.1 198.51.100.2 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1",
    "255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fdff::1 ff02::1 2001:db8::1",
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1:: 2001:0:0:0:0:0:80ff:fffe 100:: localhost",
)
PUBLIC = ("1.1.1.1 8.8.8.8 93.184.216.34", "2606:4700:4700::1111 64:ff9b::808:808")


def each(rows: tuple[str, ...]) -> list[str]:
    return [address for row in rows for address in row.split()]


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


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/there",
        "http://rebound.example:{port}/there",
        "http://user:pass@rebound.example:{port}/there",
        "http://0x7f.1:{port}/there",
        "http://[::ffff:127.0.0.1]:{port}/there",
    ],
)
def test_a_private_address_is_refused_where_it_is_dialled(url: str) -> None:
    with pytest.raises(aiohttp.ClientConnectorError) as caught:
        get(url, allow_private=False)
    assert isinstance(caught.value.os_error, RefusedError)
    assert "is not a public address" in str(caught.value.os_error)


@pytest.mark.parametrize("path", ["there", "redirect"])
def test_a_private_address_is_dialled_when_allowed(path: str) -> None:
    assert get(f"http://127.0.0.1:{{port}}/{path}", allow_private=True) == 200
