"""The guard on every outbound address, at the moment it is dialled.

A name can resolve to something else between a check and a connection, and a redirect can
lead anywhere; so the check is where the socket is made, and sees the address itself.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from functools import partial

import aiohttp
from aiohttp.abc import AbstractResolver

from connectors.http.name_lookup import NameLookup
from connectors.http.protocol import Protocol

AddrInfo = tuple[int, int, int, str, tuple[object, ...]]

NAT64 = ipaddress.ip_network("64:ff9b::/96")
NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carriers' own
        "192.88.99.0/24",  # relays of 6to4
        "64:ff9b:1::/48",  # NAT64 of one network alone
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # sites' own, of old
    )
)
"""Networks that Python's `is_global` lets pass, in some version at least."""
_REFUSED = "is not a public address; set allow_private_addresses to dial it"


KEEPALIVE = 3.0
"""Seconds that a connection stays open for the next request: most next requests are minutes away,
and ten thousand feeds must not run out of files."""


class RefusedError(OSError):
    """The address is not on the public internet, and private ones are not allowed."""


def refusal(error: OSError) -> str | None:
    """Return the words of a refusal, `None` for any other error.

    A name with several addresses fails with all their errors in one, as text.
    """
    return str(error) if isinstance(error, RefusedError) or _REFUSED in str(error) else None


def public(address: str) -> bool:
    """Say whether an IP address is one on the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return public(str(inner))
    if any(ip.version == network.version and ip in network for network in NOT_PUBLIC):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def check_address(address: str, *, allow_private: bool) -> None:
    """Raise `RefusedError` for an IP address that must not be dialled."""
    if not allow_private and not public(address):
        raise RefusedError(f"{address} {_REFUSED}")


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def guarded_connector(
    *, allow_private: bool, limit: int = 100, resolver: AbstractResolver | None = None
) -> aiohttp.TCPConnector:
    """Return a connector that dials public addresses only, unless `allow_private`.

    It reads answers as curl does. To be called where an event loop runs.

    Proxies would dial for us, past this check; so sessions must keep `trust_env` off.
    """

    def dial(info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        host = str(address[0])
        check_address(host, allow_private=allow_private)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(
        limit=limit,
        resolver=resolver or NameLookup(),
        socket_factory=dial,
        keepalive_timeout=KEEPALIVE,
    )
    # aiohttp has no public place for it; should it move, test_http_answers.py fails.
    factory = partial(Protocol, loop=asyncio.get_running_loop())
    connector._factory = factory  # type: ignore[assignment]  # a partial of a subclass
    return connector


class Requests:
    """Counts the requests that a session begins."""

    def __init__(self) -> None:
        """Begin with none."""
        self.begun = 0

    def trace(self) -> aiohttp.TraceConfig:
        """Return what counts, for a session to be made with."""

        async def count(*_: object) -> None:
            self.begun += 1

        config = aiohttp.TraceConfig()
        config.on_request_start.append(count)
        return config


def guarded_session(
    *,
    user_agent: str,
    allow_private: bool,
    limit: int = 100,
    resolver: AbstractResolver | None = None,
    traces: Sequence[aiohttp.TraceConfig] = (),
) -> aiohttp.ClientSession:
    """Return a session that dials by the guard, says who it is, and keeps no cookies."""
    return aiohttp.ClientSession(
        connector=guarded_connector(allow_private=allow_private, limit=limit, resolver=resolver),
        headers={"User-Agent": user_agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        trace_configs=list(traces),
    )
