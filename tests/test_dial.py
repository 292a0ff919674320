"""Only public addresses are dialled, however they are written and wherever they come from."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.dial import guarded_connector, guarded_session, public, refusal

PRIVATE = (
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3",
    "169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.168.0.1",
    "192.168.255.255 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.2 203.0.113.9",
    "224.0.0.1 224.0.0.251 239.255.255.250 240.0.0.1 255.255.255.255",
    ":: ::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 fc00::1 fd00:ec2::254 fdff::1 ff02::1 ff0e::1",
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:0 ::127.0.0.1 ::a00:1",
    "64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b::6440:1 64:ff9b:1::808:808",
    "2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe:: 2002:c0a8:1:: 2002:6440:1::",
    "2001:0:0:0:0:0:80ff:fffe 2001:0:4136:e378:8000:63bf:f5ff:fffe 2001:10::1 2001:db8::1",
    "100::1 3fff::1 5f00::1 4000::1 localhost",
)
PUBLIC = (
    "1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.32.0.1 192.89.0.1",
    "2606:4700:4700::1111 64:ff9b::808:808 2a00:1450::1",
)
NOTATIONS = (
    "127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0x7f.0x0.0x0.0x1 0177.0.0.1 017700000001",
    "0 0.0.0.0 localhost LOCALHOST 127.0.0.1. 127。0。0。1 ①②⑦.⓪.⓪.① [::1] [::ffff:127.0.0.1]",
    "[::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::] user:word@127.0.0.1 1.1.1.1@127.0.0.1",
    "1.1.1.1%40evil@127.0.0.1 rebound.example user@rebound.example xn--bcher-kva.example",
)
"""Loopback as it can be written, and names that lead there."""


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
